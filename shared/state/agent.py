"""A person who answers, and what that person has in hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.configuration.workstreams import Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSkill:
    """What an agent can do, and how well."""

    name: str
    level: int


class PresenceBy(StrEnum):
    """Who set a presence."""

    AGENT = "agent"
    DESK = "desk"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"


class LoadKind(StrEnum):
    """What an agent has of a conversation.

    `held` takes units; `parked` waits for its customer and takes none; `gone` is no longer the agent's, and keeps a
    writer that is late from bringing it back.
    """

    HELD = "held"
    PARKED = "parked"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadEntry:
    """What an agent has of one conversation, as its contact had it at `version`; an older version changes nothing."""

    kind: LoadKind
    version: int
    queue: str
    at: datetime
    units: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person who answers.

    Attributes:
        capacity: How many units of work the agent takes.
        active: Whether the agent works here at all; presence says whether at the moment.
        presence_before: What it was before the system set it to offline.
        load: By conversation id.
        last_assigned: The newest assignment in each queue.
        freed_at: When capacity was last freed.
    """

    id: str
    name: str
    queues: tuple[str, ...] = ()
    capacity: int = 100
    skills: tuple[AgentSkill, ...] = ()
    active: bool = True
    presence: Presence = Presence.OFFLINE
    presence_since: datetime | None = None
    presence_by: PresenceBy | None = None
    presence_before: Presence | None = None
    load: Mapping[str, LoadEntry] = field(default_factory=dict)
    last_assigned: Mapping[str, datetime] = field(default_factory=dict)
    freed_at: datetime | None = None

    @property
    def units(self) -> int:
        """The units in hand, offers included."""
        return sum(entry.units for entry in self.load.values() if entry.kind is LoadKind.HELD)

    @property
    def last_assigned_at(self) -> datetime | None:
        """When the agent was last given a conversation, of whatever queue."""
        return max(self.last_assigned.values(), default=None)

    def conversations(self, *kinds: LoadKind) -> tuple[str, ...]:
        """Return the ids of the conversations that the agent has in these ways."""
        return tuple(conversation_id for conversation_id, entry in self.load.items() if entry.kind in kinds)
