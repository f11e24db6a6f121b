"""What has to happen because time has passed. Pure."""

from dataclasses import replace
from datetime import datetime

from shared.state import outbox
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.vocabulary.message import Failure
from shared.vocabulary.words import HeldStatus, MessageStatus

_EXPIRED = Failure(
    code="held_expired",
    message="The customer did not write before the held reply expired",
    hint="Send a template to ask the customer to write.",
)


def decide_timer(stored: StoredContact, generation: int, now: datetime) -> Draft | None:
    """The contact after its timer fired: held replies whose time is over have expired. None for a timer out of date."""
    timer = stored.contact.timer
    if timer is None or timer.generation != generation:
        return None
    draft = Draft.of(stored, now, timer=replace(timer, fires_at=min(timer.fires_at, now)))
    for held in stored.contact.held:
        outgoing = draft.outgoing(held.id)
        if held.expires_at <= now:
            outbox.end_held(
                draft, held, replace(outgoing, status=MessageStatus.FAILED, held=HeldStatus.EXPIRED, error=_EXPIRED)
            )
    return draft
