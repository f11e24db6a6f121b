"""Who wrote: from a phone number and a BSUID, either of which may be missing, to one contact.

The names of a contact are claimed before it is committed. A number that was another contact's is taken only after that
commit (by settling; from a contact that is merged, once it has heard of it), so that no crash can leave the other
contact without its number and without a word about it.

A name whose contact was erased is as good as free, but for events from before that: they are not taken any more.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from shared.intake.events import CustomerIdentity
from shared.state.aliases import Alias, Aliases
from shared.state.contact import Contact, Erasing, NoticeKind
from shared.state.contact_store import Contacts, StoredContact
from shared.vocabulary.identity import alias_of, contact_id_of, session_of
from shared.vocabulary.time import rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whom an alias leads to; `stored` is None for a contact that was never committed."""

    contact_id: str
    stored: StoredContact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerHolder:
    """A contact whose phone number is somebody else's now: its own under another name (`merged`), or a stranger's.

    `contact` is None when it was never committed.
    """

    contact_id: str
    session_id: str
    kind: NoticeKind
    contact: Contact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The contact that an event names, and the contact that has to give up its phone number to it."""

    owner: Owner
    former: FormerHolder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """Whose a new name is, with that name claimed, and the contacts that have to give up a name to it.

    Attributes:
        former: With the name of each that leads elsewhere from now on.
    """

    owner: Owner
    former: tuple[tuple[str, FormerHolder], ...] = ()


class WrittenBeforeErasure(Exception):
    """Raised when an event is from before its customer was erased: it is not taken any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """A name that an event shows: whom it leads to, or that whoever had it was erased."""

    text: str
    owner: Owner | None
    erased: Alias | None = None


class _Overtaken(Exception):
    """Raised when somebody else claimed an alias first."""


class Identification:
    """Finds the contact that an event names."""

    def __init__(self, aliases: Aliases, contacts: Contacts) -> None:
        self._aliases = aliases
        self._contacts = contacts

    def warm(self, customer: CustomerIdentity, at: datetime | None) -> StoredContact | None:
        """Return the contact, without reading, if this worker knows all names that the event shows.

        Raises:
            WrittenBeforeErasure: The event, which is of this time, is not taken any more.
        """
        names = [self._aliases.warm(customer.channel_id, each) for each in (customer.bsuid, customer.phone) if each]
        for name in names:
            _refuse_what_was_erased(name, at)
        stored = self.last_known_as(customer)
        if stored is None or stored.contact.merged_into or None in names:
            return None
        contact = stored.contact
        same = contact.bsuid == customer.bsuid and customer.phone in (contact.phone, None)
        return stored if same else None

    def last_known_as(self, customer: CustomerIdentity) -> StoredContact | None:
        """Return the contact to which this worker saw the sender's name lead last; it may be another's now.

        Only for what proves by itself whose it is.
        """
        name = self._aliases.warm(customer.channel_id, customer.sender)
        return self._contacts.warm(name.contact_id) if name and name.contact_id else None

    async def find(self, customer: CustomerIdentity, at: datetime | None = None) -> list[StoredContact]:
        """Return the contacts that an event names, as they are stored; claims nothing.

        They are two when nobody has seen yet that number and BSUID are one person's.

        Raises:
            WrittenBeforeErasure: The event, which is of this time, is not taken any more.
        """
        warm = self.warm(customer, at)
        # Nothing may come of it, so what is warm is read again; one row, where the aliases would be two and more.
        if warm and await self._contacts.load(warm.contact.id) and (same := self.warm(customer, at)):
            return [same]
        owners = [name.owner for name in await self._names(customer, at) if name]
        return list({owner.contact_id: owner.stored for owner in owners if owner and owner.stored}.values())

    async def identify(self, customer: CustomerIdentity, event_id: str, at: datetime | None = None) -> Identified:
        """Return the contact that an event names, with its names claimed.

        A new contact's id depends on the event, and on what was erased before it, so that a redelivery arrives at the
        same one, and nobody at one that was erased.

        Raises:
            WrittenBeforeErasure: The event, which is of this time, is not taken any more.
        """
        while True:
            bsuid, phone = await self._names(customer, at)
            by_bsuid, by_phone = bsuid.owner if bsuid else None, phone.owner if phone else None
            try:
                if bsuid is None:
                    return Identified(owner=by_phone or await self._claim_new(customer, phone, event_id))
                is_theirs = by_phone and not (_another_bsuid(by_phone, bsuid.text) or _gave_up(by_phone, phone, at))
                if by_bsuid is None and by_phone and is_theirs:
                    await self._claim(customer, bsuid, by_phone.contact_id)
                    return Identified(owner=by_phone)
                owner = by_bsuid or await self._claim_new(customer, bsuid, event_id)
                if owner.stored and _has_another_phone_since(owner.stored.contact, phone, at):
                    return Identified(owner=owner)  # the number that was shown then may be somebody else's by now
                return Identified(owner=owner, former=await self._take_phone(customer, owner, phone))
            except _Overtaken:
                continue  # and find whoever was first: this happens once for each name at most, or after an erasure

    async def rename(self, before: CustomerIdentity, now: CustomerIdentity, at: datetime | None) -> Renamed | None:
        """Return the contact that is known by other names from now on, with these claimed; None for nobody known.

        What comes late, or once more, is as good as of nobody: the contact has had other names since.

        Where the new BSUID has become another contact, since the customer wrote before this was told, both are one:
        the one with the new BSUID stays.

        Raises:
            WrittenBeforeErasure: The event, which is of this time, is not taken any more.
        """
        while True:
            known = next(
                (name for name in await self._names(before, at) if name and name.owner and name.owner.stored), None
            )
            if known is None or known.owner is None or known.owner.stored is None:
                return None
            if known.owner.stored.contact.is_named_since(at):
                return None
            bsuid, phone = await self._names(now, at)
            try:
                owner, former = await self._claim_bsuid(now, known.text, known.owner, known.owner.stored, bsuid)
                mine = phone and phone.owner and phone.owner.contact_id == known.owner.contact_id
                holder = None if mine else await self._take_phone(now, owner, phone)
            except _Overtaken:
                continue
            moved = ((phone.text, holder),) if phone and holder else ()
            return Renamed(owner=owner, former=(*former, *moved))

    async def _claim_bsuid(
        self, now: CustomerIdentity, known_as: str, known: Owner, stored: StoredContact, bsuid: _Name | None
    ) -> tuple[Owner, tuple[tuple[str, FormerHolder], ...]]:
        if bsuid is None or (bsuid.owner and bsuid.owner.contact_id == known.contact_id):
            return known, ()
        if bsuid.owner is None:
            await self._claim(now, bsuid, known.contact_id)
            return known, ()
        contact = stored.contact
        merged = FormerHolder(
            contact_id=known.contact_id, session_id=contact.session_id, kind=NoticeKind.MERGED, contact=contact
        )
        return bsuid.owner, ((contact.bsuid or known_as, merged),)

    async def hand_over(self, alias: str, merged_id: str, into: str) -> None:
        """Let the number of a contact that was merged, or never committed, lead to the one that took its place."""
        await self._aliases.move(alias, to=into, away_from=merged_id)

    async def _names(self, customer: CustomerIdentity, at: datetime | None) -> tuple[_Name | None, _Name | None]:
        """Return what is known of the BSUID and of the phone number, as far as they are shown."""
        bsuid, phone = await asyncio.gather(
            self._name(customer.channel_id, customer.bsuid), self._name(customer.channel_id, customer.phone)
        )
        for name in (bsuid, phone):
            _refuse_what_was_erased(name.erased if name else None, at)
        return bsuid, phone

    async def _name(self, channel_id: str, text: str | None) -> _Name | None:
        if text is None:
            return None
        alias = await self._aliases.find(channel_id, text)
        if alias is None or alias.contact_id is None:
            return _Name(text=text, owner=None, erased=alias)
        contact_id = alias.contact_id
        found = await self._contacts.look_up(contact_id)
        while isinstance(found, StoredContact) and found.contact.merged_into:
            contact_id = found.contact.merged_into  # its alias follows only once it has heard of the merge
            found = await self._contacts.look_up(contact_id)
        if isinstance(found, Erasing):
            # The erasure has not come to this name, or does not know it: whoever claims it writes down what it would.
            return _Name(text=text, owner=None, erased=replace(alias, contact_id=None, erased_at=found.at))
        erased = alias if alias.erased_at else None
        return _Name(text=text, owner=Owner(contact_id=contact_id, stored=found), erased=erased)

    async def _claim_new(self, customer: CustomerIdentity, name: _Name | None, event_id: str) -> Owner:
        """Claim a name that nobody has, for a contact that need not be looked for.

        Should another delivery of the event have committed it in between, the commit shows it: it inserts the contact.
        """
        name = name or _Name(text="", owner=None)
        since = (rfc3339(name.erased.erased_at),) if name.erased and name.erased.erased_at else ()
        contact_id = contact_id_of(customer.channel_id, name.text, event_id, *since)
        await self._claim(customer, name, contact_id)
        return Owner(contact_id=contact_id, stored=None)

    async def _take_phone(self, customer: CustomerIdentity, owner: Owner, phone: _Name | None) -> FormerHolder | None:
        """Claim a number that nobody has; who has it now, if that is another contact."""
        if phone is None or (phone.owner and phone.owner.contact_id == owner.contact_id):
            return None
        holder = phone.owner
        if holder is None:
            await self._claim(customer, phone, owner.contact_id)
            return None
        contact = holder.stored.contact if holder.stored else None
        has_others = contact and (contact.bsuid or _has_another(contact, phone.text))
        return FormerHolder(
            contact_id=holder.contact_id,
            session_id=contact.session_id if contact else session_of(customer.channel_id, phone.text),
            kind=NoticeKind.PHONE_MOVED if has_others else NoticeKind.MERGED,
            contact=contact,
        )

    async def _claim(self, customer: CustomerIdentity, name: _Name, contact_id: str) -> None:
        claimed = await self._aliases.claim(customer.channel_id, name.text, contact_id, over=name.erased)
        if claimed != contact_id:
            raise _Overtaken


def _refuse_what_was_erased(name: Alias | None, at: datetime | None) -> None:
    if name and name.erased_at and at and at <= name.erased_at:
        raise WrittenBeforeErasure


def _has_another_phone_since(contact: Contact, phone: _Name | None, at: datetime | None) -> bool:
    return bool(phone and _has_another(contact, phone.text) and contact.is_named_since(at))


def _gave_up(owner: Owner, phone: _Name | None, at: datetime | None) -> bool:
    """Tell whether a number is not its last owner's any more: WhatsApp has said that it was changed for another."""
    contact = owner.stored.contact if owner.stored else None
    if contact is None or phone is None or contact.named_at is None or at is None:
        return False
    return at > contact.named_at and _has_another(contact, phone.text)


def _has_another(contact: Contact, phone: str) -> bool:
    channel_id = contact.channel_id
    return contact.phone is not None and alias_of(channel_id, contact.phone) != alias_of(channel_id, phone)


def _another_bsuid(owner: Owner, bsuid: str) -> bool:
    return bool(owner.stored and owner.stored.contact.bsuid and owner.stored.contact.bsuid != bsuid)
