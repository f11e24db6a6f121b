"""What agents have in hand, as commits give and take it."""

import pytest

from shared.committing.reserving import NoRoom
from shared.composition import ContactCentre
from shared.lifecycle import moves
from shared.queue.messages import Check, Pair
from shared.state.agent import Agent, LoadKind
from shared.state.contact_store import AlreadyDone, Stale, StoredContact
from shared.state.done_mark import Mark
from shared.state.draft import Draft, Room
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.words import ClosureReason, SegmentEnd
from tests.fakes.clock import OffClock
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import World

HELD, PARKED, GONE = LoadKind.HELD, LoadKind.PARKED, LoadKind.GONE


async def staffed(capacity: int = 60) -> World:
    """A world with Ana and Bruno, and a conversation that waits."""
    world = World()
    for agent in ("ana", "bruno"):
        record = Agent(id=agent, name=agent.capitalize(), queues=("general",), capacity=capacity)
        await world.centre.agents.save(agent, lambda _, record=record: record)  # type: ignore[misc]
    await world.customer("Bonjour")
    return world


async def read(world: World, by: ContactCentre | None = None) -> StoredContact:
    stored = await (by or world.centre).contacts.load(world.contact.id)
    assert stored
    return stored


async def give(
    world: World,
    agent: str,
    *,
    stored: StoredContact | None = None,
    room: Room = Room.ANY,
    by: ContactCentre | None = None,
) -> None:
    """The conversation of the only contact is given to an agent."""
    centre = by or world.centre
    stored = stored or await read(world, centre)
    draft = Draft.of(stored, world.clock.now())
    moves.to_agent(draft, agent, 30, SegmentEnd.ASSIGNED, room)
    await centre._settler.settle(await centre._committer.commit(stored, draft))


async def change(world: World, move: str, *values: object) -> None:
    """A move without agents' facts."""
    stored = await read(world)
    draft = Draft.of(stored, world.clock.now())
    getattr(moves, move)(draft, *values)
    await world.centre._settler.settle(await world.centre._committer.commit(stored, draft))


async def load(world: World, agent: str) -> list[tuple[LoadKind, int]]:
    """The kinds and units in an agent's load, as stored."""
    found = await world.worker().agents.find(agent)
    assert found
    return [(entry.kind, entry.units) for entry in found.load.values()]


async def test_what_is_given_is_announced_with_its_pair_and_stands_in_the_agents_load() -> None:
    world = await staffed()
    await give(world, "ana")
    assert await load(world, "ana") == [(HELD, 30)]
    (announced,) = [
        check
        for message in world.timers
        if message.subject == "check" and (check := Check.decode(message.body)).reserved
    ]
    assert announced.reserved == Pair(conversation_id=world.conversation.id, agent="ana")


async def test_what_is_set_aside_is_parked_and_taken_up_again_it_is_held() -> None:
    world = await staffed()
    await give(world, "ana")
    await change(world, "set_aside")
    assert await load(world, "ana") == [(PARKED, 0)]
    await change(world, "take_up", 30)
    assert await load(world, "ana") == [(HELD, 30)]


async def test_what_goes_to_another_agent_leaves_the_first() -> None:
    world = await staffed()
    await give(world, "ana")
    await give(world, "bruno")
    assert await load(world, "ana") == [(GONE, 0)]
    assert await load(world, "bruno") == [(HELD, 30)]


async def test_what_comes_back_to_an_agent_is_not_taken_away_by_an_older_state() -> None:
    world = await staffed()
    await give(world, "ana")
    late = await read(world)
    await give(world, "bruno")
    behind = await read(world, world.worker())
    await give(world, "ana")
    assert [each.agent for each in world.contact.released] == ["bruno"]
    for worker, stale in ((world.worker(), late), (world.worker(), behind)):
        await worker._settler._steps[1](stale)  # the loads, by a worker that is late
    assert await load(world, "ana") == [(HELD, 30)]
    assert await load(world, "bruno") == [(GONE, 0)]


async def test_what_is_closed_or_relabelled_shows() -> None:
    world = await staffed()
    await give(world, "ana")
    await change(world, "relabel", "billing", SegmentEnd.DRAINED)
    found = await world.worker().agents.find("ana")
    assert found
    assert [entry.queue for entry in found.load.values()] == ["billing"]
    await change(world, "close", ClosureReason.AGENT_CLOSED)
    assert await load(world, "ana") == [(GONE, 0)]


async def test_an_agent_without_room_is_not_given_more_and_nothing_is_left_behind() -> None:
    world = await staffed(capacity=20)
    with pytest.raises(NoRoom) as caught:
        await give(world, "ana", room=Room.CAPACITY)
    assert caught.value.code is Code.AGENT_NOT_AVAILABLE
    assert await load(world, "ana") == []
    assert world.conversation.agent is None


@pytest.mark.parametrize(("to", "left"), [("bruno", [(GONE, 0)]), ("ana", [(HELD, 30)])])
async def test_of_two_that_give_at_once_the_loser_takes_back_only_what_the_winner_did_not_give(
    to: str, left: list[tuple[LoadKind, int]]
) -> None:
    world = await staffed()
    before = await read(world)
    other = world.worker()
    seen_by_other = await read(world, other)
    await give(world, "ana", stored=before)
    with pytest.raises(Stale):
        await give(world, to, stored=seen_by_other, by=other)
    assert await load(world, to) == left
    assert await load(world, "ana") == [(HELD, 30)]


async def test_what_was_done_before_and_came_to_nothing_since_leaves_no_load() -> None:
    """The same command again, by a worker that has not heard of the first, nor of the end of what that did."""
    world = await staffed()
    other, mark = world.worker(), Mark(key="mark:assign")
    seen_by_other = await read(world, other)
    stored = await read(world)
    draft = Draft.of(stored, world.clock.now())
    moves.to_agent(draft, "ana", 30, SegmentEnd.ASSIGNED)
    await world.centre._settler.settle(await world.centre._committer.commit(stored, draft, mark))
    await change(world, "to_queue", "general", SegmentEnd.RELEASED)
    again = Draft.of(seen_by_other, world.clock.now())
    moves.to_agent(again, "bruno", 30, SegmentEnd.ASSIGNED)
    with pytest.raises((AlreadyDone, Stale)):
        await other._committer.commit(seen_by_other, again, mark)
    assert HELD not in [kind for kind, _ in await load(world, "bruno")]


async def test_a_message_in_an_assigned_conversation_asks_nothing_of_the_agents_rows() -> None:
    world = await staffed()
    await give(world, "ana")
    calls = Faults(error=Killed())
    for worker in (world.centre, world.worker()):  # one that knows the contact, and one that does not
        world.clock.step(301)
        await world.drain()
        tables = calls.wrap(world.tables)
        worker.agents._tables = tables
        await world.customer("Et ?", by=worker)
    assert calls.calls == []


async def test_a_commit_that_would_begin_too_late_is_dropped_with_its_reservation() -> None:
    world = await staffed()

    class Slow:
        def __getattr__(self, name: str) -> object:
            return getattr(world.sender, name)

        async def send(self, message: object) -> None:
            world.clock.step(31)

    worker = world.worker(sender=Slow())
    with pytest.raises(Unavailable):
        await give(world, "ana", by=worker)
    assert await load(world, "ana") == [(GONE, 0)]
    assert world.conversation.agent is None


async def test_the_marks_that_a_conversation_left_an_agent_are_cleared_after_five_minutes() -> None:
    world = await staffed()
    await give(world, "ana")
    await change(world, "to_queue", "general", SegmentEnd.RELEASED)
    assert [each.agent for each in world.contact.released] == ["ana"]
    world.clock.step(302)
    await world.deliver(world.timers[-1])
    assert world.contact.released == ()


async def test_they_are_by_a_worker_whose_clock_is_behind_the_queues_too() -> None:
    world = await staffed()
    world.centre = world.worker(clock=OffClock(world.clock, -3))
    await give(world, "ana")
    await change(world, "relabel", "billing", SegmentEnd.DRAINED)
    await change(world, "to_queue", "general", SegmentEnd.RELEASED)
    await world.pass_time(302)
    assert (world.contact.released, world.contact.departures) == ((), ())
    assert world.listed("billing") == []


async def test_one_check_clears_what_a_conversation_left_however_much_is_written_meanwhile() -> None:
    world = await staffed()
    await give(world, "ana")
    await change(world, "to_queue", "general", SegmentEnd.RELEASED)
    sent = len(world.timers)
    for _ in range(3):
        await world.customer("Et ?")
    assert [message.subject for message in world.timers[sent:]] == []
    await world.pass_time(302)
    assert world.contact.released == ()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(1, 13))
async def test_a_worker_that_dies_at_any_call_leaves_a_load_that_is_soon_true(call: int, after: bool) -> None:
    world = await staffed()
    await world.pass_time(10)
    faults = Faults(call=call, error=Killed(), after=after, lasting=True)
    dying = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
    try:
        await give(world, "ana", by=dying)
        await give(world, "bruno", by=dying)
    except Killed:
        world.restart()
    await world.pass_time(200)
    for agent in ("ana", "bruno"):
        has = world.conversation.agent == agent
        assert [each for each in await load(world, agent) if each[0] is not GONE] == ([(HELD, 30)] if has else [])


@pytest.mark.parametrize("call", range(1, 8))
async def test_the_loser_of_a_pick_that_dies_leaves_nothing_in_its_agents_load(call: int) -> None:
    world = await staffed()
    faults = Faults(call=call, error=Killed(), after=True, lasting=True)
    loser = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
    seen = await read(world, world.worker())
    await give(world, "ana")
    with pytest.raises((Killed, Stale)):
        await give(world, "bruno", stored=seen, by=loser)
    await world.pass_time(200)
    assert [each for each in await load(world, "bruno") if each[0] is not GONE] == []
    assert await load(world, "ana") == [(HELD, 30)]
