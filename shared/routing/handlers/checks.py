"""A check: a contact is read and settled, whatever kept that from happening before."""

from datetime import datetime

from shared.committing.committer import Committer
from shared.distribution.reservations import SettleReservations
from shared.queue.messages import Buried, Check
from shared.settling.settler import Settler
from shared.settling.turn_request import found_waiting
from shared.state.contact import Departure
from shared.state.contact_store import StoredContact
from shared.state.conversation_lists import ConversationLists
from shared.vocabulary.time import Clock, sit_out


class HandleCheck:
    """Settles a contact."""

    def __init__(
        self,
        *,
        committer: Committer,
        settler: Settler,
        reservations: SettleReservations,
        conversation_lists: ConversationLists,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._settler = settler
        self._reservations = reservations
        self._conversation_lists = conversation_lists
        self._clock = clock

    async def __call__(self, message: Check) -> str | None:
        """See `Handler`; where a time is waited for that this clock has not reached yet, check again then."""
        stored = await self._committer.contacts.load(message.contact_id)
        if message.reserved:
            await self._reservations.settle([message.reserved])
        if message.buried:
            await self._clear(message.buried, stored)
        if stored is None:
            return None
        waited_for = _next_try(stored)
        if waited_for:
            await sit_out(waited_for, self._clock)
        stored = await self._settler.settle(found_waiting(stored))
        # The broker's clock may be ahead of this worker's: without another check nothing would send the message. A time
        # that was set meanwhile has a check of its own; one more for each would grow without end on a stopped channel.
        next_try = _next_try(stored)
        if next_try and next_try == waited_for and next_try > self._clock.now():
            await self._committer.check_later(stored.contact, next_try)
        return stored.conversation_id

    async def _clear(self, buried: Buried, stored: StoredContact | None) -> None:
        """Delete a tombstone, unless the contact knows of another in its place, which has its own time."""
        places = [(each.queue, each.conversation_id) for each in stored.contact.departures] if stored else []
        if (buried.queue, buried.conversation_id) not in places:
            at = self._clock.now()
            await self._conversation_lists.clear(
                Departure(queue=buried.queue, conversation_id=buried.conversation_id, at=at)
            )


def _next_try(stored: StoredContact) -> datetime | None:
    """Return the time before which nobody sends to the contact, if there is one."""
    return stored.contact.unsent[0].not_before if stored.contact.unsent else None
