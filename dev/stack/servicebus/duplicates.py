"""Duplicate detection: which message ids a queue has seen of late."""

from datetime import datetime, timedelta

from dev.stack.servicebus.clock import Clock


class Duplicates:
    """The message ids of the last `window`; a repetition does not prolong the first one's time."""

    def __init__(self, window: timedelta, clock: Clock) -> None:
        self._window = window
        self._clock = clock
        self._seen_at: dict[str, datetime] = {}

    def is_new(self, message_id: str) -> bool:
        """Remember `message_id` and return whether it was unknown."""
        now = self._clock.waiting()
        while self._seen_at and now - next(iter(self._seen_at.values())) > self._window:
            del self._seen_at[next(iter(self._seen_at))]
        if message_id in self._seen_at:
            return False
        self._seen_at[message_id] = now
        return True
