"""The deadline of held replies: whoever has not written until then does not get them any more. Pure."""

from dataclasses import replace
from datetime import datetime

from shared.configuration.document import Configuration
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state import outbox
from shared.state.contact import Contact
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing
from shared.state.team import Team
from shared.vocabulary.message import Failure
from shared.vocabulary.words import HeldStatus, MessageStatus

_EXPIRED = Failure(
    code="held_expired",
    message="The customer did not write before the held reply expired",
    hint="Send a template to ask the customer to write.",
)


def held_expires_at(contact: Contact, _configuration: Configuration) -> datetime | None:
    """Return when the first of the held replies expires."""
    return min((held.expires_at for held in contact.held), default=None)


def expire_held(draft: Draft, configuration: Configuration, _team: Team) -> None:
    """End the held replies whose time is over."""
    for held in draft.contact.held:
        if held.expires_at <= draft.now:
            expired = replace(
                draft.outgoing(held.id), status=MessageStatus.EXPIRED, held=HeldStatus.EXPIRED, error=_EXPIRED
            )
            outbox.end_held(draft, held, expired)
            if held.draft:
                _note(draft, expired, configuration)


def _note(draft: Draft, outgoing: Outgoing, configuration: Configuration) -> None:
    """Say it where the agent is who could have decided; the words themselves stand in an earlier conversation."""
    conversation, author = draft.contact.conversation, outgoing.author
    if conversation and not conversation.closed:
        workstream = configuration.workstreams.get(conversation.workstream)
        add_system_line(draft, Line.DRAFT_EXPIRED, workstream, by=author.name or author.id)
