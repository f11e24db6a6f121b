"""The waiting lines: a row beside the list row, written with it, as long as the conversation waits for an agent."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation, NeededSkill, Offer
from shared.state.conversation_lists import ConversationLists
from shared.state.line_row import line_key, line_row
from shared.state.list_row import ListRow, list_row
from shared.state.rows import encode
from shared.state.shown import Listed
from shared.state.tables import Delete, Put, Table
from shared.state.versions import versioned
from shared.state.waiting_lines import WaitingLines
from shared.vocabulary.words import ConversationStatus, Priority
from tests.fakes.faults import Faults
from tests.fakes.tables import FakeTables

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def contact(number: int = 1, version: int = 1, **fields: Any) -> Contact:
    conversation = Conversation(
        id=f"{number:032x}-e",
        status=ConversationStatus.OPEN,
        workstream="support",
        queue="general",
        created_at=NOW,
        last_message_at=NOW,
        queued_since=NOW,
    )
    return Contact(
        id=f"{number:032x}",
        channel_id="ch",
        session_id="s",
        version=version,
        conversation=replace(conversation, **fields),
    )


def changed(state: StoredContact, **fields: Any) -> StoredContact:
    conversation = state.contact.conversation
    assert conversation is not None
    after = replace(state.contact, conversation=replace(conversation, **fields))
    return replace(state, contact=versioned(state.contact, after, NOW), turn_due=False)


def stored(state: Contact) -> StoredContact:
    return StoredContact(contact=state, etag="e")


@pytest.fixture
def tables() -> FakeTables:
    return FakeTables()


def lines(tables: FakeTables, queue: str = "general") -> list[str]:
    return [row.key for row in tables.rows(Table.INBOX, queue) if row.key.startswith("line:")]


ASSIGNED: dict[str, Any] = {"status": ConversationStatus.ACTIVE, "agent": "ana"}
OFFERED: dict[str, Any] = {"offer": Offer(agent="ana", at=NOW, expires_at=NOW)}


class TestRecord:
    async def test_a_conversation_that_waits_is_in_line(self, tables: FakeTables) -> None:
        await ConversationLists(tables).record(stored(contact()), NOW)
        assert lines(tables) == [f"line:2:{int(NOW.timestamp() * 1000):013d}:{1:032x}-e"]

    @pytest.mark.parametrize("fields", [ASSIGNED, OFFERED, {"status": ConversationStatus.CLOSED}])
    async def test_one_that_waits_no_more_is_out_of_it_at_once(
        self, tables: FakeTables, fields: dict[str, Any]
    ) -> None:
        lists = ConversationLists(tables)
        state = await lists.record(stored(contact()), NOW)
        await lists.record(changed(state, **fields), NOW)
        assert lines(tables) == []

    async def test_a_worker_that_knows_nothing_takes_it_out_as_well(self, tables: FakeTables) -> None:
        state = await ConversationLists(tables).record(stored(contact()), NOW)
        cold = replace(changed(state, **ASSIGNED), listed=None)
        await ConversationLists(tables).record(cold, NOW)
        assert lines(tables) == []

    async def test_a_new_priority_moves_it(self, tables: FakeTables) -> None:
        lists = ConversationLists(tables)
        state = await lists.record(stored(contact()), NOW)
        state = await lists.record(changed(state, priority=Priority.URGENT), NOW)
        assert lines(tables) == [line_key(state.contact.conversation)] if state.contact.conversation else False

    async def test_in_another_queue_it_is_in_that_line_alone(self, tables: FakeTables) -> None:
        lists = ConversationLists(tables)
        state = await lists.record(stored(contact()), NOW)
        await lists.record(changed(state, queue="billing"), NOW)
        assert (lines(tables), len(lines(tables, "billing"))) == ([], 1)

    async def test_a_late_writer_does_not_bring_it_back(self, tables: FakeTables) -> None:
        state = await ConversationLists(tables).record(stored(contact()), NOW)
        await ConversationLists(tables).record(changed(state, **ASSIGNED), NOW)
        await ConversationLists(tables).record(stored(contact()), NOW)
        assert lines(tables) == []

    async def test_writers_at_once_leave_the_newest(self, tables: FakeTables) -> None:
        priorities = [Priority.LOW, Priority.URGENT, Priority.NORMAL, Priority.HIGH]
        states = [contact(version=version, priority=each) for version, each in enumerate(priorities, start=1)]
        await asyncio.gather(*(ConversationLists(tables).record(stored(state), NOW) for state in states))
        assert [key[5] for key in lines(tables)] == ["1"]

    async def test_a_line_row_that_is_not_there_is_not_deleted(self, tables: FakeTables) -> None:
        lists = ConversationLists(tables)
        state = await lists.record(stored(contact()), NOW)
        await tables.commit(Table.INBOX, "general", [Delete(lines(tables)[0])])
        await lists.record(changed(state, **ASSIGNED), NOW)
        assert (await lists.list("general"))[0].agent == "ana"

    async def test_a_line_row_that_nobody_expects_is_written_over(self, tables: FakeTables) -> None:
        key, row = line_row(contact()) or ("", None)
        await tables.commit(Table.INBOX, "general", [Put(key, encode(row))])
        await ConversationLists(tables).record(stored(contact()), NOW)
        assert lines(tables) == [key]

    async def test_lists_do_not_show_line_rows(self, tables: FakeTables) -> None:
        await ConversationLists(tables).record(stored(contact()), NOW)
        assert [row.conversation_id for row in await ConversationLists(tables).list("general")] == [f"{1:032x}-e"]

    async def test_a_message_in_an_assigned_conversation_costs_one_call(self, tables: FakeTables) -> None:
        lists = ConversationLists(tables)
        state = await lists.record(stored(contact(**ASSIGNED)), NOW)
        counted = Faults(error=AssertionError())
        await ConversationLists(counted.wrap(tables)).record(changed(state, unread=1), NOW)
        assert counted.calls == ["FakeTables.commit"]


class TestByTheLineRowAlone:
    """A turn has read the line row, and not the list's; since both change together, its ETag stands for both."""

    async def known_by_line(self, tables: FakeTables, state: StoredContact) -> StoredContact:
        (one,) = (await WaitingLines(tables).read("general")).waiting
        assert one.row
        listed = Listed(
            queue="general",
            conversation_id=one.row.conversation_id,
            version=one.row.version,
            etag=None,
            line=one.key,
            line_etag=one.etag,
        )
        return replace(state, listed=listed)

    async def test_one_that_is_assigned_leaves_the_line_without_a_read(self, tables: FakeTables) -> None:
        state = await ConversationLists(tables).record(stored(contact()), NOW)
        state = await self.known_by_line(tables, state)
        counted = Faults(error=AssertionError())
        await ConversationLists(counted.wrap(tables)).record(changed(state, **ASSIGNED), NOW)
        assert counted.calls == ["FakeTables.commit"]
        assert (lines(tables), (await ConversationLists(tables).list("general"))[0].agent) == ([], "ana")

    @pytest.mark.parametrize("fields", [ASSIGNED, {"unread": 3}])
    async def test_what_was_written_since_by_a_newer_contact_stays(
        self, tables: FakeTables, fields: dict[str, Any]
    ) -> None:
        state = await ConversationLists(tables).record(stored(contact()), NOW)
        known = await self.known_by_line(tables, state)
        newest = contact(version=9, unread=7)
        await ConversationLists(tables).record(stored(newest), NOW)
        await ConversationLists(tables).record(changed(known, **fields), NOW)
        assert await ConversationLists(tables).list("general") == [list_row(newest)]
        assert len(lines(tables)) == 1


class TestTurnDue:
    async def test_who_joins_the_line_gives_a_turn_something_to_do(self, tables: FakeTables) -> None:
        assert (await ConversationLists(tables).record(stored(contact()), NOW)).turn_due

    async def test_a_further_message_of_one_who_waits_does_not(self, tables: FakeTables) -> None:
        lists = ConversationLists(tables)
        state = await lists.record(stored(contact()), NOW)
        assert not (await lists.record(changed(state, unread=2), NOW)).turn_due

    @pytest.mark.parametrize(
        "fields", [{"priority": Priority.HIGH}, {"skills": (NeededSkill(name="billing"),)}, {"queue": "billing"}]
    )
    async def test_one_that_others_may_take_now_does(self, tables: FakeTables, fields: dict[str, Any]) -> None:
        lists = ConversationLists(tables)
        state = await lists.record(stored(contact()), NOW)
        assert (await lists.record(changed(state, **fields), NOW)).turn_due

    async def test_one_that_is_assigned_does_not(self, tables: FakeTables) -> None:
        lists = ConversationLists(tables)
        state = await lists.record(stored(contact()), NOW)
        assert not (await lists.record(changed(state, **ASSIGNED), NOW)).turn_due


class TestMend:
    """A line row that its contact contradicts, brought back by a writer who was later than any tombstone."""

    async def zombie(self, tables: FakeTables) -> str:
        await ConversationLists(tables).record(stored(contact()), NOW)
        return lines(tables)[0]

    @pytest.mark.parametrize("now", [{"status": ConversationStatus.CLOSED}, {"queue": "billing"}, None])
    async def test_what_is_elsewhere_is_buried(self, tables: FakeTables, now: dict[str, Any] | None) -> None:
        key = await self.zombie(tables)
        state = contact(version=7, **now) if now else None
        await ConversationLists(tables).mend("general", f"{1:032x}-e", key, state)
        assert (lines(tables), await ConversationLists(tables).list("general")) == ([], [])

    async def test_what_is_here_is_shown_as_it_is(self, tables: FakeTables) -> None:
        key = await self.zombie(tables)
        state = contact(version=7, **ASSIGNED)
        await ConversationLists(tables).mend("general", f"{1:032x}-e", key, state)
        assert (lines(tables), await ConversationLists(tables).list("general")) == ([], [list_row(state)])

    async def test_what_the_contact_has_put_there_since_it_was_read_stays(self, tables: FakeTables) -> None:
        """It was assigned, and released to its old place while the turn that saw it assigned was on its way here."""
        released = contact(version=9)
        await ConversationLists(tables).record(stored(released), NOW)
        (key,) = lines(tables)
        await ConversationLists(tables).mend("general", f"{1:032x}-e", key, contact(version=8, **ASSIGNED))
        assert (lines(tables), await ConversationLists(tables).list("general")) == ([key], [list_row(released)])

    async def test_one_beside_a_tombstone_of_a_contact_that_was_erased_goes(self, tables: FakeTables) -> None:
        key = await self.zombie(tables)
        tombstone = ListRow(version=60, conversation_id=f"{1:032x}-e", gone=True)
        await tables.commit(Table.INBOX, "general", [Put(tombstone.conversation_id, encode(tombstone))])
        await ConversationLists(tables).mend("general", f"{1:032x}-e", key, None)
        assert lines(tables) == []

    async def test_a_stray_one_beside_the_right_one_goes(self, tables: FakeTables) -> None:
        key = await self.zombie(tables)
        urgent = contact(version=7, priority=Priority.URGENT)
        await ConversationLists(tables).record(stored(urgent), NOW)
        await tables.commit(Table.INBOX, "general", [Put(key, encode((line_row(contact()) or ("", None))[1]))])
        await ConversationLists(tables).mend("general", f"{1:032x}-e", key, urgent)
        assert [each[5] for each in lines(tables)] == ["0"]


class TestRead:
    async def test_urgent_ones_first_then_those_who_wait_longest(self, tables: FakeTables) -> None:
        states = [
            contact(1, priority=Priority.LOW),
            contact(2, queued_since=LATER),
            contact(3),
            contact(4, priority=Priority.URGENT, queued_since=LATER),
        ]
        for state in states:
            await ConversationLists(tables).record(stored(state), NOW)
        page = await WaitingLines(tables).read("general")
        assert [each.row and int(each.row.conversation_id[:32], 16) for each in page.waiting] == [4, 3, 2, 1]
        assert page.waiting[0].queued_since == LATER

    async def test_a_long_line_comes_in_pages(self, tables: FakeTables) -> None:
        for number in range(205):
            await ConversationLists(tables).record(stored(contact(number)), NOW)
        seen, after = 0, None
        for expected in (100, 100, 5):
            page = await WaitingLines(tables).read("general", after)
            assert len(page.waiting) == expected
            seen, after = seen + len(page.waiting), page.after
        assert (seen, after) == (205, None)

    async def test_a_row_that_cannot_be_read_is_none(self, tables: FakeTables) -> None:
        await tables.commit(Table.INBOX, "general", [Put("line:2:0000000000001:x", "{")])
        assert [each.row for each in (await WaitingLines(tables).read("general")).waiting] == [None]

    @pytest.mark.parametrize(("at_most", "length"), [(2, 2), (1_000, 3)])
    async def test_counting_ends_where_it_may(self, tables: FakeTables, at_most: int, length: int) -> None:
        for number in range(3):
            await ConversationLists(tables).record(stored(contact(number)), NOW)
        assert await WaitingLines(tables).length("general", at_most) == length
