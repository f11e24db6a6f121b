"""The deadline of held replies: whoever has not written until then does not get them any more. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from shared.configuration.document import Configuration
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state import outbox
from shared.state.contact import Contact
from shared.state.draft import Draft
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
    authors: dict[str, None] = {}
    for held in draft.contact.held:
        if held.expires_at <= draft.now:
            outgoing = draft.outgoing(held.id)
            expired = replace(outgoing, status=MessageStatus.EXPIRED, held=HeldStatus.EXPIRED, error=_EXPIRED)
            outbox.end_held(draft, held, expired)
            if held.draft:
                authors[outgoing.author.name or outgoing.author.id or ""] = None
    if authors:
        _note(draft, authors, configuration)


def _note(draft: Draft, authors: Iterable[str], configuration: Configuration) -> None:
    """Say whose drafts have expired where the agent is who could have decided; they stand in an earlier conversation.

    In one line: with one for each of forty drafts, their rows would not fit into one transaction of 100.
    """
    conversation = draft.contact.conversation
    if conversation and not conversation.closed:
        workstream = configuration.workstreams.get(conversation.workstream)
        add_system_line(draft, Line.DRAFT_EXPIRED, workstream, by=", ".join(authors))
