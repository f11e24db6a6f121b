"""Changes an attempt at a message, as long as it is the same attempt."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from shared.committing.committer import Committer
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, Unsent

type Apply = Callable[[Draft, Unsent, Outgoing], None]


async def revise_attempt(
    committer: Committer,
    stored: StoredContact,
    unsent: Unsent,
    apply: Apply,
    reread: Callable[[], Awaitable[None]] | None = None,
) -> StoredContact:
    """Change the unsent message of the same attempt, if nobody else has.

    Raises:
        Unavailable: As `Committer.revise`.
    """

    def decide(current: StoredContact, now: datetime) -> Draft | None:
        # Another sender of the same attempt may have recorded it: its outcome is as good, and stands.
        same = (each for each in current.contact.unsent if each.attempt_id == unsent.attempt_id)
        found = next(same, None)
        if found is None:
            return None
        draft = Draft.of(current, now)
        apply(draft, found, draft.outgoing(found.id))
        return draft

    return await committer.revise(stored, decide, reread)
