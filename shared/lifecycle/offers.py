"""An agent's answer to a conversation that is offered: yes or no. Pure."""

from shared.lifecycle import moves
from shared.lifecycle.assignment import take_in_hand
from shared.lifecycle.situation import Situation
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state.conversation import Conversation, Offer
from shared.state.draft import Draft
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.words import ConversationStatus


def accept(draft: Draft, conversation: Conversation, situation: Situation) -> None:
    """Take the conversation that is offered.

    Raises:
        Refused: `offer_ended`.
    """
    if conversation.status is ConversationStatus.ACTIVE and situation.by.same_as(conversation.agent):
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


def _offer(conversation: Conversation, situation: Situation) -> Offer:
    offer = conversation.offer
    if offer is None or not situation.by.same_as(offer.agent):
        raise Refused(Code.OFFER_ENDED, "The conversation is not, or no longer, offered to you.")
    return offer
