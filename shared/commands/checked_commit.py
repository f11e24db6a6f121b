"""The frame of every change that comes over HTTP.

        check on its way ── commit ── settle          a crash anywhere after the commit: the check settles, in a minute
             └─ 60 s ─────────────────────▶

A change is known by its mark: a caller's `Idempotency-Key`, or an id made for this one call, so that a commit whose
answer was lost is not made twice.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from shared.commands.finding import load_contact
from shared.committing.committer import Committer, given_by
from shared.committing.reserving import CHECK_AFTER, COMMIT_WITHIN
from shared.state.contact import Contact
from shared.state.contact_store import AlreadyDone, Stale, StoredContact
from shared.state.done_mark import Mark
from shared.state.draft import Draft
from shared.state.revise_row import MOST_TRIES
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A change that is committed, or was not needed. It is still to be settled; if nobody does, its check will.

    Attributes:
        stored: The contact as it is then.
        mark: The mark under which it was committed, now or earlier.
        repeated: Whether it was committed before, by an earlier call or an attempt whose answer was lost.
    """

    stored: StoredContact
    mark: Mark
    repeated: bool = False


class CheckedCommit:
    """One call's change to one contact; it may be attempted several times.

    Args:
        contact_id: The contact's partition.
        mark: What makes the change known.

    Attributes:
        tried: Whether an attempt may have committed it.
    """

    def __init__(self, committer: Committer, clock: Clock, contact_id: str, mark: Mark) -> None:
        self._committer = committer
        self._clock = clock
        self._contact_id = contact_id
        self._mark = mark
        self._checked_at: datetime | None = None
        self.tried = False

    async def attempt(
        self,
        stored: StoredContact,
        decide: Callable[[StoredContact, datetime], Draft | None],
        prepare: Callable[[Contact], Awaitable[None]] | None = None,
    ) -> Done:
        """Commit what `decide` says of the contact as it was read, unless that was done before.

        Args:
            decide: Gives None where nothing is to be written.
            prepare: Finds out what else a decision about the contact needs; called before each.

        Raises:
            Refused: `conversation_not_found`, or whatever `decide` raises.
            Unavailable: It may not have been done; attempt it again.
        """
        for _ in range(MOST_TRIES):
            # An earlier attempt may have committed and lost its answer.
            if self.tried and (done := await self.done_before()):
                return done
            if prepare:
                await prepare(stored.contact)
            draft = decide(stored, self._clock.now())
            if draft is None:
                return Done(stored=stored, mark=self._mark)
            if not given_by(draft):  # else the announcement of what it gives is its check
                await self.send_check(stored.contact)
            self.tried = True
            try:
                return Done(stored=await self._committer.commit(stored, draft, self._mark), mark=self._mark)
            except Stale:
                stored = await load_contact(self._committer.contacts, self._contact_id)
            except AlreadyDone:
                if done := await self.done_before():
                    return done
                raise Unavailable("the mark of a change could not be read, although it is there") from None
        raise Unavailable("a contact keeps changing")

    async def done_before(self) -> Done | None:
        """Return the change, with the contact as it is now, if it was committed before."""
        mark = await self._committer.contacts.mark(self._contact_id, self._mark.key)
        if mark is None:
            return None
        return Done(stored=await load_contact(self._committer.contacts, self._contact_id), mark=mark, repeated=True)

    async def send_check(self, contact: Contact) -> None:
        """Have the contact settled in a minute, whatever becomes of this process; one check is enough for a while."""
        now = self._clock.now()
        if self._checked_at and now - self._checked_at <= COMMIT_WITHIN:
            return
        await self._committer.check_later(contact, now + CHECK_AFTER)
        # Too late to commit under it: the caller hears that nothing was done, and the check finds nothing.
        if self._clock.now() - now > COMMIT_WITHIN:
            raise Unavailable("the queue took too long to take the check")
        self._checked_at = now
