"""Settling: the worker remembers that nothing is left to do."""

from dataclasses import replace

from shared.state.contact_store import Contacts, StoredContact


class RememberSettled:
    """Keeps warm that a contact is settled, which spares a status that moves nothing every call."""

    def __init__(self, contacts: Contacts) -> None:
        self._contacts = contacts

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Note it, unless something waits for its time: whoever comes meanwhile may do it earlier."""
        contact = stored.contact
        left = (contact.unsent, contact.notices, contact.departures, contact.released, contact.unreported)
        if any(left) or stored.untold:
            return stored
        stored = replace(stored, settled=True)
        self._contacts.keep(stored)
        return stored
