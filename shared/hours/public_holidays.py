"""The public holidays of a country, or of a part of it."""

import logging
from collections.abc import Container
from datetime import date
from functools import cache

from shared.logs import log


@cache
def public_holidays(country: str, subdivision: str | None) -> Container[date]:
    """Return the days on which a country rests; a year is computed when it is first asked about.

    A place that the library does not know has none: `make config-check` refuses it, a worker goes on.
    """
    from holidays import country_holidays  # here, since it takes long to import and few workers ask

    try:
        return country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        log("holidays.unknown", level=logging.ERROR, country=country, subdivision=subdivision)
        return frozenset()
