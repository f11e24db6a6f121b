"""A check: a contact is read and settled, whatever kept that from happening before."""

from shared.committing.committer import Committer
from shared.queue.messages import Check
from shared.settling.settler import Settler
from shared.vocabulary.time import Clock


class HandleCheck:
    """Settles a contact."""

    def __init__(self, committer: Committer, settler: Settler, clock: Clock) -> None:
        self._committer = committer
        self._settler = settler
        self._clock = clock

    async def __call__(self, message: Check) -> str | None:
        """See `Handler`; where a time is waited for that this clock has not reached yet, check again then."""
        stored = await self._committer.contacts.load(message.contact_id)
        if stored is None:
            return None
        stored = await self._settler.settle(stored)
        first = stored.contact.unsent[0] if stored.contact.unsent else None
        # The broker's clock may be ahead of this worker's: without another check nothing would send the message.
        if first and first.not_before and first.not_before > self._clock.now():
            await self._committer.check_later(stored.contact, first.not_before)
        return stored.conversation_id
