"""The public holidays of a country, or of a part of it."""

from collections.abc import Container
from datetime import date
from functools import cache


@cache
def public_holidays(country: str, subdivision: str | None) -> Container[date]:
    """Return the days on which a country rests; a year is computed when it is first asked about."""
    from holidays import country_holidays  # here, since it takes long to import and few workers ask

    return country_holidays(country, subdiv=subdivision)
