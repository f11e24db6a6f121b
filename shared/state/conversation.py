"""A conversation: one episode between a contact and the team."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.vocabulary.words import (
    AuthorType,
    ClosureReason,
    ConversationStatus,
    Direction,
    MessageKind,
    Priority,
    SegmentEnd,
)


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
class Offer:
    """An agent was asked whether to take the conversation; its status stays `open` until the agent does."""

    agent: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Declines:
    """How often an agent let an offer of this conversation go, and when last."""

    times: int
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a conversation in one queue, with one agent or none.

    Attributes:
        ended_at: None as long as it lasts.
        reason: Why it ended.
    """

    queue: str
    agent: str | None
    started_at: datetime
    ended_at: datetime | None = None
    reason: ClosureReason | SegmentEnd | None = None


class SurveyStatus(StrEnum):
    """What became of a conversation's survey."""

    ASKED = "asked"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the customer was asked when the conversation closed, and said.

    Attributes:
        score: From 1, the worst.
        text: The answer as it was written.
        reason: Why it was skipped.
        at: When it came to this status.
    """

    status: SurveyStatus
    at: datetime
    score: int | None = None
    text: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nobody has written since a message of the customer's, or of an agent's; what the app says itself breaks none.

    Attributes:
        after: Who wrote last: the customer or an agent.
        acted: The inactivity rules that have acted in it, by their time in seconds.
        passed_until: Those that were over by then are passed over.
        template_at: When the team's newest template was sent that the customer has not answered.
    """

    after: AuthorType
    since: datetime
    acted: tuple[int, ...] = ()
    passed_until: datetime | None = None
    template_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMessage:
    """The newest message that a person wrote, as lists show it; `preview` has at most 120 characters."""

    direction: Direction
    kind: MessageKind
    preview: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One episode between a contact and the team.

    Attributes:
        agent: Who has it; a conversation that waits for the customer keeps its agent.
        queued_since: Its place in the line; kept by overflow and drain, and not moved by further messages.
        waiting_since: The customer's oldest message that nobody answered.
        waited_since: What `waiting_since` was before `answers`; it counts again if none of them arrives.
        answers: The replies that answered that message.
        unread: The customer's messages since the team's last.
        answered_at: When the channel took the first message of an agent.
        failed: The team's messages that failed for good since an agent's last.
        held_count: The replies of this conversation that are held.
        units: What it takes of an agent's capacity, as the configuration had it when it was assigned or offered.
        assigned_at, accepted_at: When its agent was given it, and took it up.
        declines: By agent, in lower case; at most 100.
        last_agent: Who had it before, now that nobody has.
        route_rule: The rule that chose its queue, if that has a name.
        overflowed_from: The queues that it left by overflow; it enters none of them so again.
        overflow_after: Until when its overflow by waiting is not looked at again.
        overflow_again_at: When to look again at its overflow on entry, which led to a queue that was closed.
        said: The triggers whose automated message was sent.
        wrap_up_until, wait_until: When its wrap-up, or its agent's wait, is over.
        outbound: Whether the team began it.
        matched: The rules that decided about it, at most 4 KiB of their names.
        configuration: The version of the file that classified it.
        segments: The newest 20; older ones are merged into the first.
        silence: Since when nobody has written, and what that has led to.
        agent_seen_at: When its agent was there while the customer waited, the last time that somebody looked.
        status_since: When it came to its status; None: as it was opened.
        staffing_checked_at: When it was last looked whether anybody serves its queue.
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
    queued_since: datetime | None = None
    waiting_since: datetime | None = None
    waited_since: datetime | None = None
    answers: tuple[str, ...] = ()
    failed: int = 0
    held_count: int = 0
    units: int = 0
    assigned_at: datetime | None = None
    accepted_at: datetime | None = None
    offer: Offer | None = None
    declines: Mapping[str, Declines] = field(default_factory=dict)
    last_agent: str | None = None
    route_rule: str | None = None
    overflowed_from: tuple[str, ...] = ()
    overflow_after: datetime | None = None
    overflow_again_at: datetime | None = None
    said: tuple[str, ...] = ()
    wrap_up_until: datetime | None = None
    wait_until: datetime | None = None
    survey: Survey | None = None
    wrap_up_code: str | None = None
    tags: tuple[str, ...] = ()
    outbound: bool = False
    matched: tuple[str, ...] = ()
    configuration: str | None = None
    segments: tuple[Segment, ...] = ()
    last_message: LastMessage | None = None
    silence: Silence | None = None
    status_since: datetime | None = None
    agent_seen_at: datetime | None = None
    staffing_checked_at: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self.status is ConversationStatus.CLOSED

    @property
    def joined_at(self) -> datetime:
        """Since when it has been with this agent, or nobody, in this queue."""
        return self.segments[-1].started_at if self.segments else self.created_at

    @property
    def in_line(self) -> bool:
        """Whether it waits for an agent, and is offered to nobody."""
        return self.status is ConversationStatus.OPEN and self.offer is None
