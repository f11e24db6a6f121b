"""Who has a conversation: taken, assigned, accepted, declined, handed on, given back. Pure.

What is wanted and is so already changes nothing, and is refused to nobody who may want it.
"""

from dataclasses import dataclass

from shared.hours import QueueHours
from shared.lifecycle import moves
from shared.lifecycle.affinity import home_queue
from shared.lifecycle.notes import add_note
from shared.lifecycle.situation import Situation
from shared.lifecycle.system_lines import Line, add_system_line
from shared.lifecycle.transitions import (
    Action,
    invalid_transition,
    refuse_offered_elsewhere,
    refuse_others,
    require,
)
from shared.state.agent import Agent
from shared.state.conversation import Conversation, Offer
from shared.state.draft import Draft, Room
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import same_agent
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import ConversationStatus, SegmentEnd

_OPEN, _ACTIVE, _WAITING = ConversationStatus.OPEN, ConversationStatus.ACTIVE, ConversationStatus.WAITING


def take(draft: Draft, conversation: Conversation, situation: Situation) -> None:
    """Give the conversation to whoever asks for it.

    Raises:
        Refused: `not_assigned_to_you`, `pick_not_allowed`, `invalid_transition`.
    """
    by = situation.by
    if conversation.status is _ACTIVE and by.same_as(conversation.agent):
        return
    refuse_others(conversation, by)
    refuse_offered_elsewhere(conversation, by)
    distribution = situation.distribution_of(conversation)
    picked = conversation.status is _OPEN and by.is_agent and conversation.offer is None
    if picked and not distribution.allow_pick:
        raise Refused(Code.PICK_NOT_ALLOWED, "Conversations of this workstream are given to agents, not taken.")
    require(Action.TAKE, draft, conversation, situation)
    take_in_hand(draft, conversation, situation)


def take_in_hand(draft: Draft, conversation: Conversation, situation: Situation) -> None:
    """Let whoever asks have the conversation from now on; an offer to that agent is accepted by it."""
    by, workstream = situation.by, situation.workstream_of(conversation)
    units = situation.distribution_of(conversation).capacity
    offer = conversation.offer
    if by.same_as(conversation.agent):
        moves.take_up(draft, units)
        add_system_line(draft, Line.TAKEN, workstream, agent=by.shown)
    elif offer and by.same_as(offer.agent):
        moves.to_agent(draft, offer.agent, conversation.units, SegmentEnd.ASSIGNED, accepted=True)
        add_system_line(draft, Line.ACCEPTED, workstream, agent=by.shown)
    else:
        reason = SegmentEnd.ASSIGNED if by.is_agent else SegmentEnd.SUPERVISOR_ASSIGNED
        moves.to_agent(draft, by.id, units, reason, accepted=True)
        add_system_line(draft, Line.TAKEN, workstream, agent=by.shown)


def take_by_reply(draft: Draft, conversation_id: str, situation: Situation) -> None:
    """Let an agent who replies have the conversation in hand: it was nobody's, or set aside.

    A supervisor's reply, or one while wrapping up, changes nothing.

    Raises:
        Refused: `conversation_closed`, `not_assigned_to_you`.
    """
    by, conversation = situation.by, draft.contact.conversation
    if conversation is None or conversation.id != conversation_id or conversation.closed:
        raise Refused(
            Code.CONVERSATION_CLOSED, "The conversation is closed; the customer's next message starts a new one."
        )
    refuse_others(conversation, by)
    refuse_offered_elsewhere(conversation, by)
    if conversation.status is _OPEN and not by.is_agent:
        return
    taken_up = conversation.status is _WAITING and (by.is_agent or by.same_as(conversation.agent))
    if conversation.status is _OPEN or taken_up:
        take_in_hand(draft, conversation, situation)


def assign(draft: Draft, conversation: Conversation, situation: Situation, agent_id: str) -> None:
    """Give the conversation to an agent, whatever that agent has in hand and says about being there.

    Raises:
        Refused: `invalid_transition`, `invalid_request` without such an agent, `agent_not_available`.
    """
    agent = _agent(situation, agent_id)
    if conversation.status is _ACTIVE and same_agent(conversation.agent, agent.id):
        return
    require(Action.ASSIGN, draft, conversation, situation)
    units = situation.distribution_of(conversation).capacity
    moves.to_agent(draft, agent.id, units, SegmentEnd.SUPERVISOR_ASSIGNED)
    workstream = situation.workstream_of(conversation)
    add_system_line(draft, Line.ASSIGNED_BY, workstream, agent=agent.name, by=situation.by.shown)


def accept(draft: Draft, conversation: Conversation, situation: Situation) -> None:
    """Take the conversation that is offered.

    Raises:
        Refused: `offer_ended`.
    """
    if conversation.status is _ACTIVE and situation.by.same_as(conversation.agent):
        return
    _offer(conversation, situation)
    take_in_hand(draft, conversation, situation)


def decline(draft: Draft, conversation: Conversation, situation: Situation) -> None:
    """Say no to the conversation that is offered.

    Raises:
        Refused: `offer_ended`.
    """
    _offer(conversation, situation)
    moves.end_offer(draft, declined=True)
    add_system_line(draft, Line.DECLINED, situation.workstream_of(conversation), agent=situation.by.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Where a conversation is to go: to an agent, or else to a queue; and what is said about it."""

    queue: str | None = None
    agent: str | None = None
    note: str | None = None


def transfer(draft: Draft, conversation: Conversation, situation: Situation, handover: Handover) -> None:
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
    if conversation.in_line and conversation.queue == queue and _gave_back(conversation, by):
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
    agent = _agent(situation, agent_id)
    if conversation.status is _ACTIVE and same_agent(conversation.agent, agent.id):
        return
    require(Action.TRANSFER, draft, conversation, situation)
    if by.is_agent and conversation.status is _OPEN:
        raise invalid_transition(draft, conversation, situation)
    itself = by.same_as(agent.id)
    if by.is_agent and not itself and agent.presence not in distribution.presence:
        raise Refused(Code.AGENT_NOT_AVAILABLE, f"{agent.name} is {agent.presence}.")
    if note:
        add_note(draft, conversation, by, note)
    room = Room.CAPACITY if by.is_agent and not itself else Room.ANY
    moves.to_agent(draft, agent.id, distribution.capacity, SegmentEnd.TRANSFERRED_TO_AGENT, room)
    workstream = situation.workstream_of(conversation)
    add_system_line(draft, Line.TRANSFERRED_TO_AGENT, workstream, agent=agent.name, by=by.shown)


def release(draft: Draft, conversation: Conversation, situation: Situation) -> None:
    """Put the conversation back into its queue's line, at the place that it had.

    Raises:
        Refused: `not_assigned_to_you`, `invalid_transition`.
    """
    by = situation.by
    if conversation.status is _OPEN and _gave_back(conversation, by):
        return
    require(Action.RELEASE, draft, conversation, situation)
    moves.to_queue(draft, home_queue(conversation, situation.configuration), SegmentEnd.RELEASED)
    add_system_line(draft, Line.RELEASED, situation.workstream_of(conversation), by=by.shown)


def _gave_back(conversation: Conversation, by: Actor) -> bool:
    """Tell whether somebody may have put the conversation into the line where it is."""
    return not by.is_agent or by.same_as(conversation.last_agent)


def _offer(conversation: Conversation, situation: Situation) -> Offer:
    offer = conversation.offer
    if offer is None or not situation.by.same_as(offer.agent):
        raise Refused(Code.OFFER_ENDED, "The conversation is not, or no longer, offered to you.")
    return offer


def _agent(situation: Situation, agent_id: str) -> Agent:
    """Return the agent to whom a conversation is to go."""
    agent = situation.team.agent(agent_id)
    if agent is None:
        errors = (("agent", f"there is no agent {agent_id}"),)
        raise Refused(Code.INVALID_REQUEST, "The request is not as it has to be.", errors=errors)
    if not agent.active:
        raise Refused(Code.AGENT_NOT_AVAILABLE, f"{agent.name} does not work here any more.")
    return agent


def _refuse_closed_queue(draft: Draft, situation: Situation, queue: str) -> None:
    hours = QueueHours(situation.configuration, situation.team.closed_until)
    if situation.by.is_agent and not hours.is_open(queue, draft.now):
        opens_at = hours.opens_at(queue, draft.now)
        extra = {"opensAt": rfc3339(opens_at)} if opens_at else {}
        raise Refused(Code.QUEUE_CLOSED, f"The queue {queue} is closed.", extra=extra)
