"""A clock that stands still until a test steps it, or until somebody sleeps."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count


class FakeClock:
    """Sleeping takes no time and moves the clock; ids count up."""

    def __init__(self, at: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)) -> None:
        self._now = at
        self._ids = count(1)
        self.slept: list[float] = []

    def step(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)

    def now(self) -> datetime:
        """As `Clock.now`."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """As `Clock.sleep`."""
        self.slept.append(seconds)
        self.step(seconds)
        await asyncio.sleep(0)

    def new_id(self) -> str:
        """As `Clock.new_id`."""
        return f"{next(self._ids):032x}"

    def jitter(self) -> float:
        """As `Clock.jitter`: always the middle."""
        return 0.5


class OffClock:
    """Another worker's clock, which is ahead by some seconds, or behind."""

    def __init__(self, clock: FakeClock, seconds: float) -> None:
        self._clock = clock
        self._off = timedelta(seconds=seconds)

    def now(self) -> datetime:
        """As `Clock.now`."""
        return self._clock.now() + self._off

    async def sleep(self, seconds: float) -> None:
        """As `Clock.sleep`."""
        await self._clock.sleep(seconds)

    def new_id(self) -> str:
        """As `Clock.new_id`."""
        return self._clock.new_id()

    def jitter(self) -> float:
        """As `Clock.jitter`."""
        return self._clock.jitter()
