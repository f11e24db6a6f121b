"""The deadline of wrapping up: the conversation is closed once its time is over. Pure."""

from datetime import datetime

from shared.configuration.document import Configuration
from shared.lifecycle import moves
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state.contact import Contact
from shared.state.draft import Draft
from shared.state.team import Team
from shared.vocabulary.words import ClosureReason, ConversationStatus


def wrap_up_ends_at(contact: Contact, _configuration: Configuration) -> datetime | None:
    """Return when the agent's time for wrapping up is over."""
    conversation = contact.conversation
    wraps_up = conversation is not None and conversation.status is ConversationStatus.WRAP_UP
    return conversation.wrap_up_until if conversation and wraps_up else None


def end_wrap_up(draft: Draft, configuration: Configuration, _team: Team) -> None:
    """Close the conversation, as its agent has ended it."""
    if conversation := draft.contact.conversation:
        add_system_line(draft, Line.WRAP_UP_OVER, configuration.workstreams.get(conversation.workstream))
        moves.close(draft, ClosureReason.AGENT_ENDED)
