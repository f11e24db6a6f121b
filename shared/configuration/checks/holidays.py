"""Holidays: of a country and a part of it that are known."""

from collections.abc import Iterator

from shared.configuration.checks.findings import Finding
from shared.configuration.document import Configuration
from shared.configuration.problems import did_you_mean


def check_holidays(configuration: Configuration, *, thorough: bool) -> Iterator[Finding]:
    """Find holidays that say nothing. Only a `thorough` check looks the country up: that takes some 200 ms."""
    for name, hours in configuration.hours.items():
        holidays = hours.holidays
        place = ("hours", name, "holidays")
        if holidays.subdivision and not holidays.country:
            yield (*place, "subdivision"), "expected a country beside it"
        days = [each.date for each in holidays.dates]
        for index, day in enumerate(days):
            if day in days[:index]:
                yield (*place, "dates", index), f"{day} stands here twice"
        if thorough and holidays.country:
            for key, message in _unknown(holidays.country, holidays.subdivision):
                yield (*place, key), message


def _unknown(country: str, subdivision: str | None) -> Iterator[tuple[str, str]]:
    from holidays import country_holidays  # here, since it takes long to import

    try:
        known = country_holidays(country)
    except NotImplementedError:
        yield "country", f"the holidays of {country} are not known; write them under dates"
        return
    parts = known.subdivisions
    if subdivision and subdivision not in (*parts, *known.subdivisions_aliases):
        examples = f", such as {', '.join(parts[:3])}" if parts else f": {country} has none"
        yield "subdivision", f"expected one of {country}'s{examples}{did_you_mean(subdivision, parts, listed=True)}"
