import unittest

from tariff.errors import TariffError
from tariff.quote import MAX_GRAMS, quote


class Quote(unittest.TestCase):
    def test_of_the_first_kilogram_is_the_base(self):
        self.assertEqual(quote("DE", 1), 490)
        self.assertEqual(quote("de", 1000), 490)

    def test_adds_each_kilogram_begun(self):
        self.assertEqual(quote("DE", 1001), 570)
        self.assertEqual(quote("PT", 3000), 1390)

    def test_of_a_weight_that_cannot_be_sent_is_refused(self):
        for grams in [0, -1, MAX_GRAMS + 1]:
            with self.assertRaises(TariffError):
                quote("DE", grams)

    def test_to_an_unknown_country_names_the_known_ones(self):
        with self.assertRaisesRegex(TariffError, "one of AT, DE"):
            quote("XX", 500)
