"""Who is erased: a contact, and the contacts that were merged with it, since they are one person."""

from dataclasses import dataclass
from typing import Final

from shared.configuration.document import Configuration
from shared.state.contact import Contact, Erasing
from shared.state.contact_store import StoredContact
from shared.state.erased_contacts import ErasedContacts
from shared.vocabulary.identity import session_of
from shared.vocabulary.phone_variants import phone_variants

RETENTION: Final = "retention"
"""By whom a contact is erased of which nothing is left that has to be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is being erased.

    Attributes:
        contacts: All of them are marked. The one that was asked for comes last: as long as its row is there, whoever
            goes on finds the others.
    """

    contacts: tuple[StoredContact, ...]
    erasing: Erasing

    @property
    def id(self) -> str:
        """The contact that was asked for."""
        return self.contacts[-1].contact.id

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all contacts."""
        return frozenset(each.contact.id for each in self.contacts)

    def sessions(self, configuration: Configuration) -> frozenset[str]:
        """Return the sessions in which the person may have written, under every name and spelling."""
        return frozenset(session for each in self.contacts for session in sessions_of(each.contact, configuration))


def names_of(contact: Contact) -> tuple[str, ...]:
    """Return the numbers and the BSUIDs by which a contact is known, or was."""
    former = (*contact.former_phones, *contact.former_bsuids)
    return tuple(name for name in (contact.bsuid, contact.phone, *former) if name)


def sessions_of(contact: Contact, configuration: Configuration) -> set[str]:
    """Return the sessions in which a contact may have written, under every name and spelling.

    While the file is bad, or does not have it yet, an id that its number has or had is as good as another channel.
    """
    names = {spelling for name in names_of(contact) for spelling in (name, *phone_variants(name))}
    ids = configuration.ids_of(contact.channel_id)
    return {contact.session_id, *(session_of(channel_id, name) for channel_id in ids for name in names)}


async def mark_person(erased: ErasedContacts, contact_id: str) -> Person | None:
    """Mark all contacts of a person of whom one is marked.

    None where that one is not, or nothing is left of it.
    """
    asked = await erased.read(contact_id)
    erasing = asked.contact.erasing if asked else None
    if asked is None or erasing is None:
        return None
    found = {contact_id: asked}
    ahead = [asked.contact.merged_into, *asked.contact.merged_from]
    while ahead:
        other = ahead.pop()
        if other and other not in found and (marked := await erased.mark(other, erasing)):
            found[other] = marked
            ahead += [marked.contact.merged_into, *marked.contact.merged_from]
    others = [each for each in found.values() if each is not asked]
    return Person(contacts=(*others, asked), erasing=erasing)
