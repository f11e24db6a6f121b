"""Takes contacts out of Table Storage: marked first, then emptied, and in the end one row says when and by whom."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.state.contact import Contact, Erasing
from shared.state.contact_store import Contacts, StoredContact
from shared.state.conversation import Conversation
from shared.state.deleting import delete_rows
from shared.state.done_mark import Mark
from shared.state.outgoing import StatusRecord
from shared.state.rows import (
    CONTACT,
    conversation_range,
    decode,
    decode_erased,
    encode,
    encode_erased,
    mark_range,
    outgoing_key,
    outgoing_range,
    status_range,
)
from shared.state.tables import Replace, Row, Table, Tables
from shared.vocabulary.errors import Conflict

PAGE: Final = 100
_LAST_KEY: Final = "~"


class ErasedContacts:
    """The contacts, as only their erasure sees them: also those that nothing is decided on any more."""

    def __init__(self, tables: Tables, contacts: Contacts) -> None:
        self._tables = tables
        self._contacts = contacts

    async def read(self, contact_id: str) -> StoredContact | None:
        """Read a contact, whether it is being erased or not; None when nothing is left of it, or it never was."""
        row = await self._tables.get(Table.CONTACTS, contact_id, CONTACT)
        if row is None or decode_erased(row.body):
            return None
        return StoredContact(contact=decode(Contact, row.body), etag=row.etag)

    async def mark(self, contact_id: str, erasing: Erasing, *, if_unchanged: str | None = None) -> StoredContact | None:
        """Let nothing be decided on a contact any more; the contact then, None when nothing is left of it.

        Args:
            if_unchanged: An ETag of the contact; where it has another, it stays as it is, and None is returned.
        """
        while stored := await self.read(contact_id):
            if stored.contact.erasing:
                return stored
            if if_unchanged not in (None, stored.etag):
                return None
            contact = replace(stored.contact, erasing=erasing, revision=stored.contact.revision + 1)
            if etag := await self._write(contact.id, encode(contact), stored.etag):
                return StoredContact(contact=contact, etag=etag)
        return None

    async def finish(self, stored: StoredContact, erasing: Erasing) -> None:
        """Leave of a contact whose other rows are gone when it was erased, and by whom."""
        await self._write(stored.contact.id, encode_erased(erasing), stored.etag)

    async def _write(self, contact_id: str, body: str, etag: str) -> str | None:
        """Write a contact's row under its ETag; the new one, None if it has changed."""
        try:
            return (await self._tables.commit(Table.CONTACTS, contact_id, [Replace(CONTACT, body, etag)]))[CONTACT]
        except Conflict:
            return None
        finally:
            self._contacts.forget(contact_id)

    async def rows(self, contact_id: str, after: str, limit: int) -> Sequence[Row]:
        """Return the next rows of a contact, by key, as they are stored; `after` is empty for the first."""
        first = f"{after}\x20" if after else ""  # the first key that could follow
        return await self._tables.scan(Table.CONTACTS, contact_id, first=first, last=_LAST_KEY, limit=limit)

    async def closed(self, contact_id: str) -> Sequence[Conversation]:
        """Return some of a contact's closed conversations, until `delete` has removed them all."""
        first, last = conversation_range()
        rows = await self._tables.scan(Table.CONTACTS, contact_id, first=first, last=last, limit=PAGE)
        return [decode(Conversation, row.body) for row in rows]

    async def delete_unsent(self, contact: Contact) -> None:
        """Remove the messages that are due: those of which nobody knows whether they arrived come first."""
        keys = [outgoing_key(each.id) for each in sorted(contact.unsent, key=lambda each: not each.may_have_arrived)]
        for key in keys:
            await self.delete(contact.id, [key])

    async def delete_rows(self, contact_id: str) -> bool:
        """Remove some of a contact's rows, but not its own; whether there are more."""
        keys = await self._tables.keys(Table.CONTACTS, contact_id, first="", last=_LAST_KEY, limit=PAGE)
        await self.delete(contact_id, [key for key in keys if key != CONTACT])
        return len(keys) == PAGE

    async def sweep(self, contact_id: str, before: datetime) -> None:
        """Remove what belongs to messages that are gone: statuses of earlier attempts, and marks of calls."""
        first, last = outgoing_range()
        there = set(await self._tables.keys(Table.CONTACTS, contact_id, first=first, last=last))
        async for row in self._rows(contact_id, *status_range()):
            status = decode(StatusRecord, row.body)
            if status.outgoing_id and outgoing_key(status.outgoing_id) not in there:
                await self.delete(contact_id, [row.key])
        async for row in self._rows(contact_id, *mark_range()):
            mark = decode(Mark, row.body)
            lost = mark.reply_id is not None and outgoing_key(mark.reply_id) not in there
            if lost or (mark.at is not None and mark.at < before):
                await self.delete(contact_id, [row.key])

    async def _rows(self, contact_id: str, first: str, last: str) -> AsyncGenerator[Row]:
        while rows := await self._tables.scan(Table.CONTACTS, contact_id, first=first, last=last, limit=PAGE):
            for row in rows:
                yield row
            first = f"{rows[-1].key}\x20"  # the first key that could follow

    async def delete(self, contact_id: str, keys: Sequence[str]) -> None:
        """Remove rows, as far as they are there."""
        await delete_rows(self._tables, Table.CONTACTS, contact_id, keys)
