"""Who has a conversation: taken, assigned, given back. Pure.

What is wanted and is so already changes nothing, and is refused to nobody who may want it.
"""

from shared.lifecycle import moves
from shared.lifecycle.affinity import home_queue
from shared.lifecycle.situation import Situation, agent_to_have_it
from shared.lifecycle.system_lines import Line, add_system_line
from shared.lifecycle.transitions import (
    Action,
    refuse_offered_elsewhere,
    refuse_others,
    require,
)
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import same_agent
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
        raise Refused(
            Code.PICK_NOT_ALLOWED, "Conversations of this workstream are given to agents who are there, not taken."
        )
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


def answerable(contact: Contact, conversation_id: str, by: Actor) -> Conversation:
    """Return the conversation of the contact, if whoever asks may reply in it.

    Raises:
        Refused: `conversation_closed`, `not_assigned_to_you`.
    """
    conversation = contact.conversation
    if conversation is None or conversation.id != conversation_id or conversation.closed:
        raise Refused(
            Code.CONVERSATION_CLOSED, "The conversation is closed; the customer's next message starts a new one."
        )
    refuse_others(conversation, by)
    refuse_offered_elsewhere(conversation, by)
    return conversation


def take_by_reply(draft: Draft, conversation_id: str, situation: Situation) -> None:
    """Let an agent who replies have the conversation in hand: it was nobody's, or set aside.

    A supervisor's reply, or one while wrapping up, changes nothing.

    Raises:
        Refused: `conversation_closed`, `not_assigned_to_you`.
    """
    by, conversation = situation.by, answerable(draft.contact, conversation_id, situation.by)
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
    agent = agent_to_have_it(situation, agent_id)
    if conversation.status is _ACTIVE and same_agent(conversation.agent, agent.id):
        return
    require(Action.ASSIGN, draft, conversation, situation)
    units = situation.distribution_of(conversation).capacity
    moves.to_agent(draft, agent.id, units, SegmentEnd.SUPERVISOR_ASSIGNED)
    workstream = situation.workstream_of(conversation)
    add_system_line(draft, Line.ASSIGNED_BY, workstream, agent=agent.name, by=situation.by.shown)


def release(draft: Draft, conversation: Conversation, situation: Situation) -> None:
    """Put the conversation back into its queue's line, at the place that it had.

    Raises:
        Refused: `not_assigned_to_you`, `invalid_transition`.
    """
    by = situation.by
    if conversation.status is _OPEN and gave_back(conversation, by):
        return
    require(Action.RELEASE, draft, conversation, situation)
    moves.to_queue(draft, home_queue(conversation, situation.configuration), SegmentEnd.RELEASED)
    add_system_line(draft, Line.RELEASED, situation.workstream_of(conversation), by=by.shown)


def gave_back(conversation: Conversation, by: Actor) -> bool:
    """Tell whether somebody may have put the conversation into the line where it is."""
    return not by.is_agent or by.same_as(conversation.last_agent)
