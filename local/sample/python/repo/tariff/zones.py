"""Which countries lie in which zone, and what a zone costs."""

from .errors import TariffError

COUNTRIES = {
    "DE": "home",
    "AT": "near",
    "FR": "near",
    "PL": "near",
    "ES": "far",
    "FI": "far",
    "PT": "far",
}

#: Cents for the first kilogram, and for each one begun after it.
RATES = {
    "home": (490, 80),
    "near": (790, 150),
    "far": (890, 250),
}


def zone_of(country: str) -> str:
    zone = COUNTRIES.get(country.upper())
    if zone is None:
        known = ", ".join(sorted(COUNTRIES))
        raise TariffError(f"Nothing is sent to '{country}'; it must be one of {known}.")
    return zone
