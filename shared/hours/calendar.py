"""A set of opening hours, compiled for moments. Pure.

Local wall time decides: a moment is open if its date and time, as the clock on the wall shows them, lie in a range. A
range over midnight belongs to the day on which it begins. So an hour that a change of clocks repeats is open twice, and
one that it leaves out never comes.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final

from shared.configuration.opening_hours import Hours
from shared.configuration.scalars import TimeRange, Weekday
from shared.hours.public_holidays import public_holidays

_DAY: Final = 86_400
_DAYS_AHEAD: Final = 400
"""How far is looked for a change: what lies behind more than a year is none."""
_KEPT_DAYS: Final = 2 * _DAYS_AHEAD
_EPOCH: Final = date(1970, 1, 1).toordinal()

type Span = tuple[int, int]
"""From a second up to another, which is not in it any more."""


class Calendar:
    """When hours are open. Each day is compiled once, so that a question costs a look into it."""

    def __init__(self, hours: Hours) -> None:
        self._zone = hours.timezone
        self._week = tuple(hours.on(day) for day in Weekday)
        self._holidays = hours.holidays
        self._dates = {each.date: each.open for each in hours.holidays.dates}
        self._spans = lru_cache(_KEPT_DAYS)(self._spans_of_day)

    def is_open(self, at: datetime) -> bool:
        """Tell whether it is open."""
        second = at.timestamp()
        return any(opens <= second < closes for opens, closes in self._spans(int(second // _DAY)))

    def opens_at(self, at: datetime) -> datetime | None:
        """Return the first moment from `at` on that is open; None: there is none within a year."""
        second = at.timestamp()
        for day in self._days_from(second):
            for opens, closes in self._spans(day):
                if second < closes:
                    return datetime.fromtimestamp(max(second, opens), UTC)
        return None

    def closes_at(self, at: datetime) -> datetime | None:
        """Return the first moment from `at` on that is closed; None: there is none within a year."""
        second = at.timestamp()
        for day in self._days_from(second):
            for opens, closes in self._spans(day):
                if second < opens:
                    break
                second = max(second, closes)
            if second < (day + 1) * _DAY:
                return datetime.fromtimestamp(second, UTC)
        return None

    def is_holiday(self, at: datetime) -> bool:
        """Tell whether the local date is a holiday, also one with hours of its own."""
        return self._holiday(at.astimezone(self._zone).date())

    def _holiday(self, day: date) -> bool:
        if day in self._dates:
            return True
        country = self._holidays.country
        return country is not None and day in public_holidays(country, self._holidays.subdivision)

    def _days_from(self, second: float) -> range:
        today = int(second // _DAY)
        return range(today, today + _DAYS_AHEAD)

    def _spans_of_day(self, day: int) -> tuple[Span, ...]:
        """Return when it is open on a day of UTC, counted from 1970, in order, in seconds since then."""
        spans = [
            (max(begin, opens - offset), min(end, closes - offset))
            for begin, end, offset in self._steady(day * _DAY, (day + 1) * _DAY)
            for opens, closes in self._local_spans(begin + offset, end + offset)
        ]
        return tuple(sorted(spans))

    def _steady(self, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Cut a time where the clocks change; each part with its seconds ahead of UTC."""
        offset = self._offset(begin)
        if self._offset(end - 1) == offset:
            yield begin, end, offset
            return
        before, after = begin, end - 1
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (middle, after) if self._offset(middle) == offset else (before, middle)
        yield begin, after, offset
        yield from self._steady(after, end)

    def _offset(self, second: int) -> int:
        offset = datetime.fromtimestamp(second, self._zone).utcoffset()
        return int(offset.total_seconds()) if offset else 0

    def _local_spans(self, begin: int, end: int) -> Iterator[Span]:
        """Yield the ranges that meet a time; both in seconds of the clock on the wall."""
        for day in range(begin // _DAY - 1, (end - 1) // _DAY + 1):
            for times in self._ranges(date.fromordinal(_EPOCH + day)):
                opens, closes = (day * _DAY + _seconds(time) for time in (times.opens, times.closes))
                if closes <= opens:
                    closes += _DAY
                if opens < end and begin < closes:
                    yield opens, closes

    def _ranges(self, day: date) -> tuple[TimeRange, ...]:
        if day in self._dates:
            return self._dates[day]
        return () if self._holiday(day) else self._week[day.weekday()]


@lru_cache(maxsize=256)
def calendar_of(hours: Hours) -> Calendar:
    """Return the calendar of some opening hours, compiled once."""
    return Calendar(hours)


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60
