"""Roll calls: who is set offline because nothing is heard of the desk, and who never is."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from shared.composition import ContactCentre
from shared.configuration.workstreams import Presence
from shared.lifecycle import moves
from shared.queue.messages import RollCall, Subject
from shared.queue.roll_call_requests import ROLL
from shared.queue.sender import QueueMessage
from shared.state.agent import Agent, PresenceBy
from shared.state.draft import Draft
from shared.state.rows import encode
from shared.state.signs_of_life import SEEN, Seen, SignsOfLife
from shared.state.tables import Put, Table
from tests.fakes.clock import OffClock
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import World

AVAILABLE, AWAY, OFFLINE = Presence.AVAILABLE, Presence.AWAY, Presence.OFFLINE


class Shift:
    """A world with Ana, whose desk is heard of as a test says, and roll calls."""

    def __init__(self) -> None:
        self.world = World()
        self.world.clock.step(0.5)

    async def ana(self, presence: Presence = AVAILABLE, ago: float = 3600) -> None:
        """Ana's presence was set so long ago."""
        since = self.world.clock.now() - timedelta(seconds=ago)
        record = Agent(id="Ana", name="Ana", queues=("general",), presence=presence, presence_since=since)
        await self.world.centre.agents.save("ana", lambda _: record)

    async def seen(self, ago: float = 0) -> None:
        """Ana's desk was heard of so long ago."""
        seen = Seen(agent="ANA", at=self.world.clock.now() - timedelta(seconds=ago))
        await self.world.tables.commit(Table.AGENTS, SEEN, [Put("ana", encode(seen))])

    async def call(self, late: float = 0, by: ContactCentre | None = None) -> None:
        """A roll call comes that was due so many seconds ago."""
        due = self.world.clock.now() - timedelta(seconds=late)
        message = RollCall(minute=int(due.timestamp() / 60))
        await self.world.deliver(QueueMessage.of(message, session_id=ROLL, message_id="roll"), by=by)

    async def calls(self, *after: float) -> None:
        """Roll calls in time, each so many seconds after the one before."""
        for seconds in after:
            self.world.clock.step(seconds)
            await self.call()

    @property
    def asked(self) -> list[QueueMessage]:
        """The roll calls that were asked for."""
        return [message for message in self.world.timers if message.subject is Subject.ROLL_CALL]

    async def presence(self) -> Presence:
        """Ana's presence, as stored."""
        return (await self.record()).presence

    async def record(self) -> Agent:
        """Ana's record, as stored."""
        found = await self.world.worker().agents.find("ana")
        assert found
        return found


async def test_an_agent_whose_desk_is_silent_for_too_long_is_offline_and_it_is_known_what_it_was() -> None:
    shift = Shift()
    await shift.ana()
    await shift.seen()
    await shift.calls(0, 60, 60)
    assert await shift.presence() is AVAILABLE
    await shift.calls(60)
    record = await shift.record()
    assert (record.presence, record.presence_by, record.presence_before) == (OFFLINE, PresenceBy.SYSTEM, AVAILABLE)


@pytest.mark.parametrize(
    ("presence", "set_ago", "seen_ago", "lost"),
    [
        (AVAILABLE, 3600, 151, True),
        (AVAILABLE, 3600, 149, False),
        (AWAY, 3600, 151, True),
        (OFFLINE, 3600, 151, False),
        (AVAILABLE, 200, 259, True),  # the desk began its shift a moment before the presence was set
        (AVAILABLE, 200, 261, False),  # said over the API since: an agent without a desk is never lost
        (AVAILABLE, 3600, None, False),
    ],
)
async def test_only_a_desk_that_was_there_can_be_lost(
    presence: Presence, set_ago: float, seen_ago: float | None, lost: bool
) -> None:
    shift = Shift()
    await shift.calls(0, 60)
    await shift.ana(presence, set_ago)
    if seen_ago is not None:
        await shift.seen(seen_ago)
    await shift.call()
    assert (await shift.presence() is OFFLINE) is (lost or presence is OFFLINE)
    assert ((await shift.record()).presence_by is PresenceBy.SYSTEM) is lost


@pytest.mark.parametrize(
    ("late", "ended_ago", "judges"), [(0, 60, True), (30, 60, True), (31, 60, False), (0, 120, True), (0, 121, False)]
)
async def test_a_silence_of_the_apps_own_is_not_taken_for_one_of_the_agents(
    late: float, ended_ago: float, judges: bool
) -> None:
    shift = Shift()
    shift.world.clock.step(59.5 + late)  # so long after a full minute
    await SignsOfLife(shift.world.tables).end_roll_call(shift.world.clock.now() - timedelta(seconds=ended_ago))
    await shift.ana()
    await shift.seen(ago=200)
    await shift.call(late)
    assert (await shift.presence() is OFFLINE) is judges


async def test_the_first_roll_call_judges_nobody() -> None:
    shift = Shift()
    await shift.ana()
    await shift.seen(ago=200)
    await shift.call()
    assert await shift.presence() is AVAILABLE


@pytest.mark.parametrize(("seen_ago", "asks"), [(0, True), (269, True), (271, False), (None, False)])
async def test_the_next_one_is_asked_for_as_long_as_there_are_desks(seen_ago: float | None, asks: bool) -> None:
    shift = Shift()
    await shift.ana()
    if seen_ago is not None:
        await shift.seen(seen_ago)
    await shift.call()
    assert bool(shift.asked) is asks
    if asks:
        (message,) = shift.asked
        minute = RollCall.decode(message.body).minute
        assert (message.session_id, message.message_id) == ("roll", f"roll:{minute}")
        assert message.deliver_at == datetime.fromtimestamp(minute * 60, UTC)
        assert timedelta() < message.deliver_at - shift.world.clock.now() <= timedelta(minutes=1)


async def with_an_offer() -> Shift:
    """Ana is offered a conversation, and her desk falls silent."""
    shift = Shift()
    world = shift.world
    await shift.ana()
    await world.customer("Bonjour")
    stored = await world.centre.contacts.load(world.contact.id)
    assert stored
    draft = Draft.of(stored, world.clock.now())
    moves.offer_to(draft, "Ana", 30, world.clock.now() + timedelta(hours=1))
    await world.centre._settler.settle(await world.centre._committer.commit(stored, draft))
    await shift.seen()
    await shift.calls(60, 60)
    shift.world.clock.step(60)
    return shift


async def test_what_was_offered_to_a_lost_agent_is_in_line_again() -> None:
    shift = await with_an_offer()
    await shift.call()
    await assert_ana_is_lost(shift)


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
async def test_a_roll_call_whose_worker_dies_at_any_call_ends_as_if_nothing_had_happened(after: bool) -> None:
    call, reached = 0, True
    while reached:
        call += 1
        shift = await with_an_offer()
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        doomed = shift.world.worker(tables=faults.wrap(shift.world.tables), sender=faults.wrap(shift.world.sender))
        with suppress(Killed):
            await shift.call(by=doomed)
        if reached := faults.reached:
            shift.world.restart()
            await shift.call()
        next_minute = int(shift.world.clock.now().timestamp() / 60) + 1
        assert f"roll:{next_minute}" in [message.message_id for message in shift.asked]
        await shift.world.pass_time(180)
        await assert_ana_is_lost(shift)
    assert call > 5


async def assert_ana_is_lost(shift: Shift) -> None:
    record = await shift.record()
    assert (record.presence, record.presence_by, record.presence_before) == (OFFLINE, PresenceBy.SYSTEM, AVAILABLE)
    assert (shift.world.conversation.offer, shift.world.conversation.declines, record.units) == (None, {}, 0)
    assert shift.world.waiting() == [shift.world.conversation.id]


async def test_a_worker_whose_clock_is_behind_asks_for_the_next_and_not_for_the_same() -> None:
    shift = Shift()
    await shift.ana()
    await shift.seen()
    shift.world.clock.step(59.5 - shift.world.clock.now().second)
    minute = int(shift.world.clock.now().timestamp() / 60) + 1
    behind = shift.world.worker(clock=OffClock(shift.world.clock, -3))
    shift.world.clock.step(1)
    due = QueueMessage.of(RollCall(minute=minute), session_id=ROLL, message_id="roll")
    await shift.world.deliver(due, by=behind)
    assert [message.message_id for message in shift.asked] == [f"roll:{minute + 1}"]
