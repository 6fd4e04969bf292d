"""Money is an int in cents."""

import re

from .errors import TariffError


def show(cents: int) -> str:
    """1140 becomes '11.40 EUR'."""
    return f"{cents // 100}.{cents % 100:02d} EUR"


def cents(text: str) -> int:
    """'11.40' becomes 1140; a comma will do too."""
    found = re.fullmatch(r"(\d+)(?:[.,](\d{2}))?", text.strip())
    if found is None:
        raise TariffError(f"'{text}' is no sum of money; write 11.40.")
    return int(found[1]) * 100 + int(found[2] or 0)
