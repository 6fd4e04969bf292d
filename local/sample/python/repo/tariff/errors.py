class TariffError(Exception):
    """What was asked for has no price; the message says what to do."""
