"""Messages that nobody has to answer: the words of an opt-out, and the answer to a survey. Pure.

They are lines of the history, count as nothing unanswered, and open no conversation that anybody would have to take.
"""

from datetime import datetime

from shared.automated_messages import opt_out, surveys
from shared.configuration.document import Configuration
from shared.configuration.workstreams import Workstream
from shared.intake.events import InboundMessage
from shared.lifecycle import moves
from shared.lifecycle.system_lines import Line, add_system_line
from shared.replies.drafts import asks_first, hand_over_held
from shared.routing.history_line import append_line
from shared.routing.opening import new_conversation_id
from shared.state import outbox
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.session_window import window_open
from shared.vocabulary.words import ClosureReason, ConversationStatus


def take_opt_out_or_answer(
    draft: Draft, event: InboundMessage, at: datetime, workstream: Workstream, configuration: Configuration
) -> bool:
    """Do what a message asks by its words alone, in this order: opt out, resume, answer the survey; whether it does."""
    if opt_out.asks_to_opt_out(event, workstream):
        closes = _begin(draft, event, at, workstream, configuration)
        opt_out.opt_out(draft, workstream, configuration)
    elif draft.contact.opted_out and opt_out.asks_to_resume(event, workstream):
        closes = _begin(draft, event, at, workstream, configuration)
        _release(draft, workstream, configuration)
        opt_out.resume(draft, workstream, configuration)
    elif surveyed := surveys.take_answer(draft, event, at, configuration):
        append_line(draft, event, at, surveyed.id)
        _release(draft, workstream, configuration)
        surveys.thank(draft, surveyed, configuration)
        return True
    else:
        return False
    if closes:
        add_system_line(draft, Line.CLOSED_AT_ONCE, workstream)
        moves.close(draft, ClosureReason.OPTED_OUT)
    return True


def _begin(
    draft: Draft, event: InboundMessage, at: datetime, workstream: Workstream, configuration: Configuration
) -> bool:
    """Add the line to the conversation that is open, else to a new one, which is to be closed; whether it is new."""
    former = conversation = draft.contact.conversation
    is_new = conversation is None or conversation.closed
    if conversation is None or conversation.closed:
        conversation = Conversation(
            id=new_conversation_id(event, draft.contact, draft.now),
            status=ConversationStatus.OPEN,
            workstream=workstream.name,
            queue=workstream.route_to_queue.fallback,
            created_at=draft.now,
            last_message_at=at,
            previous_id=conversation.id if conversation else None,
            configuration=configuration.version_hash,
        )
        draft.update(conversation=conversation)
        hand_over_held(draft, former, configuration)
    append_line(draft, event, at, conversation.id)
    return is_new


def _release(draft: Draft, workstream: Workstream, configuration: Configuration) -> None:
    """Release what is held, unless a person is to decide on it once there is a conversation."""
    asks = asks_first(draft.contact.conversation, configuration)
    if not asks and window_open(draft.contact, draft.now, workstream.replies.margin):
        outbox.release_held(draft)
