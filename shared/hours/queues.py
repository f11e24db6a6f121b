"""When queues are open: by the hours in the file, and by what a supervisor closed for a while. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.configuration.document import Configuration
from shared.hours.calendar import Calendar, calendar_of


@dataclass(frozen=True, slots=True)
class QueueHours:
    """The hours of all queues. One without hours, or that is not in the file, is always open.

    Attributes:
        closed_until: Until when a queue is closed, whatever its hours say.
    """

    configuration: Configuration
    closed_until: Mapping[str, datetime]

    def is_open(self, queue: str, at: datetime) -> bool:
        """Tell whether a queue is open."""
        calendar = self._calendar(queue)
        return at >= self._from(queue, at) and (calendar is None or calendar.is_open(at))

    def opens_at(self, queue: str, at: datetime) -> datetime | None:
        """Return when a queue that is closed opens; None: it is open, or will not within a year."""
        if self.is_open(queue, at):
            return None
        calendar, earliest = self._calendar(queue), self._from(queue, at)
        return calendar.opens_at(earliest) if calendar else earliest

    def closes_at(self, queue: str, at: datetime) -> datetime | None:
        """Return when a queue that is open closes; None: it is closed, or will not within a year."""
        calendar = self._calendar(queue)
        return calendar.closes_at(at) if calendar and self.is_open(queue, at) else None

    def is_holiday(self, queue: str, at: datetime) -> bool:
        """Tell whether the day is a holiday where the queue is."""
        calendar = self._calendar(queue)
        return calendar is not None and calendar.is_holiday(at)

    def _from(self, queue: str, at: datetime) -> datetime:
        """Return from when on the queue's hours count."""
        return max(at, self.closed_until.get(queue, at))

    def _calendar(self, queue: str) -> Calendar | None:
        found = self.configuration.queues.get(queue)
        return calendar_of(self.configuration.hours[found.hours]) if found and found.hours else None
