"""Reads and commits contacts. A worker keeps the ones it saw last warm.

A warm contact may serve a decision that ends in a commit, since the commit fails when it is out of date; whatever ends
in doing nothing reads first. The same holds for the statuses and messages that are kept with it: every write to a
contact's partition goes under the contact's ETag (docs/adr/0002-one-transaction-under-the-contacts-etag.md).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.state.change import Change
from shared.state.contact import ClosedWithFailure, Contact, Erasing
from shared.state.conversation import Conversation
from shared.state.done_mark import Mark
from shared.state.events_out import EventOut
from shared.state.outgoing import Outgoing, StatusRecord
from shared.state.rows import (
    CONTACT,
    conversation_key,
    conversation_range,
    decode,
    decode_erased,
    history_range,
    operations,
    outgoing_key,
    status_key,
    status_range,
)
from shared.state.shown import Listed, Loaded
from shared.state.tables import Table, Tables
from shared.vocabulary.errors import Conflict
from shared.vocabulary.identity import split_conversation_id
from shared.vocabulary.message import Message
from shared.vocabulary.words import is_final

_WARM_CONTACTS = 5_000
_WARM_STATUSES = 20  # of one contact


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredContact:
    """A contact as it was read or committed.

    Attributes:
        outgoing: The messages that `contact.unsent` and `contact.held` name, and those that `statuses` does.
        statuses: The newest that this worker wrote, by the channel's message id, the oldest first.
        listed: None when this worker does not know what the list shows.
        loaded: None when this worker does not know what the agents' rows show.
        cleared_at: When the marks that stand are cleared, by a check that this worker has sent.
        turn_due: Whether what was settled gives a turn something to do, and none has been asked for yet.
        failures_listed: The closed conversations whose message failed that this worker knows a list to show.
        settled: Whether this worker has settled the contact as it is here, and nothing is left to do.
        surveyed: The closed conversation whose survey is awaited, where the contact has another one since.
        told: The contact's revision up to which this worker knows the topic to have the events.
        told_again_at: When a check, which this worker has sent, tells what the topic did not take.
    """

    contact: Contact
    etag: str
    outgoing: Mapping[str, Outgoing] = field(default_factory=dict)
    statuses: Mapping[str, StatusRecord] = field(default_factory=dict)
    listed: Listed | None = None
    loaded: Loaded | None = None
    cleared_at: datetime | None = None
    turn_due: bool = False
    failures_listed: tuple[ClosedWithFailure, ...] = ()
    settled: bool = False
    surveyed: Conversation | None = None
    told: int = 0
    told_again_at: datetime | None = None

    @property
    def conversation_id(self) -> str | None:
        """The id of the contact's current or last conversation."""
        return self.contact.conversation.id if self.contact.conversation else None

    @property
    def untold(self) -> tuple[EventOut, ...]:
        """The events that this worker does not know the topic to have."""
        return tuple(each for each in self.contact.events_out if each.revision > self.told)


class AlreadyDone(Exception):
    """Raised when a change's mark is there already."""


class Stale(Exception):
    """Raised when the contact, or a status row that was to be new, is not as the decision saw it."""


class Contacts:
    """The contacts, on Table Storage."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._warm: OrderedDict[str, StoredContact] = OrderedDict()

    def warm(self, contact_id: str) -> StoredContact | None:
        """Return the contact as this worker saw it last, if it did."""
        return self._warm.get(contact_id)

    def keep(self, stored: StoredContact) -> None:
        """Keep a contact warm."""
        self._warm[stored.contact.id] = stored
        self._warm.move_to_end(stored.contact.id)
        if len(self._warm) > _WARM_CONTACTS:
            self._warm.popitem(last=False)

    def forget(self, contact_id: str) -> None:
        """Read the contact anew next time."""
        self._warm.pop(contact_id, None)

    async def load(self, contact_id: str) -> StoredContact | None:
        """Read the contact as it is stored, with the messages that wait.

        None when it was never committed, or is erased: from the first step of that on, nothing is decided on it.
        """
        found = await self.look_up(contact_id)
        return None if isinstance(found, Erasing) else found

    async def look_up(self, contact_id: str) -> StoredContact | Erasing | None:
        """Read the contact like `load`, and tell one that is being erased, or was, from one that never was."""
        row = await self._tables.get(Table.CONTACTS, contact_id, CONTACT)
        if row is None:
            self.forget(contact_id)
            return None
        if erased := decode_erased(row.body):
            self.forget(contact_id)
            return erased
        contact = decode(Contact, row.body)
        if contact.erasing:
            self.forget(contact_id)
            return contact.erasing
        before = self._warm.get(contact_id)
        if before and before.etag == row.etag:
            return before
        waiting = [each.id for each in contact.unsent] + [each.id for each in contact.held]
        # Where the version has risen, another worker has most likely settled that too: looking is cheaper then.
        known = before if before and before.contact.version == contact.version else None
        stored = StoredContact(
            contact=contact,
            etag=row.etag,
            outgoing={found.id: found for found in await self._outgoing(contact_id, waiting)},
            listed=known.listed if known else None,
            loaded=known.loaded if known else None,
            cleared_at=known.cleared_at if known else None,
            turn_due=before is not None and before.turn_due,
            failures_listed=before.failures_listed if before else (),
            surveyed=await self._surveyed(contact),
            told=before.told if before else 0,
        )
        self.keep(stored)
        return stored

    async def _surveyed(self, contact: Contact) -> Conversation | None:
        awaited, current = contact.awaited_survey, contact.conversation
        if awaited is None or (current and current.id == awaited.conversation_id):
            return None
        return await self.conversation(contact, awaited.conversation_id)

    async def _outgoing(self, contact_id: str, ids: Sequence[str]) -> list[Outgoing]:
        rows = await asyncio.gather(
            *(self._tables.get(Table.CONTACTS, contact_id, outgoing_key(outgoing_id)) for outgoing_id in ids)
        )
        return [decode(Outgoing, row.body) for row in rows if row]

    async def commit(self, before: StoredContact | None, change: Change) -> StoredContact:
        """Write a change over what it was decided on.

        Raises:
            AlreadyDone: The change's mark is there.
            Stale: The contact changed meanwhile.
            Unavailable, TooLarge: As the port says.
        """
        contact = change.contact
        try:
            etags = await self._tables.commit(
                Table.CONTACTS, contact.id, operations(change, before.etag if before else None)
            )
        except Conflict as conflict:
            self.forget(contact.id)
            if change.mark and conflict.exists and conflict.key == change.mark.key:
                raise AlreadyDone from conflict
            raise Stale from conflict
        except BaseException:  # also when cut off: it may have been written, so the warm copy is a guess
            self.forget(contact.id)
            raise
        statuses = _newest(before, change.status)
        stored = replace(
            before or StoredContact(contact=contact, etag=""),
            contact=contact,
            etag=etags[CONTACT],
            outgoing=_still_needed(contact, before, change.outgoing, statuses.values()),
            statuses=statuses,
            settled=False,
            surveyed=_surveyed_since(before, change),
        )
        self.keep(stored)
        return stored

    async def outgoing(self, contact_id: str, outgoing_id: str) -> Outgoing | None:
        """Return one outgoing message."""
        row = await self._tables.get(Table.CONTACTS, contact_id, outgoing_key(outgoing_id))
        return decode(Outgoing, row.body) if row else None

    async def status(self, contact_id: str, message_id: str) -> StatusRecord | None:
        """Return the delivery status of one of the channel's message ids."""
        row = await self._tables.get(Table.CONTACTS, contact_id, status_key(message_id))
        return decode(StatusRecord, row.body) if row else None

    async def statuses(self, contact_id: str) -> Sequence[StatusRecord]:
        """Return every delivery status of the contact; without an outgoing message those of which no send is recorded.

        For what happens once in its life, or hardly more often.
        """
        first, last = status_range()
        rows = await self._tables.scan(Table.CONTACTS, contact_id, first=first, last=last)
        return [decode(StatusRecord, row.body) for row in rows]

    async def mark(self, contact_id: str, key: str) -> Mark | None:
        """Return the mark of a change, if it was committed."""
        row = await self._tables.get(Table.CONTACTS, contact_id, key)
        return decode(Mark, row.body) if row else None

    async def conversation(self, contact: Contact, conversation_id: str) -> Conversation | None:
        """Return a conversation of the contact, open or closed."""
        if contact.conversation and contact.conversation.id == conversation_id:
            return contact.conversation
        ids = split_conversation_id(conversation_id)
        row = await self._tables.get(Table.CONTACTS, contact.id, conversation_key(ids[1])) if ids else None
        return decode(Conversation, row.body) if row else None

    async def conversations(self, contact: Contact) -> Sequence[Conversation]:
        """Return all conversations of the contact, also those from before contacts were merged into it; in no order."""
        ids = (contact.id, *contact.merged_from)
        first, last = conversation_range()
        scans = (self._tables.scan(Table.CONTACTS, each, first=first, last=last) for each in ids)
        closed = [decode(Conversation, row.body) for rows in await asyncio.gather(*scans) for row in rows]
        current = [contact.conversation] if contact.conversation else []
        return list({each.id: each for each in closed + current}.values())

    async def line(self, contact_id: str, key: str) -> Message | None:
        """Return one line of the history by its row key."""
        row = await self._tables.get(Table.CONTACTS, contact_id, key)
        return decode(Message, row.body) if row else None

    async def history(
        self,
        contact_id: str,
        episode: str,
        *,
        limit: int | None,
        after: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[tuple[str, Message]]:
        """Read the lines of a conversation, newest first, with their row keys; those after the key `after`."""
        first, last = history_range(episode, since, until)
        start = f"{after}\x20" if after else first  # the first key that could follow
        rows = await self._tables.scan(Table.CONTACTS, contact_id, first=start, last=last, limit=limit)
        return [(row.key, decode(Message, row.body)) for row in rows]


def _newest(before: StoredContact | None, written: StatusRecord | None) -> dict[str, StatusRecord]:
    """Return the statuses that are worth keeping; one that came before its send names no message yet."""
    statuses = dict(before.statuses) if before else {}
    if written and written.outgoing_id:
        statuses.pop(written.message_id, None)
        statuses[written.message_id] = written
    while len(statuses) > _WARM_STATUSES:
        del statuses[next(iter(statuses))]
    return statuses


def _surveyed_since(before: StoredContact | None, change: Change) -> Conversation | None:
    """Return the closed conversation whose survey is awaited after a change, where the contact has another one."""
    awaited, current = change.contact.awaited_survey, change.contact.conversation
    if awaited is None or (current and current.id == awaited.conversation_id):
        return None
    known = (*change.closed, *((before.contact.conversation, before.surveyed) if before else ()))
    return next((each for each in known if each and each.id == awaited.conversation_id), None)


def _still_needed(
    contact: Contact,
    before: StoredContact | None,
    written: Sequence[Outgoing],
    statuses: Iterable[StatusRecord],
) -> dict[str, Outgoing]:
    """Return the outgoing messages that wait or may get a status, out of those known before and those just written."""
    outgoing = dict(before.outgoing) if before else {}
    outgoing.update({each.id: each for each in written})
    needed = {each.id for each in contact.unsent} | {each.id for each in contact.held}
    needed |= {each.outgoing_id for each in statuses if each.outgoing_id and not is_final(each.status)}
    return {outgoing_id: each for outgoing_id, each in outgoing.items() if outgoing_id in needed}
