"""A conversation: one episode between a contact and the team."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.vocabulary.words import ClosureReason, ConversationStatus, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Why and when a conversation was closed."""

    reason: ClosureReason
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededSkill:
    """A skill that the agent should have; a level only where the rule names one."""

    name: str
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One episode between a contact and the team.

    Attributes:
        unread: The customer's messages since the team's last.
        answered_at: When the channel took the first message of an agent.
    """

    id: str
    status: ConversationStatus
    workstream: str
    queue: str
    created_at: datetime
    last_message_at: datetime
    agent: str | None = None
    priority: Priority = Priority.NORMAL
    skills: tuple[NeededSkill, ...] = ()
    variables: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    unread: int = 0
    previous_id: str | None = None
    closure: Closure | None = None
    answered_at: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self.status is ConversationStatus.CLOSED
