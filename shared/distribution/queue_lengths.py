"""How many wait in a queue, and since when, for desks: counted at most every five seconds by a worker."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from shared.distribution.queue_overview import FRESH_FOR
from shared.state.waiting_lines import WaitingLines
from shared.vocabulary.time import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLength:
    """How many wait, of more than a thousand that number; and since when the first has, None when nobody waits."""

    queue: str
    length: int
    oldest_since: datetime | None
    counted_at: datetime


class QueueLengths:
    """Remembers the last count of each queue; whoever comes while one is made waits for it."""

    def __init__(self, lines: WaitingLines, clock: Clock) -> None:
        self._lines = lines
        self._clock = clock
        self._known: dict[str, QueueLength] = {}
        self._one_at_a_time = asyncio.Lock()

    async def of(self, queues: Collection[str]) -> list[QueueLength]:
        """Return queues' lengths, in the order of the names.

        Raises:
            Unavailable: Storage is away.
        """
        async with self._one_at_a_time:
            stale = [queue for queue in queues if not self._is_fresh(queue)]
            self._known |= {each.queue: each for each in await asyncio.gather(*map(self._count, stale))}
            return [self._known[queue] for queue in queues]

    def _is_fresh(self, queue: str) -> bool:
        known = self._known.get(queue)
        return known is not None and self._clock.now() - known.counted_at < FRESH_FOR

    async def _count(self, queue: str) -> QueueLength:
        began = self._clock.now()
        places = await self._lines.places(queue)
        return QueueLength(queue=queue, length=len(places), oldest_since=min(places, default=None), counted_at=began)


def seconds_waited(since: datetime | None, now: datetime) -> int | None:
    """Return how long the first in line has waited; None when nobody waits."""
    return max(round((now - since).total_seconds()), 0) if since else None
