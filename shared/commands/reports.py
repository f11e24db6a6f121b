"""Reports on closed conversations, by the day of their end where the caller is."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from shared.at_once import each_of
from shared.state.closed_conversations import ClosedConversations, ClosedRow
from shared.state.closed_days import ClosedDays
from shared.state.closed_figures import ClosedDay
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused

MOST_ROWS: Final = 50_000
"""Conversations that one call reads."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Some days in a time zone, the first and the last among them."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> Iterator[date]:
        """The days, in order."""
        return (self.first + number * _DAY for number in range((self.last - self.first).days + 1))

    def day_of(self, at: datetime) -> date:
        """Return the day on which a moment lies."""
        return at.astimezone(self.zone).date()

    def is_utc(self, day: date) -> bool:
        """Tell whether a day begins and ends with that of UTC."""
        return all(self._begins(each) == datetime.combine(each, time.min, UTC) for each in (day, day + _DAY))

    def utc_days(self, day: date) -> set[date]:
        """Return the days of UTC on which some of a day lies."""
        return {self._begins(day).date(), (self._begins(day + _DAY) - timedelta.resolution).date()}

    def _begins(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)


class Reports:
    """Reads what closed conversations come to."""

    def __init__(self, closed_conversations: ClosedConversations, closed_days: ClosedDays) -> None:
        self._closed_conversations = closed_conversations
        self._closed_days = closed_days

    async def days(self, period: Period) -> Mapping[date, ClosedDay]:
        """Return the figures of each day: as they are kept, or counted from the day's conversations.

        Raises:
            Refused: `invalid_request`, when that were too many conversations.
            Unavailable: Storage is away.
        """
        reading = _Reading(self._closed_conversations)
        days = {day: ClosedDay() for day in period.days}
        of_utc = [day for day in days if period.is_utc(day)]
        kept = await each_of(of_utc, lambda day: self._closed_days.figures(day, reading.rows(day)))
        days |= zip(of_utc, kept, strict=True)
        counted = days.keys() - set(of_utc)
        async for row in reading.rows_of(period, counted):
            days[period.day_of(row.closure.at)].add(row)
        return days

    async def conversations(self, period: Period) -> Sequence[ClosedRow]:
        """Return the conversations, in the order of their ends.

        Raises:
            Refused, Unavailable: As for `days`.
        """
        rows = _Reading(self._closed_conversations).rows_of(period, set(period.days))
        return sorted([row async for row in rows], key=lambda row: (row.closure.at, row.conversation_id))


class _Reading:
    """Reads the conversations for one report, and no more than fit into it."""

    def __init__(self, closed_conversations: ClosedConversations) -> None:
        self._closed_conversations = closed_conversations
        self._left = MOST_ROWS

    async def rows(self, utc_day: date) -> AsyncIterator[ClosedRow]:
        async for row in self._closed_conversations.rows(utc_day):
            self._left -= 1
            if self._left < 0:
                wrong = f"more than {MOST_ROWS:,} conversations would have to be read; ask for fewer days, or for UTC"
                raise Refused(Code.INVALID_REQUEST, "The report is too large.", errors=(("to", wrong),))
            yield row

    async def rows_of(self, period: Period, days: set[date]) -> AsyncIterator[ClosedRow]:
        """Yield the conversations that were closed on these days of a period."""
        for utc_day in sorted({utc_day for day in days for utc_day in period.utc_days(day)}):
            async for row in self.rows(utc_day):
                if period.day_of(row.closure.at) in days:
                    yield row
