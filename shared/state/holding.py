"""Which agent a conversation lies with: derived from the conversation, and mirrored in the agent's load."""

from dataclasses import dataclass

from shared.state.agent import LoadKind
from shared.state.conversation import Conversation
from shared.vocabulary.words import ConversationStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An agent has a conversation, or is offered it: `held` with units, `parked` while it waits for its customer."""

    agent: str
    conversation_id: str
    queue: str
    kind: LoadKind
    units: int


def holding_of(conversation: Conversation | None) -> Holding | None:
    """Return with whom a conversation lies; None when with nobody."""
    if conversation is None or conversation.closed:
        return None
    agent = conversation.agent or (conversation.offer.agent if conversation.offer else None)
    if agent is None:
        return None
    parked = conversation.status is ConversationStatus.WAITING
    return Holding(
        agent=agent,
        conversation_id=conversation.id,
        queue=conversation.queue,
        kind=LoadKind.PARKED if parked else LoadKind.HELD,
        units=0 if parked else conversation.units,
    )
