"""The deadline of conversations in which nothing happens any more: they close by themselves. Pure.

What keeps any timer from closing one stands here, too.
"""

from datetime import datetime, timedelta
from typing import Final

from shared.configuration.document import Configuration
from shared.configuration.lifecycle import Lifecycle
from shared.configuration.workstreams import Hold, Workstream
from shared.deadlines.going_on import going_on
from shared.lifecycle import moves
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.team import Team
from shared.vocabulary.words import ClosureReason, ConversationStatus

_USUAL: Final = Hold()


def auto_closes_at(contact: Contact, configuration: Configuration) -> datetime | None:
    """Return when the conversation has had nothing from either side, and no move, for as long as its status allows."""
    if (found := going_on(contact, configuration)) is None:
        return None
    conversation, workstream = found
    after = _allowed(conversation, workstream.lifecycle)
    if after is None:
        return None
    spoken = conversation.silence.since if conversation.silence else conversation.last_message_at
    since = max(conversation.created_at, conversation.status_since or conversation.created_at, spoken)
    return closes_at(since + after, contact, workstream)


def auto_close(draft: Draft, configuration: Configuration, _team: Team) -> None:
    """Close the conversation."""
    if found := going_on(draft.contact, configuration):
        add_system_line(draft, Line.AUTO_CLOSED, found[1])
        moves.close(draft, ClosureReason.AUTO_CLOSED)


def closes_at(due: datetime, contact: Contact, workstream: Workstream | None) -> datetime:
    """Return when a timer closes a conversation that it would close at `due`.

    Words that are held, and a template that was not answered, still wait for the customer: no timer ends that wait
    before its own time is over. Nor does one end the wait that an agent asked for.
    """
    conversation, hold = contact.conversation, workstream.replies.hold if workstream else _USUAL
    asked_at = [contact.pinged_at if contact.ping else None]
    if conversation and conversation.silence:
        asked_at.append(conversation.silence.template_at)
    waits_until = [asked + hold.expires_after for asked in asked_at if asked]
    waits_until += [held.expires_at for held in contact.held]
    if conversation and conversation.wait_until:
        waits_until.append(conversation.wait_until)
    return max(due, *waits_until) if waits_until else due


def _allowed(conversation: Conversation, lifecycle: Lifecycle) -> timedelta | None:
    match conversation.status:
        case ConversationStatus.OPEN:
            return lifecycle.auto_close_open
        case ConversationStatus.ACTIVE:
            return lifecycle.auto_close_active
        case ConversationStatus.WAITING if conversation.outbound and conversation.queued_since is None:
            return lifecycle.auto_close_outbound  # the customer has never written in it
        case ConversationStatus.WAITING:
            return lifecycle.auto_close_waiting
    return None
