"""A contact and its conversation, as one row remembers them.

Everything that a decision about a contact needs is here or in the rows that `unsent` and `held` name; whatever is
written to the contact's partition is written together with this row, under its ETag.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from shared.vocabulary.message import Author, Content, Failure, Message
from shared.vocabulary.words import ConversationStatus, HeldStatus, MessageStatus, Priority

SESSION_WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Why and when a conversation was closed."""

    reason: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """The place of an outgoing message among those that have to be sent now, in their order.

    Attributes:
        message_key, at: Its line in the history, and that line's time.
        to: The address of this attempt, the same for all its repetitions.
        attempt: Rises only after a refusal; names the `Repeatability-Request-ID`.
        first_sent: `Repeatability-First-Sent`, the same for all repetitions of an attempt.
        since: When it could have been sent first; after 15 minutes it is given up.
        tries: How often the attempt was made without an end.
        in_doubt: Whether one of these tries may have arrived: then nothing but this attempt may be made.
        not_before: A time that the channel gave; nobody tries earlier.
        next_check: When a check will try again, so that no second one is needed.
    """

    id: str
    message_key: str
    at: datetime
    to: str
    first_sent: datetime
    since: datetime
    attempt: int = 0
    tries: int = 0
    in_doubt: bool = False
    not_before: datetime | None = None
    next_check: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An outgoing message that waits for the customer, and its line in the history; `attempt` is the one to come."""

    id: str
    message_key: str
    at: datetime
    expires_at: datetime
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """The one timer of a contact; a timer message of another generation is out of date."""

    generation: int
    fires_at: datetime


class NoticeKind(StrEnum):
    """What another contact's session has to be told."""

    MERGED = "merged"
    PHONE_MOVED = "phone_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell another contact, once its phone number is known to be this contact's.

    `merged`: both are one person, this contact stays. `phone_moved`: the number has a new owner.
    """

    kind: NoticeKind
    contact_id: str
    session_id: str
    phone: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A conversation that left a queue's list; the list keeps a tombstone for a minute."""

    queue: str
    conversation_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One customer on one channel.

    Attributes:
        session_id: The Service Bus session in which the contact was last heard of.
        window_from: The customer's newest message that opens the session window.
        ping, pinged_at: The outgoing template that pinged the contact since then, unless it failed.
        counter: Numbers the lines of the history, for ties.
        version: Rises with every change that a list shows.
        unsent, held: Outgoing messages by their order; `held` wait for the customer.
        merged_into: The contact that took this one's place.
        merged_from: The contacts whose place this one took.
    """

    id: str
    channel_id: str
    session_id: str
    phone: str | None = None
    bsuid: str | None = None
    name: str | None = None
    language: str | None = None
    window_from: datetime | None = None
    ping: str | None = None
    pinged_at: datetime | None = None
    opted_out: bool = False
    conversation: Conversation | None = None
    counter: int = 0
    version: int = 0
    timer: Timer | None = None
    unsent: tuple[Unsent, ...] = ()
    held: tuple[Held, ...] = ()
    notices: tuple[Notice, ...] = ()
    departures: tuple[Departure, ...] = ()
    merged_into: str | None = None
    merged_from: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where to send: the number that the customer came with, else the BSUID."""
        return self.phone or self.bsuid or ""

    @property
    def window_closes_at(self) -> datetime | None:
        """When the session window closes or closed; None when it was never open."""
        return self.window_from + SESSION_WINDOW if self.window_from else None

    def window_open(self, now: datetime, margin: timedelta = timedelta(0)) -> bool:
        """Whether free-form messages may go out for at least `margin` more."""
        closes = self.window_closes_at
        return closes is not None and now < closes - margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message of the team's: what was written, and what became of it.

    Attributes:
        id: The `replyId` of an agent's reply.
        when_closed: What the caller asked for when the window is closed; None leaves it to the workstream.
        ping_id: The template that went out in place of these words.
        held: What became of the words, if they were held back.
        taken: Whether the channel has ever taken it, whatever became of it then.
        fell_back: The channel said that the window is closed; that is believed once.
        traceparent: The trace of the decision that wrote it; whenever it is sent, it is sent in that trace.
    """

    id: str
    conversation_id: str
    author: Author
    content: Content
    status: MessageStatus
    when_closed: str | None = None
    message_id: str | None = None
    error: Failure | None = None
    ping_id: str | None = None
    held: HeldStatus | None = None
    expires_at: datetime | None = None
    taken: bool = False
    fell_back: bool = False
    traceparent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRecord:
    """The best delivery status known for one message id of the channel.

    Without `outgoing_id` the status came before the send was recorded. `sent_as` is the line in the
    history and the attempt.
    """

    message_id: str
    status: MessageStatus
    error: Failure | None = None
    outgoing_id: str | None = None
    sent_as: Unsent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The proof that one change was committed. `reply_id` and `body_hash` are an HTTP reply's.

    Attributes:
        commit_id: Which of the commits that tried to write the mark did.
    """

    key: str
    commit_id: str = ""
    reply_id: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one decision writes, all of it or nothing.

    Attributes:
        contact: The contact as it will be.
        messages: Lines of the history, by row key.
        moved: Row keys of lines that are written under another key now.
        status_is_new: Whether a status row that exists already makes the change stale.
    """

    contact: Contact
    messages: Mapping[str, Message] = field(default_factory=dict)
    moved: tuple[str, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    closed: Conversation | None = None
    status: StatusRecord | None = None
    status_is_new: bool = False
    mark: Mark | None = None
