"""A conversation is handed on, to an agent or to a queue. Pure.

What is wanted and is so already changes nothing, and is refused to nobody who may want it.
"""

from dataclasses import dataclass

from shared.hours import QueueHours
from shared.lifecycle import moves
from shared.lifecycle.assignment import gave_back
from shared.lifecycle.notes import add_note
from shared.lifecycle.situation import Situation, agent_to_have_it
from shared.lifecycle.system_lines import Line, add_system_line
from shared.lifecycle.transitions import (
    Action,
    invalid_transition,
    refuse_offered_elsewhere,
    refuse_others,
    require,
)
from shared.state.conversation import Conversation
from shared.state.draft import Draft, Room
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import same_agent
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import ConversationStatus, SegmentEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Where a conversation is to go: to an agent, or else to a queue; and what is said about it."""

    queue: str | None = None
    agent: str | None = None
    note: str | None = None


def hand_over(draft: Draft, conversation: Conversation, situation: Situation, handover: Handover) -> None:
    """Hand the conversation on.

    Raises:
        Refused: `not_assigned_to_you`, `invalid_transition`, `queue_closed`, `agent_not_available`, `invalid_request`.
    """
    if handover.agent:
        _transfer_to_agent(draft, conversation, situation, handover.agent, handover.note)
    elif handover.queue:
        _transfer_to_queue(draft, conversation, situation, handover.queue, handover.note)


def _transfer_to_queue(
    draft: Draft, conversation: Conversation, situation: Situation, queue: str, note: str | None
) -> None:
    by = situation.by
    refuse_offered_elsewhere(conversation, by)
    if conversation.in_line and conversation.queue == queue and gave_back(conversation, by):
        return
    require(Action.TRANSFER, draft, conversation, situation)
    _refuse_closed_queue(draft, situation, queue)
    if note:
        add_note(draft, conversation, by, note)
    moves.to_queue(draft, queue, SegmentEnd.TRANSFERRED_TO_QUEUE, conversation.waiting_since or draft.now)
    add_system_line(draft, Line.TRANSFERRED_TO_QUEUE, situation.workstream_of(conversation), by=by.shown)


def _transfer_to_agent(
    draft: Draft, conversation: Conversation, situation: Situation, agent_id: str, note: str | None
) -> None:
    by, distribution = situation.by, situation.distribution_of(conversation)
    if not conversation.closed:
        refuse_others(conversation, by)
    agent = agent_to_have_it(situation, agent_id)
    if conversation.status is ConversationStatus.ACTIVE and same_agent(conversation.agent, agent.id):
        return
    require(Action.TRANSFER, draft, conversation, situation)
    if by.is_agent and conversation.status is ConversationStatus.OPEN:
        raise invalid_transition(draft, conversation, situation)
    itself = by.same_as(agent.id)
    if by.is_agent and not itself and agent.presence not in distribution.presence:
        raise Refused(
            Code.AGENT_NOT_AVAILABLE, f"{agent.name} is {agent.presence}: choose another agent, or the queue."
        )
    if note:
        add_note(draft, conversation, by, note)
    room = Room.CAPACITY if by.is_agent and not itself else Room.ANY
    moves.to_agent(draft, agent.id, distribution.capacity, SegmentEnd.TRANSFERRED_TO_AGENT, room)
    workstream = situation.workstream_of(conversation)
    add_system_line(draft, Line.TRANSFERRED_TO_AGENT, workstream, agent=agent.name, by=by.shown)


def _refuse_closed_queue(draft: Draft, situation: Situation, queue: str) -> None:
    hours = QueueHours(situation.configuration, situation.team.closed_until)
    if situation.by.is_agent and not hours.is_open(queue, draft.now):
        opens_at = hours.opens_at(queue, draft.now)
        extra = {"opensAt": rfc3339(opens_at)} if opens_at else {}
        raise Refused(
            Code.QUEUE_CLOSED, f"The queue {queue} is closed: choose another, or ask a supervisor.", extra=extra
        )
