"""What another contact found out about a phone number: it is one person's (merged), or it has moved."""

from shared.committing.committer import Committer
from shared.configuration.document import Configuration
from shared.intake.identification import Identification
from shared.queue.erasure_messages import Erase
from shared.queue.messages import Merged, PhoneMoved
from shared.routing.handlers.delivery_statuses import RecordStatus
from shared.routing.merging import decide_merged, decide_phone_moved
from shared.routing.revising import revise_and_settle
from shared.settling.settler import Settler
from shared.state.contact import Erasing
from shared.state.contact_store import StoredContact
from shared.state.erased_contacts import ErasedContacts


class HandleMerged:
    """Points a contact to the one that took its place, and only then lets its number lead there.

    Until then every message under the number alone comes to this contact, so that none is handled at both; statuses of
    the other's messages come here as well, and are passed on. If it turned out to be somebody else meanwhile, the other
    contact is told that the number is not its own. If it was erased meanwhile, so is the other: it is the same person.
    """

    def __init__(
        self,
        *,
        committer: Committer,
        settler: Settler,
        identification: Identification,
        statuses: RecordStatus,
        erased: ErasedContacts,
        configuration: Configuration,
    ) -> None:
        self._committer = committer
        self._settler = settler
        self._configuration = configuration
        self._identification = identification
        self._statuses = statuses
        self._erased = erased

    async def __call__(self, message: Merged) -> str | None:
        """See `Handler`."""
        contact_id, into = message.contact_id, message.into
        other = await self._committer.contacts.load(into)
        opted_out = other is not None and other.contact.opted_out
        stored = await self._committer.load_and_revise(
            contact_id,
            lambda current, now: decide_merged(
                current, into, message.at, self._configuration, now, alias=message.alias, opted_out=opted_out
            ),
        )
        erasing = await self._committer.contacts.look_up(contact_id) if stored is None else None
        if isinstance(erasing, Erasing):
            if other:
                await self._erase(other, erasing)
            return None
        if stored is None or stored.contact.merged_into == into:
            await self._identification.hand_over(message.alias, contact_id, into)
            # After the commit that merged it: a status that was on its way to this contact finds itself stale.
            if stored and other:
                await self._statuses.pass_on(contact_id, other.contact)
        elif other:
            not_its_own = PhoneMoved(contact_id=into, owner_id=contact_id, alias=message.alias)
            await self._committer.send_to_session(not_its_own, other.contact.session_id)
        return (await self._settler.settle(stored)).conversation_id if stored else None

    async def _erase(self, other: StoredContact, erasing: Erasing) -> None:
        await self._erased.mark(other.contact.id, erasing)
        await self._committer.send_to_session(Erase(contact_id=other.contact.id), other.contact.session_id)


class HandlePhoneMoved:
    """Takes a phone number from a contact that is known by its BSUID as well."""

    def __init__(self, committer: Committer, settler: Settler) -> None:
        self._committer = committer
        self._settler = settler

    async def __call__(self, message: PhoneMoved) -> str | None:
        """See `Handler`."""
        return await revise_and_settle(
            self._committer,
            self._settler,
            message.contact_id,
            lambda current, now: decide_phone_moved(current, message.alias, message.owner_id, now),
        )
