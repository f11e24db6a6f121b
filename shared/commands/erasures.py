"""A customer is to be forgotten: an admin's word marks the contact, the contact's session carries it out.

message, in 60 s ── mark ── message, now          a crash anywhere after the mark: the first message erases
"""

from datetime import datetime

from shared.commands.finding import no_contact
from shared.committing.committer import Committer
from shared.committing.reserving import CHECK_AFTER
from shared.queue.erasure_messages import Erase
from shared.retry import retry_while_unavailable
from shared.state.contact import Erasing
from shared.state.erased_contacts import ErasedContacts
from shared.vocabulary.time import Clock


class Erasures:
    """Begins erasures (`shared.erasure.erasing` goes on with them)."""

    def __init__(self, erased: ErasedContacts, committer: Committer, clock: Clock) -> None:
        self._erased = erased
        self._committer = committer
        self._clock = clock

    async def begin(self, contact_id: str, by: str, until: datetime) -> datetime:
        """Have a contact erased, on which nothing is decided any more; when that began.

        Raises:
            Refused: `not_found`.
            Unavailable: Storage or queue are away; it may have begun.
        """
        erasing = Erasing(at=self._clock.now(), by=by)

        async def attempt() -> datetime:
            stored = await self._erased.read(contact_id)
            # Of an earlier attempt of this call the answer may have been lost; another's erasure is under way.
            if stored is None or stored.contact.erasing not in (None, erasing):
                raise no_contact()
            message, session_id = Erase(contact_id=contact_id), stored.contact.session_id
            await self._committer.send_to_session(message, session_id, self._clock.now() + CHECK_AFTER)
            await self._erased.mark(contact_id, erasing)
            await self._committer.send_to_session(message, session_id)
            return erasing.at

        return await retry_while_unavailable(attempt, self._clock, until)
