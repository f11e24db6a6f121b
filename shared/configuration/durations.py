"""Spans of time as the file writes them: `30s`, `5m`, `24h`, `7d`."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, PlainValidator

from shared.configuration.problems import shown
from shared.configuration.scalars import like, written

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SIZES = ((86_400, "d"), (3600, "h"), (60, "m"))
_YEAR = timedelta(days=366)
_TEN_YEARS = timedelta(days=3660)
_DURATION = re.compile(r"(\d{1,8})([smhd])", re.ASCII)
_SCHEMA = "[0-9]+[smhd]"
NEVER = "never"


def _at_most(longest: timedelta, in_words: str, *, or_never: bool = False) -> Callable[[Any], timedelta | None]:
    def validate(value: Any) -> timedelta | None:
        text = written(value)
        if or_never and text == NEVER:
            return None
        match = _DURATION.fullmatch(text) if isinstance(text, str) else None
        duration = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None
        if duration is None or duration > longest:
            never = ", or never" if or_never else ""
            raise ValueError(f"expected a duration such as 30s, 5m, 24h or 7d, at most {in_words}{never}{shown(text)}")
        return duration

    return validate


def positive(duration: timedelta | None) -> timedelta | None:
    """Refuse a duration of nothing."""
    if duration is not None and not duration:
        raise ValueError("expected more than nothing")
    return duration


def in_file(duration: timedelta) -> str:
    """Write a duration of whole seconds as the file does, in the largest unit that fits."""
    seconds = int(duration.total_seconds())
    size, unit = next(((size, unit) for size, unit in _SIZES if seconds and seconds % size == 0), (1, "s"))
    return f"{seconds // size}{unit}"


Duration = Annotated[timedelta, PlainValidator(_at_most(_YEAR, "a year")), like(_SCHEMA)]
PositiveDuration = Annotated[Duration, AfterValidator(positive)]
LongDuration = Annotated[timedelta, PlainValidator(_at_most(_TEN_YEARS, "ten years")), like(_SCHEMA)]
DurationOrNever = Annotated[
    timedelta | None,
    PlainValidator(_at_most(_YEAR, "a year", or_never=True)),
    AfterValidator(positive),
    like(f"({_SCHEMA}|{NEVER})"),
]
"""None is `never`."""
