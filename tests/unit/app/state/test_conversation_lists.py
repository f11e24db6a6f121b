"""The lists of conversations: derived from contacts, never older than what was written, tombstones for a minute."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest

from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.conversation_lists import ConversationLists
from shared.state.list_row import list_row
from shared.state.tables import Table
from shared.state.versions import versioned
from shared.vocabulary.words import ConversationStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.tables import FakeTables
from tests.fakes.world import World

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def contact(queue: str = "general", *, version: int = 1, unread: int = 0) -> Contact:
    conversation = Conversation(
        id="c", status=ConversationStatus.OPEN, workstream="w", queue=queue, created_at=NOW, last_message_at=NOW
    )
    conversation = replace(conversation, unread=unread)
    return Contact(id="a", channel_id="ch", session_id="s", version=version, conversation=conversation)


def closed(before: Contact) -> Contact:
    assert before.conversation is not None
    return replace(before, conversation=replace(before.conversation, status=ConversationStatus.CLOSED))


class TestVersioned:
    def test_a_new_contact_has_the_first_version(self) -> None:
        assert versioned(None, contact(version=0), NOW).version == 1

    def test_what_no_list_shows_does_not_raise_it(self) -> None:
        before = contact(version=4)
        after = replace(before, counter=9, said_at={"greeting": NOW})
        assert versioned(before, after, NOW) == replace(after, revision=1, committed_at=NOW)

    def test_what_a_list_shows_raises_it_by_one(self) -> None:
        assert versioned(contact(version=4), contact(version=4, unread=1), NOW).version == 5

    def test_a_conversation_that_changes_its_queue_departs_from_the_former(self) -> None:
        after = versioned(contact("billing"), contact("general"), NOW)
        assert [(each.queue, each.conversation_id, each.at) for each in after.departures] == [("billing", "c", NOW)]

    def test_a_conversation_that_closes_departs(self) -> None:
        after = versioned(contact(), closed(contact()), NOW)
        assert list_row(after) is None
        assert (after.version, [each.queue for each in after.departures]) == (2, ["general"])

    def test_one_that_stays_closed_is_no_change(self) -> None:
        before = closed(contact())
        assert versioned(before, before, NOW).departures == ()


@pytest.fixture
def tables() -> FakeTables:
    return FakeTables()


def stored(state: Contact) -> StoredContact:
    return StoredContact(contact=state, etag="e")


class TestRecord:
    @pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
    async def test_writers_in_any_order_leave_the_newest(self, tables: FakeTables, order: tuple[int, ...]) -> None:
        for version in order:
            await ConversationLists(tables).record(stored(contact(version=version, unread=version)), NOW)
        (row,) = await ConversationLists(tables).list("general")
        assert (row.version, row.unread) == (3, 3)

    async def test_writers_at_once_leave_the_newest(self, tables: FakeTables) -> None:
        states = [stored(contact(version=version, unread=version)) for version in range(1, 9)]
        await asyncio.gather(*(ConversationLists(tables).record(state, NOW) for state in states))
        (row,) = await ConversationLists(tables).list("general")
        assert row.version == 8

    async def test_what_this_worker_wrote_last_is_not_written_again(self, tables: FakeTables) -> None:
        lists = ConversationLists(tables)
        first = await lists.record(stored(contact()), NOW)
        before = tables.rows(Table.INBOX, "general")
        assert await lists.record(first, NOW) == first
        assert tables.rows(Table.INBOX, "general") == before

    async def test_after_a_transfer_the_former_queue_shows_nothing(self, tables: FakeTables) -> None:
        lists = ConversationLists(tables)
        first = await lists.record(stored(contact("billing")), NOW)
        moved = versioned(first.contact, contact("general"), NOW)
        await lists.record(replace(first, contact=moved), NOW)
        assert await lists.list("billing") == []
        assert [row.conversation_id for row in await lists.list("general")] == ["c"]

    async def test_a_late_writer_does_not_bring_back_what_left(self, tables: FakeTables) -> None:
        """A worker that was slow records the contact as it was before the transfer."""
        slow = stored(contact("billing"))
        moved = versioned(slow.contact, contact("general"), NOW)
        await ConversationLists(tables).record(stored(moved), NOW)
        await ConversationLists(tables).record(slow, NOW)
        assert await ConversationLists(tables).list("billing") == []

    async def test_back_in_the_first_queue_within_the_minute_it_is_shown_there(self, tables: FakeTables) -> None:
        lists = ConversationLists(tables)
        state = await lists.record(stored(contact("billing")), NOW)
        for queue in ("general", "billing"):
            moved = versioned(state.contact, contact(queue, version=state.contact.version), NOW)
            moved = replace(moved, departures=(*state.contact.departures, *moved.departures))
            state = await lists.record(replace(state, contact=moved), NOW)
        for departure in state.contact.departures:
            await lists.clear(departure)
        assert [row.version for row in await lists.list("billing")] == [3]
        assert await lists.list("general") == []


class TestTombstones:
    async def test_a_settling_that_is_late_leaves_none(self) -> None:
        """A worker has read the contact while the tombstone stood, and comes to the list once it is deleted."""
        world = World(sample())
        await world.customer("Bonjour")
        await world.close()
        late = world.worker()
        read = await late.contacts.load(world.contact.id)
        assert read
        await world.pass_time(305)
        await late.conversation_lists.record(read, world.clock.now())
        assert world.listed() == []

    async def test_a_worker_that_was_late_by_all_of_its_time_brings_nothing_back(self) -> None:
        """`route` tries a message for up to 105 s; the tombstone is there longer."""
        world = World(sample())
        await world.customer("Bonjour")
        late = world.worker()
        read = await late.contacts.load(world.contact.id)
        assert read
        await world.close()
        await world.pass_time(110)
        await late.conversation_lists.record(read, world.clock.now())
        assert [row["gone"] for row in world.listed()] == [True]

    async def test_it_stands_for_five_minutes_and_then_goes(self) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        await world.close()
        await world.pass_time(298)
        assert [row["gone"] for row in world.listed()] == [True]
        await world.pass_time(10)
        assert world.listed() == []
        assert world.contact.departures == ()

    async def test_while_it_stands_every_change_finds_it_and_leaves_it(self) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        await world.close()
        for _ in range(5):
            await world.customer("Me revoilà", by=world.worker())
            await world.pass_time(5)
        assert sorted(row.get("gone", False) for row in world.listed()) == [False, True]
        await world.pass_time(300)
        assert [row.get("gone", False) for row in world.listed()] == [False]

    async def test_the_check_that_deletes_it_may_be_lost(self) -> None:
        """The next change does its work."""
        world = World(sample())
        await world.customer("Bonjour")
        await world.close()
        world.clock.step(3600)
        await world.customer("Me revoilà", by=world.worker())
        assert [row.get("gone", False) for row in world.listed()] == [False]

    async def test_its_time_may_be_over_before_it_was_written(self) -> None:
        """The worker died between commit and list; the next change heals the list."""
        world = World(sample())
        await world.customer("Bonjour")
        faults = Faults(call=2, error=Killed(), lasting=True, only="commit")
        with pytest.raises(Killed):
            await world.close(by=world.worker(tables=faults.wrap(world.tables)))
        assert [row.get("gone", False) for row in world.listed()] == [False]
        world.clock.step(3600)
        world.restart()
        await world.customer("Me revoilà")
        assert [(row["conversation_id"], row.get("gone", False)) for row in world.listed()] == [
            (world.conversation.id, False)
        ]
