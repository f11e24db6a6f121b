"""Erases the conversations of a contact that were closed longer ago than the configuration keeps them.

The rows go first, what names them last, so that after a crash they are still found. A contact of which nothing is left
is erased whole: whoever writes then is a new customer.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from shared.at_once import each_of
from shared.committing.committer import Committer
from shared.committing.reserving import CHECK_AFTER
from shared.configuration.document import Configuration
from shared.erasure.erasing import EraseContact
from shared.erasure.person import RETENTION
from shared.media.blobs import Blobs, copy_name, upload_name
from shared.media.uploads import file_in
from shared.queue.erasure_messages import EraseOld
from shared.state.closed_conversations import ClosedConversations
from shared.state.closed_failures import end_listing
from shared.state.contact import Contact, Erasing
from shared.state.contact_store import Contacts, StoredContact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.erased_contacts import PAGE, ErasedContacts
from shared.state.rows import conversation_key, mark_key, outgoing_key, status_key
from shared.vocabulary.identity import digest, episode_of
from shared.vocabulary.message import Message
from shared.vocabulary.time import Clock

_LINES: Final = 20
"""Of the history at once: each has up to four rows, and a transaction 100."""
_MOST_PIECES: Final = 50
_COMES_BACK: Final = timedelta(hours=1)


class EraseOldConversations:
    """Carries out the retention of closed conversations, contact by contact."""

    def __init__(
        self,
        *,
        committer: Committer,
        erased: ErasedContacts,
        closed_conversations: ClosedConversations,
        blobs: Blobs | None,
        erase_contact: EraseContact,
        configuration: Configuration,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._contacts: Contacts = committer.contacts
        self._erased = erased
        self._closed_conversations = closed_conversations
        self._blobs = blobs
        self._erase_contact = erase_contact
        self._keep = configuration.retention.closed
        self._clock = clock

    async def __call__(self, contact_id: str) -> None:
        """Erase what is old of a contact, or some of it: another message goes on then.

        Raises:
            Unavailable: A dependency is away; do it again.
        """
        if not self._keep:
            return
        stored = await self._contacts.load(contact_id)
        if stored is None:
            await self._erase_contact(contact_id)  # it was marked before somebody died
            return
        contact, now = stored.contact, self._clock.now()
        if contact.held or contact.unsent:  # they name rows of a conversation; nobody else comes back for this
            latest = max((each.expires_at for each in contact.held), default=now)
            again = EraseOld(contact_id=contact_id)
            await self._committer.send_to_session(again, contact.session_id, max(latest, now) + _COMES_BACK)
            return
        before = now - self._keep
        old = [each for each in await self._closed(contact) if each.closure and each.closure.at < before]
        if old and await self._erase(contact, old, before):
            await self._committer.send_to_session(EraseOld(contact_id=contact_id), contact.session_id)
            return
        await self._erase_what_is_empty(contact_id, before)

    async def _closed(self, contact: Contact) -> list[Conversation]:
        closed = {each.id: each for each in await self._erased.closed(contact.id)}
        if contact.conversation and contact.conversation.closed:
            closed[contact.conversation.id] = contact.conversation
        return list(closed.values())

    async def _erase(self, contact: Contact, old: Sequence[Conversation], before: datetime) -> bool:
        """Erase conversations, or some of what there is of them; whether to look again."""
        pieces = _MOST_PIECES
        for conversation in old:
            while lines := await self._contacts.history(contact.id, episode_of(conversation.id), limit=_LINES):
                if not pieces:
                    return True
                await each_of([line for _, line in lines], partial(self._erase_file, contact))
                await self._erased.delete(contact.id, sorted({key for at, line in lines for key in _rows_of(at, line)}))
                pieces -= 1
        await self._erased.sweep(contact.id, before)
        for conversation in old:
            if conversation.closure:
                await self._closed_conversations.delete(conversation.closure.at, conversation.id)
        # Settles what the next commit takes out of a list, whatever becomes of this process.
        if contact.closed_with_failure:
            await self._committer.check_later(contact, self._clock.now() + CHECK_AFTER)
        await self._committer.load_and_revise(contact.id, partial(_without, frozenset(each.id for each in old)))
        await self._erased.delete(contact.id, [conversation_key(episode_of(each.id)) for each in old[:PAGE]])
        return len(old) >= PAGE

    async def _erase_file(self, contact: Contact, line: Message) -> None:
        media = file_in(line)
        if self._blobs is None or media is None:
            return
        if media.upload:
            await self._blobs.delete(upload_name(contact.id, media.upload))
        if line.message_id:
            await self._blobs.delete(copy_name(contact.id, digest(line.message_id)))

    async def _erase_what_is_empty(self, contact_id: str, before: datetime) -> None:
        """Erase a contact that has no conversation any more, open or closed, under whatever name."""
        stored = await self._contacts.load(contact_id)
        while stored and stored.contact.merged_into:
            stored = await self._contacts.load(stored.contact.merged_into)
        if stored is None or stored.contact.held or stored.contact.unsent:
            return
        contact = stored.contact
        for each in (contact.id, *contact.merged_from):
            if await self._erased.closed(each) or not await self._has_ended(each):
                return
        # Not now: what the customer has written since, and nobody has read yet, is to be taken.
        await self._erased.mark(contact.id, Erasing(at=before, by=RETENTION), if_unchanged=stored.etag)
        await self._erase_contact(contact.id)

    async def _has_ended(self, contact_id: str) -> bool:
        """Tell whether a contact has no conversation in its own row."""
        stored = await self._erased.read(contact_id)
        return stored is None or stored.contact.conversation is None


def _without(gone: frozenset[str], current: StoredContact, now: datetime) -> Draft | None:
    """Take conversations that are gone out of the contact's own row, and out of the lists that showed a failure."""
    draft, last = Draft.of(current, now), current.contact.conversation
    if last and last.closed and last.id in gone:
        draft.update(conversation=None)
    for conversation_id in gone:
        end_listing(draft, conversation_id)
    return None if draft.untouched else draft


def _rows_of(key: str, line: Message) -> set[str]:
    """Return the keys of a line of the history, of the message that it shows, and of that one's status and mark."""
    rows = {key}
    if line.reply_id:
        rows.add(outgoing_key(line.reply_id))
    if line.message_id:
        rows |= {status_key(line.message_id), mark_key("inbound", line.message_id)}
    return rows
