"""The lists of conversations (table `inbox`): a row for each that is not closed, in the partition of its queue.

A row is derived from its contact and carries the contact's version: an older version never overwrites a newer one, so
that writing it again is always safe. Where a conversation has left a queue, a tombstone stands for five minutes, or
a writer that is late would bring it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.state.contact import Contact, Departure, Released
from shared.state.contact_store import Listed, StoredContact
from shared.state.conversation import Conversation, LastMessage, Offer
from shared.state.holding import holding_of
from shared.state.line_row import line_key
from shared.state.revise_row import revise_row
from shared.state.rows import decode, encode
from shared.state.session_window import window_closes_at
from shared.state.tables import Delete, Insert, Replace, Row, Table, Tables
from shared.vocabulary.errors import Conflict
from shared.vocabulary.identity import same_agent
from shared.vocabulary.words import ConversationStatus, Priority

TOMBSTONE_STANDS = timedelta(minutes=5)
"""Well above what a writer may be late by: `route` tries a message for up to 105 s."""
_TOMBSTONE_IS_INSERTED = TOMBSTONE_STANDS / 2
"""For so long; later, one that is not there may have been deleted, and another would stay for ever."""
_FIRST_VERSION = 1
_LAST_KEY = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A conversation as a list shows it; `gone` is a tombstone.

    Attributes:
        line: The key of its row in the waiting line, if it has one.
    """

    version: int
    conversation_id: str
    gone: bool = False
    contact_id: str = ""
    name: str | None = None
    phone: str | None = None
    bsuid: str | None = None
    language: str | None = None
    channel_id: str = ""
    workstream: str = ""
    queue: str = ""
    status: ConversationStatus = ConversationStatus.OPEN
    agent: str | None = None
    priority: Priority = Priority.NORMAL
    created_at: datetime | None = None
    last_message_at: datetime | None = None
    window_closes_at: datetime | None = None
    unread: int = 0
    waiting_since: datetime | None = None
    queued_since: datetime | None = None
    offer: Offer | None = None
    failed: int = 0
    held: int = 0
    tags: tuple[str, ...] = ()
    last_message: LastMessage | None = None
    line: str | None = None


def list_row(contact: Contact) -> ListRow | None:
    """Return what a list shows of the contact's conversation; None when it has none that is not closed."""
    conversation = contact.conversation
    return row_of(contact, conversation) if conversation and not conversation.closed else None


def row_of(contact: Contact, conversation: Conversation) -> ListRow:
    """Return what a list would show of one of the contact's conversations."""
    return ListRow(
        version=contact.version,
        conversation_id=conversation.id,
        contact_id=contact.id,
        name=contact.name,
        phone=contact.phone,
        bsuid=contact.bsuid,
        language=contact.language,
        channel_id=contact.channel_id,
        workstream=conversation.workstream,
        queue=conversation.queue,
        status=conversation.status,
        agent=conversation.agent,
        priority=conversation.priority,
        created_at=conversation.created_at,
        last_message_at=conversation.last_message_at,
        window_closes_at=window_closes_at(contact),
        unread=conversation.unread,
        waiting_since=conversation.waiting_since,
        queued_since=conversation.queued_since,
        offer=conversation.offer,
        failed=conversation.failed,
        held=conversation.held_count,
        tags=conversation.tags,
        last_message=conversation.last_message,
        line=line_key(conversation) if conversation.in_line else None,
    )


def versioned(before: Contact | None, after: Contact, now: datetime) -> Contact:
    """Return `after` as a commit makes it: its revision counted, its version raised if anything shown differs.

    What left a queue or an agent by it is noted.
    """
    after = replace(after, revision=after.revision + 1)
    if before and _shown(before) == _shown(after):
        return after
    old, new = before.conversation if before else None, after.conversation
    if old and not old.closed and (new is None or new.closed or (new.queue, new.id) != (old.queue, old.id)):
        left = Departure(queue=old.queue, conversation_id=old.id, at=now)
        after = replace(after, departures=(*after.departures, left))
    had, has = holding_of(old), holding_of(new)
    if had and not (has and same_agent(had.agent, has.agent) and had.conversation_id == has.conversation_id):
        gone = Released(agent=had.agent, conversation_id=had.conversation_id, at=now)
        after = replace(after, released=(*after.released, gone))
    return replace(after, version=after.version + 1)


def _shown(contact: Contact) -> tuple[object, ...]:
    """Return what lists, the waiting line and the conversation itself show of a contact."""
    conversation = contact.conversation
    return (
        replace(conversation, answered_at=None, waited_since=None, answers=()) if conversation else None,
        contact.name,
        contact.phone,
        contact.bsuid,
        contact.language,
        contact.opted_out,
        window_closes_at(contact),
    )


class ConversationLists:
    """The lists, on Table Storage."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def record(self, stored: StoredContact, now: datetime) -> StoredContact:
        """Bring the lists to the contact's version; what this worker knows to be there is not written again."""
        # The old queue first: for a moment a conversation may be in no list, but never in two.
        for departure in stored.contact.departures:
            await self._bury(stored.contact, departure, now)
        row = list_row(stored.contact)
        if row is None:
            return stored
        listed = stored.listed
        if not listed or (listed.queue, listed.conversation_id) != (row.queue, row.conversation_id):
            new = Insert(row.conversation_id, encode(row)) if row.version == _FIRST_VERSION else None
            return replace(stored, listed=await self._write(row.queue, row, new))
        if listed.version >= row.version:
            return stored
        changed = Replace(row.conversation_id, encode(row), listed.etag)
        return replace(stored, listed=await self._write(row.queue, row, changed))

    async def _bury(self, contact: Contact, departure: Departure, now: datetime) -> None:
        """Overwrite the row that the conversation had in the queue by a tombstone."""
        conversation = contact.conversation
        # It may have come back to that queue since: then its row lives.
        if (
            conversation
            and not conversation.closed
            and (conversation.queue, conversation.id) == (departure.queue, departure.conversation_id)
        ):
            return
        tombstone = ListRow(version=contact.version, conversation_id=departure.conversation_id, gone=True)
        may_be_deleted = now - departure.at >= _TOMBSTONE_IS_INSERTED

        def buried(there: Row | None) -> str | Row | None:
            return None if there is None and may_be_deleted else _newer(there, tombstone)

        await revise_row(self._tables, Table.INBOX, departure.queue, departure.conversation_id, buried)

    async def _write(self, queue: str, row: ListRow, first: Insert | Replace | None = None) -> Listed:
        """Write a row unless a newer one is there; `first` is what to try before looking for one."""
        key, body = row.conversation_id, encode(row)

        def unless_newer(there: Row | None) -> str | Row:
            return _newer(there, row)

        written = await revise_row(self._tables, Table.INBOX, queue, key, unless_newer, first=first)
        version = row.version if written.body == body else decode(ListRow, written.body).version
        return Listed(queue=queue, conversation_id=key, version=version, etag=written.etag)

    async def clear(self, departure: Departure) -> None:
        """Delete the tombstone of a departure."""
        there = await self._tables.get(Table.INBOX, departure.queue, departure.conversation_id)
        if there and decode(ListRow, there.body).gone:
            try:  # under its ETag: a conversation that comes back meanwhile overwrites the tombstone
                await self._tables.commit(Table.INBOX, departure.queue, [Delete(there.key, there.etag)])
            except Conflict:
                return

    async def list(self, queue: str) -> Sequence[ListRow]:
        """Return the conversations of a queue, in no order."""
        rows = await self._tables.scan(Table.INBOX, queue, first="", last=_LAST_KEY)
        return [row for row in (decode(ListRow, found.body) for found in rows) if not row.gone]


def _newer(there: Row | None, row: ListRow) -> str | Row:
    """Return what is there, or the body of the row that is newer."""
    # Two workers may settle a contact at once, the older state last: the version in the row decides, not the order.
    return there if there and decode(ListRow, there.body).version >= row.version else encode(row)
