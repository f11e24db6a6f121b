"""A channel stops and recovers while workers die, clocks differ and reports come late: nothing is lost or doubled."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.composition import ContactCentre
from shared.sending.channel import Postponed, Refusal
from shared.vocabulary.errors import Refused
from shared.vocabulary.words import MessageStatus
from tests.fakes.clock import OffClock
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, SAM, World, refusal

type Step = Callable[[World, ContactCentre], Awaitable[Any]]

MINUTES = 60
PHONES = ("33600000001", "33600000002")
PAYMENT = Refusal(code="131042", message="payment")
LOCKED = Postponed(code="131031", message="locked", in_doubt=False)
OTHER_ANSWERS = (
    Postponed(code="503", message="busy"),
    Postponed(code="130429", message="throughput", retry_after=3, in_doubt=False),
    Refusal(code="131016", message="away"),
    Refusal(code="131056", message="pair rate"),
)


def worker_of(world: World, faults: Faults, **ports: Any) -> ContactCentre:
    """A worker whose calls to the world fail as planned."""
    failing = {name: faults.wrap(getattr(world, name)) for name in ("tables", "sender", "channel")}
    return world.worker(**failing, **ports)


async def customers(world: World) -> None:
    for phone in PHONES:
        await world.customer("Bonjour", phone=phone)


async def all_wait(world: World) -> None:
    """Two messages of each customer wait for the channel, and the stop is about to end."""
    await customers(world)
    world.channel.answer_next(PAYMENT)
    for phone in PHONES:
        for number in (1, 2):
            await refusal(world.reply(f"{number} {phone}", to=phone))
    world.clock.step(15 * MINUTES + 6)


async def one_was_sent(world: World) -> None:
    await customers(world)
    await world.reply(f"1 {PHONES[0]}", to=PHONES[0])


async def meet_a_stop(world: World, worker: ContactCentre) -> None:
    world.channel.answer_next(PAYMENT)
    for phone in PHONES:
        await refusal(world.reply(f"1 {phone}", to=phone, by=worker))


async def come_back(world: World, worker: ContactCentre) -> None:
    await world.drain(by=worker)


async def probe_in_vain(world: World, worker: ContactCentre) -> None:
    world.channel.answer_next(LOCKED)
    await world.drain(by=worker)


async def hear_of_a_failure(world: World, worker: ContactCentre) -> None:
    message_id = world.channel.message_id(world.channel.sent[0])
    await world.status(message_id, "Failed", code="131042", phone=PHONES[0], by=worker)


@pytest.mark.parametrize(
    ("before", "step"),
    [(customers, meet_a_stop), (all_wait, come_back), (all_wait, probe_in_vain)],
    ids=["it stops", "it recovers", "it does not recover"],
)
async def test_a_worker_may_die_at_any_call(before: Callable[[World], Awaitable[None]], step: Step) -> None:
    """Before it: after the one that went before is the same."""
    call, reached = 0, True
    while reached:
        call += 1
        world = World(sample())
        await before(world)
        faults = Faults(call=call, error=Killed(), lasting=True)
        try:
            await step(world, worker_of(world, faults))
        except Killed:
            pass
        reached = faults.reached
        world.channel.answer_again()
        world.restart()
        await world.pass_time(40 * MINUTES)
        assert_in_order_and_once(world, set())
    assert call > 10


async def test_a_worker_may_die_while_it_hears_that_a_message_failed() -> None:
    """The event is delivered again; the message goes out once more, by whoever comes back to it."""
    call, reached = 0, True
    while reached:
        call += 1
        world = World(sample())
        await one_was_sent(world)
        faults = Faults(call=call, error=Killed(), lasting=True)
        try:
            await hear_of_a_failure(world, worker_of(world, faults))
        except Killed:
            await hear_of_a_failure(world, world.centre)
        reached = faults.reached
        assert len(world.phone) == 1
        await world.pass_time(20 * MINUTES)
        assert world.phone == [f"1 {PHONES[0]}"] * 2
    assert call > 3


STEPS = st.one_of(
    st.tuples(st.just("reply"), st.integers(0, 1), st.none() | st.tuples(st.integers(1, 12), st.booleans())),
    st.tuples(st.just("failure"), st.integers(0, 4), st.none()),
    st.tuples(st.just("answers"), st.lists(st.sampled_from([PAYMENT, LOCKED, *OTHER_ANSWERS]), max_size=4), st.none()),
    st.tuples(
        st.just("time"),
        st.sampled_from([1, 7, 40, 600, 910]),
        st.none() | st.tuples(st.integers(1, 30), st.booleans()),
    ),
)


class Story:
    """Two workers, whose clocks are three seconds apart, on one channel that stops now and then."""

    def __init__(self) -> None:
        self.world = World(sample())
        self._clocks = [self.world.clock, OffClock(self.world.clock, 3)]
        self._workers = [self.world.worker(clock=clock) for clock in self._clocks]
        self.failed: set[str] = set()
        self.said: list[tuple[str, str]] = []

    async def take(self, number: int, what: str, how: Any, fault: tuple[int, bool] | None) -> None:
        world, worker = self.world, number % 2
        by = self._dying(worker, fault) if fault else self._workers[worker]
        match what:
            case "reply":
                await self._reply(f"{number} {PHONES[how]}", PHONES[how], by)
            case "failure" if len(world.channel.sent) > how:
                shipment = world.channel.sent[-1 - how]
                self.failed.add(str(shipment.content.text))
                message_id = world.channel.message_id(shipment)
                await world.status(message_id, "Failed", code="131042", phone=shipment.to.lstrip("+"), by=by)
            case "answers":
                world.channel.answer_next(*how)
            case "time":
                try:
                    await world.pass_time(how, by=by)
                except Killed:
                    await world.pass_time(how, by=self._workers[worker])

    async def _reply(self, text: str, phone: str, by: ContactCentre) -> None:
        try:
            await self.world.reply(text, to=phone, by=by, replier=SAM)
        except (Killed, Refused):
            pass

    def _dying(self, worker: int, fault: tuple[int, bool]) -> ContactCentre:
        faults = Faults(call=fault[0], error=Killed(), after=fault[1], lasting=True)
        return worker_of(self.world, faults, clock=self._clocks[worker])


@given(st.lists(STEPS, max_size=14))
@settings(max_examples=40)
def test_whatever_a_channel_does_all_goes_out_once_and_in_order(steps: list[tuple[str, Any, Any]]) -> None:
    async def told() -> None:
        story = Story()
        await customers(story.world)
        for number, step in enumerate(steps):
            await story.take(number, *step)
        story.world.channel.answer_again()
        await story.world.pass_time(1 * HOURS)
        assert_in_order_and_once(story.world, story.failed)

    asyncio.run(told())


def number_of(text: str) -> int:
    return int(text.split()[0])


def assert_in_order_and_once(world: World, failed: set[str]) -> None:
    """What was committed is on the phone, but for what was given up; what did not fail later once, and in order."""
    for phone in PHONES:
        contact = world.contact_with(phone)
        assert not contact.unsent
        lines = [line for line in world.history(contact.id) if line.direction == "out"]
        taken = sorted((line.text or "" for line in lines if line.status is not MessageStatus.FAILED), key=number_of)
        arrived = [str(text) for text in world.phone if phone in str(text)]
        assert set(taken) <= set(arrived)
        assert [text for text in arrived if text not in failed] == [text for text in taken if text not in failed]
