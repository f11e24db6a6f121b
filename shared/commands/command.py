"""The frame of every change that comes over HTTP.

        check on its way ── commit ── settle          a crash anywhere after the commit: the check settles, in a minute
             └─ 60 s ─────────────────────▶

A change is known by its mark: a caller's `Idempotency-Key`, or an id made for this one call, so that a commit whose
answer was lost is not made twice.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.committing.committer import Committer
from shared.settling.settler import Settler
from shared.state.change import Mark
from shared.state.contact import Contact
from shared.state.contact_store import AlreadyDone, Stale, StoredContact
from shared.state.draft import Draft
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, Unavailable
from shared.vocabulary.identity import split_conversation_id
from shared.vocabulary.time import Clock

CHECK_AFTER = timedelta(seconds=60)
COMMIT_WITHIN = timedelta(seconds=30)


class Command:
    """One call's change to one contact; it may be attempted several times.

    Args:
        contact_id: The contact's partition.
        mark: What makes the change known.

    Attributes:
        committed: The mark that is known to be committed: what is left is done by the check at the latest.
        kept: The contact as it was then.
        repeated: Whether it was committed before, by an earlier call or an attempt whose answer was lost.
    """

    def __init__(self, committer: Committer, settler: Settler, clock: Clock, contact_id: str, mark: Mark) -> None:
        self._committer = committer
        self._settler = settler
        self._clock = clock
        self._contact_id = contact_id
        self._mark = mark
        self._checked_at: datetime | None = None
        self.committed: Mark | None = None
        self.kept: StoredContact | None = None
        self.repeated = False

    async def attempt(
        self, stored: StoredContact, decide: Callable[[StoredContact, datetime], Draft]
    ) -> tuple[StoredContact, Mark]:
        """Commit what `decide` says of the contact as it was read, and settle.

        The contact as it is then, and the mark under which it was done, now or earlier.

        Raises:
            Refused: `conversation_not_found`, or whatever `decide` raises.
            Unavailable: It was not done, or not all of it; attempt it again.
        """
        while True:
            if self._checked_at and (done := await self.done()):
                return await self.repeat(done)
            draft = decide(stored, self._clock.now())
            await self._send_check(stored.contact)
            try:
                stored = await self._committer.commit(stored, draft, self._mark)
                self.committed, self.kept = self._mark, stored
            except Stale:
                stored = await load_contact(self._committer, self._contact_id)
                continue
            except AlreadyDone:
                return await self.repeat(await self.done() or self._mark)
            return await self._settler.settle(stored), self._mark

    async def done(self) -> Mark | None:
        """The mark of the change, if it was committed before."""
        return await self._committer.done(self._contact_id, self._mark.key)

    async def repeat(self, mark: Mark) -> tuple[StoredContact, Mark]:
        """Settle a change that was committed before, under this mark."""
        stored = await load_contact(self._committer, self._contact_id)
        self.committed, self.kept, self.repeated = mark, stored, True
        return await self._settler.settle(stored), mark

    async def _send_check(self, contact: Contact) -> None:
        """Have the contact settled in a minute, whatever becomes of this process; one check is enough for a while."""
        now = self._clock.now()
        if self._checked_at and now - self._checked_at <= COMMIT_WITHIN:
            return
        await self._committer.check_later(contact, now + CHECK_AFTER)
        if self._clock.now() - now > COMMIT_WITHIN:
            raise Unavailable("the queue took too long to take the check")
        self._checked_at = now


async def load_contact(committer: Committer, contact_id: str) -> StoredContact:
    """The contact as it is stored.

    Raises:
        Refused: `conversation_not_found`.
    """
    stored = await committer.contacts.load(contact_id)
    if stored is None:
        raise not_found()
    return stored


def contact_of(conversation_id: str) -> str:
    """The contact id in a conversation id.

    Raises:
        Refused: `conversation_not_found`.
    """
    ids = split_conversation_id(conversation_id)
    if ids is None:
        raise not_found()
    return ids[0]


def not_found() -> Refused:
    """The answer for a conversation that does not exist, or not for this caller."""
    return Refused(Code.CONVERSATION_NOT_FOUND, "There is no such conversation.")
