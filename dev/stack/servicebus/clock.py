"""The time of the broker: real for locks, movable for what waits in a queue."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _read() -> datetime:
    return datetime.now(UTC)


class Clock:
    """A clock whose waiting time can be moved ahead.

    `advance` makes everything that waits at that moment (scheduled messages, remembered message ids) older. What comes
    later counts from the real time again, since its sender's clock did not move.
    """

    def __init__(self, read: Callable[[], datetime] = _read) -> None:
        self.real = read
        self.ahead = timedelta()

    def waiting(self) -> datetime:
        """Return the time that scheduled messages and duplicate detection are compared with."""
        return self.real() + self.ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once for everything that waits now."""
        self.ahead += timedelta(seconds=seconds)
