"""Several workers act on one contact at once, and each message is reported while its send is under way.

Whatever comes between any two calls, nothing is lost or doubled, and each message ends with its furthest status.
"""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest

from shared.composition import ContactCentre
from shared.sending.channel import Accepted, Outcome, Shipment
from shared.vocabulary.words import Direction, MessageStatus
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import SAM, World

WORKERS = 3
REPORTS = ("Sent", "Delivered", "Read")


class Jostled(Faults):
    """Ports whose calls take now longer, now shorter, so that other tasks come in between."""

    def __init__(self, random: Random) -> None:
        super().__init__(error=Killed())
        self._random = random

    async def _run(self, name: str, call: Callable[[], Awaitable[Any]]) -> Any:
        await self._pause()
        result = await call()
        await self._pause()
        return result

    async def _pause(self) -> None:
        for _ in range(self._random.choice((0, 0, 1, 2, 5, 20))):
            await asyncio.sleep(0)


class Unhurried(FakeClock):
    """While somebody sleeps, the others come far."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        for _ in range(100):
            await asyncio.sleep(0)


class Prompt(FakeChannel):
    """Reports each message that it takes before it answers: in any order, and some reports twice."""

    def __init__(self, crowd: "Crowd") -> None:
        super().__init__()
        self._crowd = crowd

    async def send(self, shipment: Shipment) -> Outcome:
        known = len(self.sent)
        outcome = await super().send(shipment)
        if isinstance(outcome, Accepted) and len(self.sent) > known:
            self._crowd.report(outcome.message_id)
        return outcome


class Crowd:
    """One contact, and workers that keep it warm."""

    def __init__(self, random: Random, *, repeatable: bool) -> None:
        self._random = random
        self.world = World(sample())
        self.world.clock = Unhurried()
        self.world.channel = Prompt(self)
        self.world.channel.repeatable = repeatable
        self.world.restart()
        self._workers = [self._worker() for _ in range(WORKERS)]
        self._reports: list[asyncio.Task[None]] = []

    def any(self) -> ContactCentre:
        """One of the workers."""
        return self._random.choice(self._workers)

    def report(self, message_id: str) -> None:
        """Have the statuses of a message delivered, each to any worker."""
        for status in self._random.sample(REPORTS, k=3) + self._random.choices(REPORTS):
            arrival = self.world.status(message_id, status, by=self.any())
            self._reports.append(asyncio.create_task(arrival))

    async def at_once(self, number: int) -> list[str]:
        """The customer writes and agents reply at the same moment, one of them twice; the words of the replies."""
        world, replies = self.world, [f"Réponse {number}.{each}" for each in range(2)]
        await asyncio.gather(
            world.customer(f"Message {number}", by=self.any()),
            *(world.reply(text, key=text, replier=SAM, by=self.any()) for text in [*replies, replies[0]]),
        )
        return replies

    async def end(self) -> None:
        """Let everything come to its end."""
        await asyncio.gather(*self._reports)
        await self.world.pass_time(180)

    def _worker(self) -> ContactCentre:
        jostled, world = Jostled(self._random), self.world
        return world.worker(
            tables=jostled.wrap(world.tables),
            sender=jostled.wrap(world.sender),
            channel=jostled.wrap(world.channel),
        )


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("seed", range(40))
async def test_nothing_is_lost_or_doubled_and_each_message_ends_with_its_furthest_status(
    seed: int, repeatable: bool
) -> None:
    crowd = Crowd(Random(seed), repeatable=repeatable)
    world = crowd.world
    await world.customer("Bonjour", by=crowd.any())
    replies = [text for number in range(3) for text in await crowd.at_once(number)]
    await crowd.end()
    sent = [line for line in world.history() if line.direction is Direction.OUT]
    assert sorted(line.text or "" for line in sent) == sorted(replies)
    assert sorted(text or "" for text in world.phone) == sorted(replies)
    assert {line.status for line in sent} == {MessageStatus.READ}
    assert {world.outgoing(line.reply_id or "").status for line in sent} == {MessageStatus.READ}
    assert len(world.history()) == len(replies) + 4
    (listed,) = world.listed()
    assert (listed["version"], listed.get("unread", 0)) == (world.contact.version, world.conversation.unread)
