"""The command line."""

import sys

from .errors import TariffError
from .money import show
from .quote import quote

USAGE = "usage: python3 -m tariff quote COUNTRY GRAMS"


def run(arguments: list) -> str:
    """What is printed for a command line. Raises TariffError."""
    if len(arguments) != 3 or arguments[0] != "quote":
        raise TariffError(USAGE)
    _, country, weight = arguments
    if not weight.isdecimal():
        raise TariffError(f"'{weight}' is no weight; write whole grams.")
    return f"{country.upper()}, {weight} g: {show(quote(country, int(weight)))}"


def main() -> int:
    try:
        print(run(sys.argv[1:]))
        return 0
    except TariffError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
