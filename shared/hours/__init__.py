"""Opening hours: whether a queue is open, until when, and whether it is a holiday there. Pure."""

from shared.hours.calendar import Calendar, calendar_of
from shared.hours.queues import QueueHours

__all__ = ["Calendar", "QueueHours", "calendar_of"]
