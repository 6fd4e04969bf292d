import unittest

from tariff.__main__ import run
from tariff.errors import TariffError


class CommandLine(unittest.TestCase):
    def test_quotes_a_parcel(self):
        self.assertEqual(run(["quote", "pt", "1200"]), "PT, 1200 g: 11.40 EUR")

    def test_explains_itself(self):
        with self.assertRaisesRegex(TariffError, "usage:"):
            run([])

    def test_refuses_a_weight_that_is_no_number(self):
        with self.assertRaisesRegex(TariffError, "whole grams"):
            run(["quote", "DE", "heavy"])
