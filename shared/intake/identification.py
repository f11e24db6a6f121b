"""Who wrote: from a phone number and a BSUID, either of which may be missing, to one contact.

The names of a contact are claimed before it is committed. A number that was another contact's is taken only after that
commit (by settling; from a contact that is merged, once it has heard of it), so that no crash can leave the other
contact without its number and without a word about it.
"""

import asyncio
from dataclasses import dataclass

from shared.intake.events import CustomerIdentity
from shared.state.aliases import Aliases
from shared.state.contact import Contact, NoticeKind
from shared.state.contact_store import Contacts, StoredContact
from shared.vocabulary.identity import contact_id_of, session_of


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


class _Overtaken(Exception):
    """Raised when somebody else claimed an alias first."""


class Identification:
    """Finds the contact that an event names."""

    def __init__(self, aliases: Aliases, contacts: Contacts) -> None:
        self._aliases = aliases
        self._contacts = contacts

    def warm(self, customer: CustomerIdentity) -> StoredContact | None:
        """Return the contact, without reading, if this worker knows all names that the event shows."""
        stored = self.last_known_as(customer)
        if stored is None or stored.contact.merged_into:
            return None
        contact = stored.contact
        same = contact.bsuid == customer.bsuid and customer.phone in (contact.phone, None)
        return stored if same else None

    def last_known_as(self, customer: CustomerIdentity) -> StoredContact | None:
        """Return the contact to which this worker saw the sender's name lead last; it may be another's now.

        Only for what proves by itself whose it is.
        """
        contact_id = self._aliases.warm(customer.channel_id, customer.sender)
        return self._contacts.warm(contact_id) if contact_id else None

    async def find(self, customer: CustomerIdentity) -> list[StoredContact]:
        """Return the contacts that an event names, as they are stored; claims nothing.

        They are two when nobody has seen yet that number and BSUID are one person's.
        """
        warm = self.warm(customer)
        # Nothing may come of it, so what is warm is read again; one row, where the aliases would be two and more.
        if warm and await self._contacts.load(warm.contact.id) and (same := self.warm(customer)):
            return [same]
        owners = await self._owners(customer)
        return list({owner.contact_id: owner.stored for owner in owners if owner and owner.stored}.values())

    async def identify(self, customer: CustomerIdentity, event_id: str) -> Identified:
        """Return the contact that an event names, with its names claimed.

        A new contact's id depends on the event alone, so that a redelivery arrives at the same one.
        """
        while True:
            by_bsuid, by_phone = await self._owners(customer)
            try:
                if customer.bsuid is None:
                    return Identified(owner=by_phone or await self._claim_new(customer, customer.phone or "", event_id))
                if by_bsuid is None and by_phone and not _another_bsuid(by_phone, customer.bsuid):
                    await self._claim(customer, customer.bsuid, by_phone.contact_id)
                    return Identified(owner=by_phone)
                owner = by_bsuid or await self._claim_new(customer, customer.bsuid, event_id)
                return Identified(owner=owner, former=await self._take_phone(customer, owner, by_phone))
            except _Overtaken:
                continue  # and find whoever was first: no name is free again, so this happens once for each at most

    async def hand_over(self, channel_id: str, phone: str, merged_id: str, into: str) -> None:
        """Let the number of a contact that was merged, or never committed, lead to the one that took its place."""
        await self._aliases.move(channel_id, phone, to=into, away_from=merged_id)

    async def _owners(self, customer: CustomerIdentity) -> tuple[Owner | None, Owner | None]:
        """Return the owners of the BSUID and of the phone number."""
        return await asyncio.gather(
            self._owner(customer.channel_id, customer.bsuid), self._owner(customer.channel_id, customer.phone)
        )

    async def _owner(self, channel_id: str, alias: str | None) -> Owner | None:
        contact_id = await self._aliases.find(channel_id, alias) if alias else None
        if contact_id is None:
            return None
        stored = await self._contacts.load(contact_id)
        while stored and stored.contact.merged_into:  # its alias follows only once it has heard of the merge
            contact_id = stored.contact.merged_into
            stored = await self._contacts.load(contact_id)
        return Owner(contact_id=contact_id, stored=stored)

    async def _claim_new(self, customer: CustomerIdentity, alias: str, event_id: str) -> Owner:
        """Claim a name that nobody had, for a contact that need not be looked for.

        Should another delivery of the event have committed it in between, the commit shows it: it inserts the contact.
        """
        contact_id = contact_id_of(customer.channel_id, alias, event_id)
        await self._claim(customer, alias, contact_id)
        return Owner(contact_id=contact_id, stored=None)

    async def _take_phone(self, customer: CustomerIdentity, owner: Owner, holder: Owner | None) -> FormerHolder | None:
        """Claim a number that nobody has; who has it now, if that is another contact."""
        if customer.phone is None or (holder and holder.contact_id == owner.contact_id):
            return None
        if holder is None:
            await self._claim(customer, customer.phone, owner.contact_id)
            return None
        contact = holder.stored.contact if holder.stored else None
        return FormerHolder(
            contact_id=holder.contact_id,
            session_id=contact.session_id if contact else session_of(customer.channel_id, customer.phone),
            kind=NoticeKind.PHONE_MOVED if contact and contact.bsuid else NoticeKind.MERGED,
            contact=contact,
        )

    async def _claim(self, customer: CustomerIdentity, alias: str, contact_id: str) -> None:
        if await self._aliases.claim(customer.channel_id, alias, contact_id) != contact_id:
            raise _Overtaken


def _another_bsuid(owner: Owner, bsuid: str) -> bool:
    return bool(owner.stored and owner.stored.contact.bsuid and owner.stored.contact.bsuid != bsuid)
