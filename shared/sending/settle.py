"""Settling: what is committed comes to the world. Every change to a contact ends here, whoever made it.

The lists first, then what other contacts have to be told, then the unsent messages. All of it may be repeated, so that
doing it again after a crash is the repair.
"""

from datetime import datetime

from shared.queue.messages import Subject
from shared.sending.commit import Committer
from shared.sending.dispatcher import Dispatcher
from shared.state.aliases import Aliases
from shared.state.contact import Contact, Departure, Notice, NoticeKind
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.inbox import TOMBSTONE_STANDS, Inbox
from shared.vocabulary.time import Clock, rfc3339

_SUBJECTS = {NoticeKind.MERGED: Subject.MERGED, NoticeKind.PHONE_MOVED: Subject.PHONE_MOVED}


class Settler:
    """Settles contacts."""

    def __init__(
        self, *, committer: Committer, aliases: Aliases, inbox: Inbox, dispatcher: Dispatcher, clock: Clock
    ) -> None:
        self._committer = committer
        self._aliases = aliases
        self._inbox = inbox
        self._dispatcher = dispatcher
        self._clock = clock

    async def settle(self, stored: StoredContact) -> StoredContact:
        """Bring a contact's committed state to the world; the contact as it is afterwards.

        Raises:
            Unavailable: Something is left to do; settle again.
        """
        stored = await self._list(stored)
        stored = await self._send_notices(stored)
        stored = await self._inbox.record(await self._dispatcher.send_unsent(stored))
        self._committer.contacts.keep(stored)
        return stored

    async def _list(self, stored: StoredContact) -> StoredContact:
        """Bring the lists to the contact's version, and delete the tombstones that have stood long enough."""
        stored = await self._inbox.record(stored)
        self._committer.contacts.keep(stored)
        departures = stored.contact.departures
        if not departures:
            return stored
        over = tuple(each for each in departures if each.at + TOMBSTONE_STANDS <= self._clock.now())
        for departure in over:
            await self._inbox.clear(departure)
        standing = max((each.at for each in departures if each not in over), default=None)
        if standing:
            await self._committer.check_later(stored.contact, standing + TOMBSTONE_STANDS)
        return await self._committer.revise(stored, lambda current, now: _without_departures(current, over, now))

    async def _send_notices(self, stored: StoredContact) -> StoredContact:
        """Tell the contacts that had a phone number of this one's; a stranger's number leads here from now on."""
        contact, notices = stored.contact, stored.contact.notices
        for notice in notices:
            if notice.kind is NoticeKind.PHONE_MOVED:
                await self._aliases.move(contact.channel_id, notice.phone, to=contact.id, away_from=notice.contact_id)
            await self._committer.send_to_session(
                _SUBJECTS[notice.kind], notice.session_id, _notice_body(contact, notice)
            )
        if not notices:
            return stored
        return await self._committer.revise(stored, lambda current, now: _without_notices(current, notices, now))


def _notice_body(contact: Contact, notice: Notice) -> dict[str, str]:
    return {
        "contact": notice.contact_id,
        "to": contact.id,
        "channel": contact.channel_id,
        "phone": notice.phone,
        "at": rfc3339(notice.at),
    }


def _without_departures(stored: StoredContact, over: tuple[Departure, ...], now: datetime) -> Draft | None:
    rest = tuple(each for each in stored.contact.departures if each not in over)
    if rest == stored.contact.departures:
        return None
    return Draft.of(stored, now, departures=rest)


def _without_notices(stored: StoredContact, sent: tuple[Notice, ...], now: datetime) -> Draft | None:
    rest = tuple(each for each in stored.contact.notices if each not in sent)
    if rest == stored.contact.notices:
        return None
    return Draft.of(stored, now, notices=rest)
