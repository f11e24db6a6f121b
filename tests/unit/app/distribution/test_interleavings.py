"""Turns that die, meet others, or meet rows that should not be there: nobody is lost, nobody is two agents'."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.composition import ContactCentre
from shared.configuration.workstreams import Presence
from shared.lifecycle import moves
from shared.queue.messages import Subject
from shared.state.agent import LoadKind, PresenceBy
from shared.state.conversation_lists import ConversationLists
from shared.state.draft import Draft
from shared.state.tables import Operation, Row, Table
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.words import ConversationStatus, SegmentEnd
from tests.fakes.clock import OffClock
from tests.fakes.faults import Faults, Killed
from tests.fakes.tables import FakeTables
from tests.unit.app.distribution.centres import Centre, phone
from tests.unit.app.distribution.test_turns import GREETING, take_turn

HOLDS = 3


async def a_line_of_four() -> Centre:
    """Four wait, and there are three places."""
    centre = Centre({"method": "round_robin"}, automated_messages=GREETING)
    await centre.customers(1, 2, 3, 4)
    await centre.agent("ana", capacity=60)
    await centre.agent("bob", capacity=30)
    return centre


def killed(centre: Centre, faults: Faults) -> ContactCentre:
    return centre.worker(tables=faults.wrap(centre.tables), sender=faults.wrap(centre.sender))


async def die_between_reservation_and_commit(centre: Centre) -> None:
    """A turn for one conversation and one agent, whose worker dies before its second write to tables."""
    faults = Faults(call=2, error=Killed(), lasting=True, only="commit")
    with pytest.raises(Killed):
        await take_turn(centre, centre.worker(tables=faults.wrap(centre.tables)))


@pytest.mark.parametrize("redelivered", [True, False], ids=["delivered again", "lost"])
@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
async def test_a_turn_killed_at_any_call_leaves_nothing_behind(after: bool, redelivered: bool) -> None:
    counted = Faults(error=Killed())
    centre = await a_line_of_four()
    await take_turn(centre, killed(centre, counted))
    for call in range(1, len(counted.calls) + 1):
        centre = await a_line_of_four()
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        with pytest.raises(Killed):
            await take_turn(centre, killed(centre, faults))
        centre.restart()
        if redelivered:
            await take_turn(centre)
        await centre.pass_time(240)
        assert [centre.agent_of(number) is None for number in (1, 2, 3, 4)] == [False] * HOLDS + [True], faults.calls
        centre.check_true("ana", "bob")
        assert sorted(text or "" for text in centre.phone if text != "Welcome") == [
            "Ana is here",
            "Ana is here",
            "Bob is here",
        ]


async def test_what_a_dead_turn_reserved_is_free_for_others_after_a_minute() -> None:
    """The turn died between its reservation and its commit; then somebody else took the conversation."""
    centre = Centre({"allow_pick": True})
    await centre.customers(1)
    await centre.agent("ana", capacity=30)
    await die_between_reservation_and_commit(centre)
    (orphan,) = centre.load("ana")
    await centre.agent_takes(1, "bob")
    await centre.pass_time(65)
    assert centre.record("ana").load[orphan].kind is LoadKind.GONE
    assert centre.agent_of(1) == "bob"
    await centre.customers(2)
    await centre.pass_time(3)
    assert centre.agent_of(2) == "ana"


async def test_by_a_worker_whose_clock_is_behind_the_queues_it_is_looked_at_once_more_and_not_for_ever() -> None:
    centre = Centre()
    await centre.customers(1)
    await centre.agent("ana")
    behind = OffClock(centre.clock, -3)
    faults = Faults(call=2, error=Killed(), lasting=True, only="commit")
    with pytest.raises(Killed):
        await take_turn(centre, centre.worker(tables=faults.wrap(centre.tables), clock=behind))
    await centre.agent_takes(1, "bob")
    assert len(centre.load("ana")) == 1
    centre.centre = centre.worker(clock=behind)
    looks = [message for message in centre.sender.sent if message.subject is Subject.RESERVATIONS]
    (look,) = looks
    assert look.deliver_at
    centre.clock.step((look.deliver_at - centre.clock.now()).total_seconds())
    for _ in range(5):
        await centre.deliver(looks[-1])
        looks = [message for message in centre.sender.sent if message.subject is Subject.RESERVATIONS]
    assert len(looks) <= 2
    assert centre.load("ana") == []


async def test_the_turn_that_comes_again_uses_what_it_reserved_itself() -> None:
    centre = Centre()
    await centre.customers(1)
    await centre.agent("ana", capacity=30)
    await die_between_reservation_and_commit(centre)
    centre.restart()
    await take_turn(centre)
    assert centre.agent_of(1) == "ana"
    centre.check_true("ana")


async def test_a_reservation_without_a_contact_is_taken_back() -> None:
    """The contact was erased meanwhile."""
    centre = Centre()
    await centre.customers(1)
    await centre.agent("ana", capacity=30)
    await die_between_reservation_and_commit(centre)
    centre.forget_contact(1)
    centre.restart()
    await centre.pass_time(125)
    assert centre.load("ana") == []
    assert centre.waiting() == []


async def test_two_turns_that_believe_they_are_alone() -> None:
    for ahead in range(0, 60, 3):
        centre = await a_line_of_four()
        workers = [centre.worker(), centre.worker()]

        async def late(worker: ContactCentre, centre: Centre = centre, ahead: int = ahead) -> None:
            for _ in range(ahead):
                await asyncio.sleep(0)
            await take_turn(centre, worker)

        await asyncio.gather(take_turn(centre, workers[0]), late(workers[1]))
        await centre.pass_time(240)
        assert sum(centre.agent_of(number) is not None for number in (1, 2, 3, 4)) == HOLDS
        centre.check_true("ana", "bob")
        assert len([text for text in centre.phone if text != "Welcome"]) == HOLDS


class TestZombies:
    async def zombie(self, centre: Centre) -> None:
        """A worker that was held up for longer than tombstones stand writes the line as it was."""
        await centre.customers(1)
        late = await centre.worker().contacts.load(centre.contact_with(phone(1)).id)
        assert late
        await centre.close()
        await centre.pass_time(400)
        await ConversationLists(centre.tables).record(replace(late, listed=None), centre.clock.now())
        assert len(centre.waiting()) == 1

    async def test_the_turn_that_meets_one_buries_it(self) -> None:
        centre = Centre()
        await self.zombie(centre)
        await centre.agent("ana")
        await take_turn(centre)
        assert centre.waiting() == []
        assert [(row["gone"], row["version"]) for row in centre.listed()] == [(True, centre.contact.version)]
        assert centre.load("ana") == []

    async def test_a_check_deletes_its_tombstone(self) -> None:
        centre = Centre()
        await self.zombie(centre)
        await centre.agent("ana")
        await take_turn(centre)
        await centre.pass_time(290)
        assert len(centre.listed()) == 1
        await centre.pass_time(20)
        assert centre.listed() == []

    async def test_it_takes_nobodys_place(self) -> None:
        centre = Centre()
        await self.zombie(centre)
        await centre.customers(2)
        await centre.agent("ana", capacity=30)
        await take_turn(centre)
        assert centre.agent_of(2) == "ana"


async def test_an_outage_of_three_minutes_during_a_shift() -> None:
    """Storage answers nothing; messages are delivered again until it does."""
    centre = Centre()
    await centre.agent("ana", capacity=60)
    await centre.customers(1, 2, 3)
    faults = Faults(call=1, error=Unavailable("away"), lasting=True)
    worker = centre.worker(tables=faults.wrap(centre.tables))
    began = centre.clock.now()
    with pytest.raises(Unavailable):
        await take_turn(centre, worker)
    with pytest.raises(Unavailable):
        await take_turn(centre, worker)
    assert centre.clock.now() - began >= timedelta(minutes=3)
    faults.end()
    await take_turn(centre, worker)
    assert [centre.agent_of(number) for number in (1, 2, 3)] == ["ana", "ana", None]
    centre.check_true("ana")


async def test_one_pair_that_fails_is_left_out_and_its_place_is_another_ones() -> None:
    centre = Centre()
    await centre.customers(1, 2, 3)
    await centre.agent("ana", capacity=60)
    centre.spoil_contact(1)
    await take_turn(centre)
    assert len(centre.load("ana")) == 2
    assert len(centre.waiting()) == 1


async def test_a_pair_that_fails_alone_asks_for_no_turn_every_second() -> None:
    centre = Centre()
    await centre.customers(1)
    await centre.pass_time(5)
    await centre.agent("ana", capacity=60)
    centre.spoil_contact(1)
    sent = len(centre.sender.sent)
    await take_turn(centre)
    asked = [message.deliver_at for message in centre.sender.sent[sent:] if message.subject is Subject.TURN]
    assert [each - centre.clock.now() for each in asked if each] == [timedelta(seconds=60)]


class OneAway:
    """Tables of which one partition answers nothing."""

    def __init__(self, tables: FakeTables, partition: str) -> None:
        self._tables = tables
        self._partition = partition

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        if partition == self._partition:
            raise Unavailable("away")
        return await self._tables.get(table, partition, key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)


async def test_a_pair_whose_contact_is_away_is_tried_by_the_repair_and_not_every_second() -> None:
    centre = Centre()
    await centre.customers(1)
    await centre.pass_time(5)
    await centre.agent("ana", capacity=60)
    worker = centre.worker(tables=OneAway(centre.tables, centre.contact.id))
    sent = len(centre.sender.sent)
    await take_turn(centre, worker)
    asked = [message.deliver_at for message in centre.sender.sent[sent:] if message.subject is Subject.TURN]
    assert [each - centre.clock.now() for each in asked if each] == [timedelta(seconds=60)]
    await centre.pass_time(61)
    assert centre.agent_of(1) == "ana"


async def test_an_agent_whose_row_cannot_be_read_is_passed_over() -> None:
    centre = Centre()
    await centre.customers(1)
    await centre.agent("ana")
    await centre.agent("bob")
    centre.spoil_agent("ana")
    await take_turn(centre)
    assert centre.agent_of(1) == "bob"


async def test_one_that_was_assigned_before_its_line_row_went_is_settled_by_the_next_turn() -> None:
    """The worker that assigned it died before it wrote the lists."""
    centre = Centre()
    await centre.customers(1)
    await centre.agent("ana")
    faults = Faults(call=3, error=Killed(), lasting=True, only="commit")
    with pytest.raises(Killed):
        await take_turn(centre, centre.worker(tables=faults.wrap(centre.tables)))
    assert centre.agent_of(1) == "ana"
    assert len(centre.waiting()) == 1
    centre.restart()
    await take_turn(centre)
    assert centre.agent_of(1) == "ana"
    centre.check_true("ana")


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.OFFLINE])
async def test_who_went_away_between_two_turns_gets_nothing(presence: Presence) -> None:
    centre = Centre()
    await centre.agent("ana")
    await centre.customers(1)
    await centre.agent("ana", presence=presence)
    await centre.pass_time(3)
    assert centre.conversation_of(1).status is ConversationStatus.OPEN


async def test_tables_hold_no_row_that_nobody_reads() -> None:
    """After a day's end, nothing of it is left in the inbox."""
    centre = Centre()
    await centre.agent("ana")
    await centre.customers(1)
    await centre.pass_time(3)
    await centre.close()
    await centre.pass_time(400)
    assert centre.tables.rows(Table.INBOX, "general") == []


class BeforeACommit:
    """Tables of which somebody else does something just before the first commit to one of them."""

    def __init__(self, tables: FakeTables, table: Table, does: Callable[[], Awaitable[object]]) -> None:
        self._tables = tables
        self._table = table
        self._does: Callable[[], Awaitable[object]] | None = does

    async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> Mapping[str, str]:
        if table is self._table and (does := self._does):
            self._does = None
            await does()
        return await self._tables.commit(table, partition, operations)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)


async def test_what_another_worker_settles_between_reservation_and_commit_costs_no_load() -> None:
    """Ana had it and gave it back; the customer writes at the moment in which a turn gives it to her again."""
    centre = Centre()
    await centre.agent("ana")
    await centre.customers(1)
    await centre.pass_time(3)
    stored = await centre.centre.contacts.load(centre.contact.id)
    assert stored
    draft = Draft.of(stored, centre.clock.now())
    moves.to_queue(draft, "general", SegmentEnd.RELEASED)
    await centre.centre._settler.settle(await centre.centre._committer.commit(stored, draft))

    other = centre.worker()
    tables = BeforeACommit(centre.tables, Table.CONTACTS, lambda: centre.customer("Hello?", phone=phone(1), by=other))
    await take_turn(centre, centre.worker(tables=tables))
    centre.check_true("ana")
    await centre.pass_time(3)
    assert centre.agent_of(1) == "ana"
    centre.check_true("ana")


@pytest.mark.parametrize("accept", ["auto", "manual"])
async def test_who_goes_offline_while_a_turn_is_under_way_gets_nothing(accept: str) -> None:
    centre = Centre({"accept": accept})
    await centre.agent("ana")
    await centre.customers(1)
    other = centre.worker().agent_changes

    def leaves() -> Awaitable[object]:
        return other.set_presence("ana", Presence.OFFLINE, PresenceBy.AGENT)

    await take_turn(centre, centre.worker(tables=BeforeACommit(centre.tables, Table.AGENTS, leaves)))
    conversation = centre.conversation_of(1)
    assert (conversation.agent, conversation.offer) == (None, None)
    centre.check_true("ana")
