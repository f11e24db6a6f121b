"""The topic in memory."""

import asyncio
from collections.abc import Sequence

from shared.queue.topic import CloudEvent
from shared.vocabulary.errors import Unavailable


class FakeTopic:
    """Keeps what was published, in order, repetitions too; while it is `away` nothing arrives."""

    def __init__(self) -> None:
        self.events: list[CloudEvent] = []
        self.away = False
        self.calls = 0

    async def publish(self, events: Sequence[CloudEvent]) -> None:
        """As `Topic.publish`."""
        await asyncio.sleep(0)
        self.calls += 1
        if self.away:
            raise Unavailable("the topic is away")
        self.events += events

    async def reach(self) -> None:
        """As `Topic.reach`."""
        await asyncio.sleep(0)
        if self.away:
            raise Unavailable("the topic is away")
