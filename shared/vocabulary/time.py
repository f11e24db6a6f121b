"""Time as the app sees it: given by a clock, always aware UTC, written as RFC 3339."""

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER: Final = timedelta(seconds=5)
"""By so much a message may come before its time by a worker's clock."""


class Clock(Protocol):
    """The only source of time, of waiting and of chance; tests step it."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""

    def new_id(self) -> str:
        """Return 32 hex characters that nobody else has."""

    def jitter(self) -> float:
        """Return a random number from 0 to 1."""


def milliseconds(since: datetime, now: datetime) -> int:
    """Return the time that something took, for a log line."""
    return round((now - since).total_seconds() * 1000)


def rfc3339(at: datetime) -> str:
    """Write a time as `2026-11-23T10:15:00Z`, with a fraction only when there is one."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def microseconds(at: datetime | None) -> int:
    """Return a time as a whole number that sorts like it; 0 when there is none."""
    return round(at.timestamp() * 1_000_000) if at else 0


def of_milliseconds(number: int) -> datetime:
    """Return the time in a row's key or in a cursor: so many milliseconds after 1970 began."""
    return datetime.fromtimestamp(number / 1000, UTC)


def imaginable(at: datetime) -> datetime:
    """Return a time that somebody may mean. Raise ValueError where time reckoning would come to its ends."""
    if not _EARLIEST <= at <= _LATEST:
        raise ValueError("expected a time from 2000 to 2099")
    return at


async def sit_out(until: datetime, clock: Clock) -> None:
    """Wait for a time that is only a little ahead.

    A message of the queue is there at its time by the queue's clock; where this one is behind, it would be sent again,
    and be there at once, again and again.
    """
    early = until - clock.now()
    if timedelta(0) < early <= CLOCKS_DIFFER:
        await clock.sleep(early.total_seconds())
