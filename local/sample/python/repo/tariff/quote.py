"""The price of one parcel."""

from .errors import TariffError
from .zones import RATES, zone_of

#: What the carrier takes, in grams.
MAX_GRAMS = 31_500


def quote(country: str, grams: int) -> int:
    """Cents for one parcel of that weight."""
    if not 0 < grams <= MAX_GRAMS:
        raise TariffError(f"A parcel of {grams} g cannot be sent; it must weigh 1 to {MAX_GRAMS} g.")
    base, rate = RATES[zone_of(country)]
    begun = -(-max(0, grams - 1000) // 1000)
    return base + begun * rate
