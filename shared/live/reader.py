"""Reads the log of changes for all who wait on this worker: once a second, and only while somebody waits."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.live.lateness import Lateness
from shared.live.window import Window
from shared.state.changes import LOOK_BACK, Changes, Logged
from shared.vocabulary.time import Clock

_PERIOD: Final = timedelta(seconds=1)
_WINDOW: Final = timedelta(seconds=60)
"""What is kept in memory: more than a desk takes between two polls, and than a row of who looks on holds."""
MOST_CAUGHT_UP: Final = 3_000
"""Rows that are read for one desk that was away; beyond that it is sooner done with its lists."""
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class LogReader:
    """Keeps the last minute of the log.

    Attributes:
        position: Until when the log was read; every row that was there then is known. Of use after a first `refresh`.
        window: What was written within the last minute.
        found: How many rows were ever found.
    """

    def __init__(self, changes: Changes, clock: Clock, lateness: Lateness) -> None:
        self._changes = changes
        self._clock = clock
        self._lateness = lateness
        self._known: dict[str, Logged] = {}
        self._in_order_of_finding: Sequence[Logged] = ()
        self._reads_since = self._complete_since = self.position = _NEVER
        self._reading: asyncio.Task[None] | None = None
        self.window = Window()
        self.found = 0

    def found_after(self, number: int) -> Sequence[Logged]:
        """Return the rows that were found after so many."""
        new = self.found - number
        return self._in_order_of_finding[-new:] if new else ()

    async def refresh(self) -> None:
        """Have the log read within the last second.

        Raises:
            Unavailable: Storage is away.
        """
        if self._clock.now() - self.position >= _PERIOD:
            await asyncio.shield(self._begin(timedelta(0)))

    async def next_read(self, ended: asyncio.Event, until: datetime) -> None:
        """Return once the log was read again, or an event happens, or a time has come.

        Raises:
            Unavailable: Storage is away.
        """
        now = self._clock.now()
        reading = self._begin(max(_PERIOD - (now - self.position), timedelta(0)))
        end = asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait(
                {reading, end}, timeout=(until - now).total_seconds(), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            end.cancel()
        if reading.done():
            reading.result()

    async def since(self, at: datetime) -> Sequence[Logged] | None:
        """Return what was written since a time; None when that is too much to tell.

        Raises:
            Unavailable: Storage is away.
        """
        if at >= self._complete_since:
            return self.window.since(at)
        until = self._clock.now() + LOOK_BACK
        rows = await self._changes.read(at, until, limit=MOST_CAUGHT_UP)
        return None if len(rows) == MOST_CAUGHT_UP else rows

    def _begin(self, after: timedelta) -> asyncio.Task[None]:
        """Return the reading that is under way, or a new one: whoever waits shares it."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read(after))
            self._reading.add_done_callback(_noted)
        return self._reading

    async def _read(self, after: timedelta) -> None:
        if after:
            await self._clock.sleep(after.total_seconds())
        now = self._clock.now()
        starts_anew = now - self.position >= _WINDOW - LOOK_BACK
        since = now - _WINDOW if starts_anew else self.position - LOOK_BACK
        # Another worker's clock may be ahead, and in the next hour already.
        new = await self._changes.read(since, now + LOOK_BACK, known=self._known)
        known = {**self._known, **{each.key: each for each in new}}
        self._known = {key: each for key, each in known.items() if each.at >= now - _WINDOW}
        self._in_order_of_finding = tuple(self._known.values())
        self.window = Window(self._in_order_of_finding)
        if starts_anew:
            self._complete_since, self._reads_since = since, now
        self._complete_since = max(self._complete_since, now - _WINDOW)
        self._lateness.measure(new, self._reads_since, now)
        self.found += len(new)
        self.position = now


def _noted(reading: asyncio.Task[None]) -> None:
    """Look at what a reading ended with: whoever waited for it may be gone."""
    if not reading.cancelled():
        reading.exception()
