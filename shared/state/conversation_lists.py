"""The lists of conversations (table `inbox`): a row for each that is not closed, in the partition of its queue.

A closed one whose message failed keeps a row for a while, which is no work: only who asks for failures sees it.

A row is derived from its contact and carries the contact's version: an older version never overwrites a newer one, so
that writing it again is always safe. Where a conversation has left a queue, a tombstone stands for five minutes, or
a writer that is late would bring it back.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.state.closed_failures import is_listed
from shared.state.contact import Contact, Departure
from shared.state.contact_store import StoredContact
from shared.state.line_row import LineRow, line_row
from shared.state.list_row import ListRow, list_row, row_of
from shared.state.revise_row import MOST_TRIES
from shared.state.rows import decode, encode
from shared.state.shown import Listed
from shared.state.tables import Delete, Insert, Operation, Put, Replace, Table, Tables
from shared.state.versions import HIGHEST_VERSION
from shared.vocabulary.errors import Conflict, Unavailable
from shared.vocabulary.words import ConversationStatus

TOMBSTONE_STANDS = timedelta(minutes=5)
"""Well above what a writer may be late by: `route` tries a message for up to 105 s."""
_TOMBSTONE_IS_INSERTED = TOMBSTONE_STANDS / 2
"""For so long; later, one that is not there may have been deleted, and another would stay for ever."""
_FIRST_VERSION = 1
_PAGE = 100
_END_OF_LISTS = "g"
"""Ids of conversations begin with a hexadecimal digit; the rows of the waiting line come later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _There:
    """The row that a list has of a conversation, as far as its writer must know it; without an ETag it has none.

    Attributes:
        line_etag: In place of the list row's, which is not known then: both rows change together.
    """

    etag: str | None = None
    line: str | None = None
    line_etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A piece of a list: the ids in it; `after` is where the next one begins, None at the end of the list."""

    ids: Sequence[str]
    after: str | None


class ConversationLists:
    """The lists, on Table Storage; and the rows of the waiting lines, which change with them in one transaction."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def record(self, stored: StoredContact, now: datetime) -> StoredContact:
        """Bring lists and line to the contact's version; what this worker knows to be there is not written again."""
        # The old queue first: for a moment a conversation may be in no list, but never in two.
        for departure in stored.contact.departures:
            await self._bury(stored.contact, departure, now)
        row, listed = list_row(stored.contact), stored.listed
        if row is None:
            return stored
        if listed and (listed.queue, listed.conversation_id) != (row.queue, row.conversation_id):
            listed = None
        if listed and listed.version >= row.version:
            return stored
        known = _There(etag=listed.etag, line=listed.line, line_etag=listed.line_etag) if listed else None
        if row.version == _FIRST_VERSION:
            known = known or _There()
        written = await self._write(row.queue, row, line_row(stored.contact), known, unless=_newer_than(row))
        if written is None:
            return stored
        # A message of a customer who waits already gives a turn nothing new.
        moved = listed is None or (listed.line, listed.skills) != (written.line, written.skills)
        return replace(stored, listed=written, turn_due=stored.turn_due or (written.line is not None and moved))

    async def show_closed(self, row: ListRow) -> None:
        """Let the list of its queue show a closed conversation whose message failed."""
        await self._write(row.queue, row, None, unless=_newer_than(row))

    async def _bury(self, contact: Contact, departure: Departure, now: datetime) -> None:
        """Overwrite the row that the conversation had in the queue by a tombstone, and take it out of the line."""
        # It may have come back to that queue since: then its row lives. As one that is closed it may stay listed.
        place = departure.queue, departure.conversation_id
        if lives_in(contact, *place) or is_listed(contact, *place):
            return
        tombstone = ListRow(version=contact.version, conversation_id=departure.conversation_id, gone=True)
        newer = _newer_than(tombstone)
        may_be_deleted = now - departure.at >= _TOMBSTONE_IS_INSERTED

        def buried(there: ListRow | None) -> bool:
            return may_be_deleted if there is None else newer(there)

        await self._write(departure.queue, tombstone, None, unless=buried)

    async def mend(self, queue: str, conversation_id: str, line: str, contact: Contact | None) -> bool:
        """Let a queue show of a conversation what its contact says, where a row of its line says otherwise.

        No departure tells of such a row: a writer brought it back who was later than tombstones stand.

        Args:
            line: The key of that row; it is there no more afterwards, unless the conversation waits just there.
            contact: None when it was erased.

        Returns:
            Whether a tombstone stands now, which nobody else will delete.
        """
        if await self._tables.get(Table.INBOX, queue, line) is None:
            return False
        lives = contact is not None and lives_in(contact, queue, conversation_id)
        row = list_row(contact) if contact and lives else None
        version = contact.version if contact else 0
        current = contact.conversation if contact else None
        if contact and current and current.id == conversation_id and is_listed(contact, queue, conversation_id):
            row = row_of(contact, current)

        def moved_on(there: ListRow | None) -> bool:
            """Tell whether the contact is newer than it was read; a conversation that it has no more never is."""
            return (
                there is not None and there.version > version and current is not None and current.id == conversation_id
            )

        await self._write(
            queue,
            row or ListRow(version=version, conversation_id=conversation_id, gone=True),
            line_row(contact) if contact and lives else None,
            unless=moved_on,
            stray=line,
        )
        return row is None

    async def erase(self, queue: str, conversation_id: str, announce: Callable[[str, str], Awaitable[None]]) -> None:
        """Let a queue show nothing of a conversation, however late a writer comes.

        Args:
            announce: Called before a tombstone is written, which somebody has to clear: with queue and conversation.
        """
        tombstone = ListRow(version=HIGHEST_VERSION, conversation_id=conversation_id, gone=True)
        erased = _newer_than(tombstone)
        found = await self._tables.get(Table.INBOX, queue, conversation_id)
        if not erased(decode(ListRow, found.body) if found else None):
            await announce(queue, conversation_id)
            await self._write(queue, tombstone, None, unless=erased)

    async def _write(
        self,
        queue: str,
        row: ListRow,
        waiting: tuple[str, LineRow] | None,
        known: _There | None = None,
        *,
        unless: Callable[[ListRow | None], bool],
        stray: str | None = None,
    ) -> Listed | None:
        """Write list row and line row in one transaction; what is there afterwards, None if nothing is.

        Args:
            waiting: Key and row in the line.
            known: What is there, for a caller who can tell: saves the read.
            unless: Tells by what is there that nothing is to be written.
            stray: The key of a row in the line that the list row may not name.
        """
        missing: set[str] = set()
        for _ in range(MOST_TRIES):
            if known is None:
                found = await self._tables.get(Table.INBOX, queue, row.conversation_id)
                there = decode(ListRow, found.body) if found else None
                if unless(there):
                    return _listed(queue, there, found.etag) if there and found else None
                known = _There(etag=found.etag if found else None, line=there.line if there else None)
            operations = _operations(row, waiting, known, {known.line, stray} - missing)
            try:
                etags = await self._tables.commit(Table.INBOX, queue, operations)
            except Conflict as conflict:
                if conflict.key != row.conversation_id and not known.line_etag:
                    missing.add(conflict.key)  # the list row names a line row that is not there
                known = None
            else:
                skills = waiting[1].skills if waiting else ()
                return replace(_listed(queue, row, etags[row.conversation_id]), skills=skills)
        raise Unavailable("a row of a list keeps changing")

    async def clear(self, departure: Departure) -> None:
        """Delete the tombstone of a departure."""
        there = await self._tables.get(Table.INBOX, departure.queue, departure.conversation_id)
        if there and decode(ListRow, there.body).gone:
            try:  # under its ETag: a conversation that comes back meanwhile overwrites the tombstone
                await self._tables.commit(Table.INBOX, departure.queue, [Delete(there.key, there.etag)])
            except Conflict:
                return

    async def find(self, queue: str, conversation_id: str) -> ListRow | None:
        """Return a conversation of a queue; None when it is not there."""
        found = await self._tables.get(Table.INBOX, queue, conversation_id)
        row = decode(ListRow, found.body) if found else None
        return row if row and _is_work(row) else None

    async def page(self, queue: str, after: str) -> ListPage:
        """Return the next conversations of a queue that are not closed; `after` is empty for the first."""
        first = f"{after}\x20" if after else ""  # the first key that could follow
        rows = await self._tables.scan(Table.INBOX, queue, first=first, last=_END_OF_LISTS, limit=_PAGE)
        ids = [row.key for row in rows if _is_work(decode(ListRow, row.body))]
        return ListPage(ids=ids, after=rows[-1].key if len(rows) == _PAGE else None)

    async def list(self, queue: str) -> Sequence[ListRow]:
        """Return the conversations of a queue that are not closed, in no order."""
        return [row for row in await self._rows(queue) if _is_work(row)]

    async def list_closed(self, queue: str) -> Sequence[ListRow]:
        """Return the closed conversations of a queue whose message failed, in no order."""
        return [row for row in await self._rows(queue) if row.status is ConversationStatus.CLOSED and not row.gone]

    async def _rows(self, queue: str) -> Sequence[ListRow]:
        rows = await self._tables.scan(Table.INBOX, queue, first="", last=_END_OF_LISTS)
        return [decode(ListRow, found.body) for found in rows]


def _is_work(row: ListRow) -> bool:
    return not row.gone and row.status is not ConversationStatus.CLOSED


def lives_in(contact: Contact, queue: str, conversation_id: str) -> bool:
    """Tell whether a conversation is the contact's current one, and in that queue."""
    conversation = contact.conversation
    return (
        conversation is not None
        and not conversation.closed
        and (conversation.queue, conversation.id) == (queue, conversation_id)
    )


def _newer_than(row: ListRow) -> Callable[[ListRow | None], bool]:
    # Two workers may settle a contact at once, the older state last: the version in the row decides, not the order.
    return lambda there: there is not None and there.version >= row.version


def _operations(
    row: ListRow, waiting: tuple[str, LineRow] | None, known: _There, lines: Collection[str | None]
) -> list[Operation]:
    """Return the transaction that writes a list row and its line row; of `lines`, which are there, no other stays."""
    key, body = row.conversation_id, encode(row)
    steps: list[Operation] = [Put(key, body) if known.line_etag else _over(key, body, known.etag)]
    if waiting:
        at, line_body = waiting[0], encode(waiting[1])
        # Put, never inserted: a row that nobody expects there would keep the conversation out of the line.
        guarded = known.line_etag if at == known.line else None
        steps.append(Replace(at, line_body, guarded) if guarded else Put(at, line_body))
    gone = sorted(each for each in lines if each and each != row.line)
    steps.extend(Delete(line, known.line_etag if line == known.line else None) for line in gone)
    return steps


def _over(key: str, body: str, etag: str | None) -> Operation:
    return Replace(key, body, etag) if etag else Insert(key, body)


def _listed(queue: str, row: ListRow, etag: str) -> Listed:
    return Listed(queue=queue, conversation_id=row.conversation_id, version=row.version, etag=etag, line=row.line)
