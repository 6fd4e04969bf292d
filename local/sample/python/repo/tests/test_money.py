import unittest

from tariff.errors import TariffError
from tariff.money import cents, show


class Money(unittest.TestCase):
    def test_is_shown_with_two_digits(self):
        self.assertEqual(show(1140), "11.40 EUR")
        self.assertEqual(show(5), "0.05 EUR")

    def test_is_read_with_point_or_comma(self):
        self.assertEqual([cents("11.40"), cents("11,40"), cents(" 11 ")], [1140, 1140, 1100])

    def test_that_is_none_is_refused(self):
        for text in ["", "1.4", "-3", "1.234,00"]:
            with self.assertRaises(TariffError):
                cents(text)
