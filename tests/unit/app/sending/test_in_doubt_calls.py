"""Calls to a provider that does not know a repetition again, and what happens while one is under way."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.sending.calls import Calls
from shared.sending.channel import Accepted, Outcome, Shipment
from shared.state.contact_store import StoredContact
from shared.vocabulary.errors import Refused
from tests.fakes.channel import FakeChannel
from tests.fakes.faults import Wrapped
from tests.fakes.named_statuses import tell
from tests.fakes.world import SAM, World, refusal
from tests.unit.app.sending.in_doubt import (
    AWAY,
    DELIVERED,
    DOUBT,
    FAILED,
    MINUTES,
    TURNED_AWAY,
    a_world,
    code_of,
)


@pytest.fixture
async def world() -> World:
    """A customer of a number at such a provider has written."""
    return await a_world()


class Telling(FakeChannel):
    """Reports what it takes before it answers, to a worker of its own."""

    def __init__(self, world: World, code: str | None = None) -> None:
        super().__init__()
        self.repeatable = False
        self._world = world
        self._code = code

    async def send(self, shipment: Shipment) -> Outcome:
        outcome = await super().send(shipment)
        if isinstance(outcome, Accepted):
            code, self._code = self._code, None
            await tell(self._world, shipment, FAILED if code else DELIVERED, code=code, by=self._world.worker())
        return outcome


async def test_a_status_comes_before_the_answer(world: World) -> None:
    world.channel = Telling(world)
    world.restart()
    await world.reply("Un")
    assert (world.phone, world.line("Un").status) == (["Un"], DELIVERED)


async def test_a_failure_comes_before_the_answer(world: World) -> None:
    world.channel = Telling(world, code="131016")
    world.restart()
    await world.reply("Un")
    await world.pass_time(1 * MINUTES)
    assert (len(world.channel.sent), world.line("Un").status) == (2, DELIVERED)


async def test_whoever_finds_a_call_under_way_waits_for_it_a_moment_and_leaves_the_rest_to_its_sender(
    world: World,
) -> None:
    class Slow(FakeChannel):
        async def send(self, shipment: Shipment) -> Outcome:
            if shipment.content.text == "Un":
                refused.append(await refusal(world.reply("Deux", by=world.worker(), replier=SAM)))
            return await super().send(shipment)

    refused: list[Refused] = []
    world.channel = Slow()
    world.channel.repeatable = False
    world.restart()
    await world.reply("Un")
    assert [each.code for each in refused] == ["channel_unavailable"]
    assert 5 <= sum(world.clock.slept) < 10
    assert world.phone == ["Un", "Deux"]


async def test_what_was_turned_away_late_is_in_doubt_for_nobody(world: World) -> None:
    """Whoever waited for the call in vain took it for one without an answer."""

    class Slow(FakeChannel):
        async def send(self, shipment: Shipment) -> Outcome:
            await refusal(world.reply("Deux", by=world.worker(), replier=SAM))
            return await super().send(shipment)

    world.channel = Slow()
    world.channel.repeatable = False
    world.channel.answer_next(TURNED_AWAY)
    world.restart()
    await refusal(world.reply("Un"))
    first, _ = world.contact.unsent
    assert (code_of(world, "Un"), first.may_have_arrived) == ("429", False)


async def test_a_call_that_is_turned_away_while_somebody_gives_up_waiting_is_in_doubt_for_nobody(world: World) -> None:
    class Slow(FakeChannel):
        async def send(self, shipment: Shipment) -> Outcome:
            claimed.append(await world.centre.contacts.load(world.contact.id))
            world.clock.step(6)
            return await super().send(shipment)

    claimed: list[StoredContact | None] = []
    world.channel = Slow()
    world.channel.repeatable = False
    world.channel.answer_next(TURNED_AWAY)
    world.restart()
    await refusal(world.reply("Un"))
    [found] = claimed
    assert found is not None
    waiter = world.worker()
    calls = Calls(waiter._committer, waiter.channel_heard, world.clock, timedelta(seconds=DOUBT))
    await calls.wait(found, found.contact.unsent[0])
    assert (code_of(world, "Un"), world.contact.unsent[0].may_have_arrived) == ("429", False)


class Hanging(FakeChannel):
    """It takes a message and never answers; `ended` says whether the call was cut off."""

    ended = False

    async def send(self, shipment: Shipment) -> Outcome:
        self._answer(shipment)
        self.attempts.append(shipment)
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True
        return AWAY


async def test_a_call_that_hangs_has_ended_before_its_doubt_has(world: World) -> None:
    """However long the adapter would wait: else it would be repeated while it still runs."""
    channel = await slowly_claimed(world, seconds=DOUBT / 2 - 0.02)
    assert channel.ended
    [unsent] = world.contact.unsent
    assert unsent.not_before
    assert unsent.not_before > world.clock.now()
    assert (code_of(world, "Un"), len(channel.attempts)) == ("in_doubt", 1)


async def test_a_claim_that_took_too_long_makes_no_call(world: World) -> None:
    channel = await slowly_claimed(world, seconds=DOUBT / 2)
    assert channel.attempts == []
    assert (code_of(world, "Un"), world.contact.unsent[0].may_have_arrived) == ("no_answer", False)


async def slowly_claimed(world: World, *, seconds: float) -> Hanging:
    """A reply whose claim is answered so late, to a channel that hangs."""

    async def run(name: str, call: Callable[[], Awaitable[Any]]) -> Any:
        answer = await call()
        unsent = world.contact.unsent
        if name.endswith("commit") and unsent and unsent[0].called_at and not claims:
            claims.append(name)
            world.clock.step(seconds)
        return answer

    claims: list[str] = []
    channel = Hanging()
    channel.repeatable = False
    worker = world.worker(tables=Wrapped(world.tables, run), channel=channel)
    await refusal(world.reply("Un", by=worker))
    return channel
