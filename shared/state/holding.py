"""Which agent a conversation lies with: derived from the conversation, and mirrored in the agent's load."""

from dataclasses import dataclass
from datetime import datetime

from shared.state.agent import LoadEntry, LoadKind
from shared.state.conversation import Conversation
from shared.vocabulary.identity import same_agent
from shared.vocabulary.words import ConversationStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An agent has a conversation, or is offered it: `held` with units, `parked` while it waits for its customer."""

    agent: str
    conversation_id: str
    queue: str
    kind: LoadKind
    units: int

    def entry(self, version: int, at: datetime) -> LoadEntry:
        """Return the entry in the agent's load that says so."""
        return LoadEntry(kind=self.kind, version=version, queue=self.queue, at=at, units=self.units)


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


def same_hands(one: Holding | None, other: Holding | None) -> bool:
    """Tell whether one agent has the same conversation in both."""
    if one is None or other is None:
        return False
    return same_agent(one.agent, other.agent) and one.conversation_id == other.conversation_id


def given(had: Holding | None, has: Holding | None) -> Holding | None:
    """Return what an agent takes on, if a change gives an agent a conversation, or one that was set aside back."""
    if has is None or has.kind is not LoadKind.HELD:
        return None
    takes_on = not same_hands(had, has) or (had is not None and had.kind is not LoadKind.HELD)
    return has if takes_on else None
