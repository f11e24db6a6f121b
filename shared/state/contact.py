"""A contact, as one row remembers it.

Everything that a decision about a contact needs is here, with its conversation, or in the outgoing messages that
`unsent` and `held` name; whatever is written to the contact's partition is written together with this row, under its
ETag.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.state.conversation import Conversation
from shared.state.events_out import EventOut
from shared.state.outgoing import Held, Unsent


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
    """A conversation that left a queue's list; the list keeps a tombstone for five minutes."""

    queue: str
    conversation_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A conversation that an agent no longer has; the agent's row keeps an empty entry of it for five minutes."""

    agent: str
    conversation_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedOffer:
    """An agent let an offer pass; the agent's presence is still to show it."""

    agent: str
    offered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """WhatsApp has said that this customer gets too much at once: until a time, one message each few seconds.

    Attributes:
        next_at: When the next one may go.
    """

    until: datetime
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedWithFailure:
    """A closed conversation whose message failed: a list shows it until somebody has seen it, or the time is over."""

    conversation_id: str
    queue: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """A commit wrote or took out lines of a conversation's history.

    Attributes:
        revision: The contact's, by that commit.
        since: The time of the oldest of these lines.
    """

    revision: int
    episode: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """The contact is being erased: no decision is made on it any more."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedSurvey:
    """The survey that the customer's next message may answer.

    Attributes:
        template: Whether a template asked; a tap on its buttons answers whenever it comes.
        team_wrote: Whether the team has written since: words answer something else then.
        over: Whether it has expired, or was answered.
    """

    conversation_id: str
    expires_at: datetime
    template: bool = False
    team_wrote: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One customer on one channel.

    Attributes:
        session_id: The Service Bus session in which the contact was last heard of.
        window_from: The customer's newest message that opens the session window.
        window_refused_at: When a message went out that WhatsApp refused since the window was closed; the customer has
            not written since.
        ping, pinged_at: The outgoing template that pinged the contact since then, unless it failed.
        counter: Numbers the lines of the history, for ties.
        version: Rises with every change that lists, the waiting line or the conversation show, statuses excepted.
        revision: Counts the commits.
        unsent, held: Outgoing messages by their order; `held` wait for the customer.
        name: What the team calls the customer.
        profile_name: What the customer calls himself or herself at WhatsApp, as last heard.
        opted_out: No template, survey or inactivity message may go out; `opted_out_code` is WhatsApp's, if it said so.
        released: Agents that no longer have a conversation of this contact, as `departures` has queues.
        missed_offers: Offers that passed; forgotten once the agents' presence shows it.
        said_at: When an automated message that is sent once in twelve hours was sent last, by trigger.
        unreported: Episodes of closed conversations whose row in the table `closed` is not there yet.
        external_url: The person in the team's own system.
        merged_into: The contact that took this one's place.
        merged_from: The contacts whose place this one took.
        former_phones: Numbers that were this customer's, and nobody else's since.
        former_bsuids: BSUIDs by which this customer was known; an event that still shows one is late.
        named_at: Since when, by the customer's time, number and BSUID are these; what is older changes neither.
        preference_at: When the customer last told WhatsApp whether marketing messages are wanted.
        closed_with_failure: Closed conversations that a list still shows, since a message of theirs failed.
        events_out: What other systems are to be told; some of it they may have been told already.
        line_changes: The newest few, for whoever tells the desks.
        committed_at: When the newest commit was decided.
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
    revision: int = 0
    opted_out_code: str | None = None
    released: tuple[Released, ...] = ()
    missed_offers: tuple[MissedOffer, ...] = ()
    said_at: Mapping[str, datetime] = field(default_factory=dict)
    awaited_survey: AwaitedSurvey | None = None
    unreported: tuple[str, ...] = ()
    external_url: str | None = None
    merged_into: str | None = None
    merged_from: tuple[str, ...] = ()
    pace: Pace | None = None
    closed_with_failure: tuple[ClosedWithFailure, ...] = ()
    erasing: Erasing | None = None
    window_refused_at: datetime | None = None
    former_phones: tuple[str, ...] = ()
    events_out: tuple[EventOut, ...] = ()
    line_changes: tuple[LineChange, ...] = ()
    committed_at: datetime | None = None
    profile_name: str | None = None
    former_bsuids: tuple[str, ...] = ()
    preference_at: datetime | None = None
    named_at: datetime | None = None

    @property
    def shown_name(self) -> str | None:
        """The name by which the customer is shown and addressed: the team's word for it, else the customer's own."""
        return self.name or self.profile_name

    @property
    def address(self) -> str:
        """Where to send: the number that the customer came with, else the BSUID."""
        return self.phone or self.bsuid or ""

    def is_named_since(self, at: datetime | None) -> bool:
        """Tell whether number and BSUID are known from after a time: webhooks have no order, and repeat for days."""
        return at is not None and self.named_at is not None and at < self.named_at
