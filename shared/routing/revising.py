"""What most messages of the app's own do: one decision about a contact as it is stored, written and settled."""

from shared.committing.committer import Committer, Decide
from shared.settling.settler import Settler
from shared.settling.turn_request import found_waiting


async def revise_and_settle(committer: Committer, settler: Settler, contact_id: str, decide: Decide) -> str | None:
    """Decide on a contact and settle it, also when nothing was to be decided; the id of its conversation, if any."""
    stored = await committer.load_and_revise(contact_id, decide)
    return (await settler.settle(found_waiting(stored))).conversation_id if stored else None
