"""The port to telemetry: every metric of the app, declared once, and the spans that make one trace of a message's way.

Metrics are recorded with names of channels, queues, kinds and codes; spans with ids and codes. No phone number, no
text: as in the log.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import TracebackType
from typing import Final, Protocol, Self

NAME: Final = "contact_centre"
"""The name of the meter and of the tracer."""


class Instrument(StrEnum):
    """How values of a metric add up: to a sum, or to a distribution (sum, count, least, most)."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a metric is; `unit` as in UCUM, `attributes` are the names that each value may come with."""

    name: str
    description: str
    attributes: tuple[str, ...]
    instrument: Instrument = Instrument.COUNTER
    unit: str = "1"


class Metric(Enum):
    """All metrics. `channel` is a channel's id."""

    MESSAGES_IN = Declaration(
        name="contact_centre.messages.in",
        description="Messages of customers",
        attributes=("kind", "channel"),
        unit="{message}",
    )
    MESSAGES_OUT = Declaration(
        name="contact_centre.messages.out",
        description="Messages that the channel has taken",
        attributes=("kind", "author", "delivery", "channel"),
        unit="{message}",
    )
    MESSAGES_FAILED = Declaration(
        name="contact_centre.messages.failed",
        description="Messages to customers that were given up",
        attributes=("code", "channel"),
        unit="{message}",
    )
    SENDS = Declaration(
        name="contact_centre.sends",
        description="Attempts to send a message",
        attributes=("outcome", "code", "channel"),
        unit="{attempt}",
    )
    CHANNEL_CHANGES = Declaration(
        name="contact_centre.channel.changes",
        description="Channels that WhatsApp stopped, also each time that one was found to be so still, or that go on",
        attributes=("outcome", "code", "channel"),
        unit="{change}",
    )
    REPLIES = Declaration(
        name="contact_centre.replies",
        description="Replies of the team, by the way in which they went out",
        attributes=("delivery",),
        unit="{reply}",
    )
    HELD_REPLIES = Declaration(
        name="contact_centre.held_replies",
        description="Replies that were held back, and what became of them",
        attributes=("change",),
        unit="{reply}",
    )
    QUEUE_WAIT = Declaration(
        name="contact_centre.queue.wait",
        description="From a conversation's place in the line until an agent had it",
        attributes=("queue",),
        instrument=Instrument.HISTOGRAM,
        unit="s",
    )
    WAITING = Declaration(
        name="contact_centre.waiting",
        description="Conversations that a turn left in a queue's line, of those that it looked at",
        attributes=("queue", "reason"),
        instrument=Instrument.HISTOGRAM,
        unit="{conversation}",
    )
    ASSIGNMENTS = Declaration(
        name="contact_centre.assignments",
        description="Conversations that were given to an agent, by how that agent came to have them",
        attributes=("queue", "reason"),
        unit="{conversation}",
    )
    DECLINES = Declaration(
        name="contact_centre.declines",
        description="Offers that agents declined or let pass",
        attributes=("queue", "reason"),
        unit="{offer}",
    )
    OVERFLOW = Declaration(
        name="contact_centre.overflow",
        description="Conversations that left a queue by its overflow: to another queue, or closed",
        attributes=("queue", "action"),
        unit="{conversation}",
    )
    SURVEYS = Declaration(
        name="contact_centre.surveys",
        description="Surveys, by what became of them",
        attributes=("change", "queue"),
        unit="{survey}",
    )
    SURVEY_SCORE = Declaration(
        name="contact_centre.survey.score",
        description="What customers answered to surveys, from 1, the worst",
        attributes=("queue",),
        instrument=Instrument.HISTOGRAM,
    )
    FIRST_RESPONSE = Declaration(
        name="contact_centre.first_response",
        description="From the opening of a conversation until the channel took an agent's first message",
        attributes=("queue",),
        instrument=Instrument.HISTOGRAM,
        unit="s",
    )
    MESSAGE_DELAY = Declaration(
        name="contact_centre.message.delay",
        description="From the queue until a message was handled",
        attributes=("subject",),
        instrument=Instrument.HISTOGRAM,
        unit="s",
    )
    QUARANTINED = Declaration(
        name="contact_centre.quarantined",
        description="Items put into quarantine",
        attributes=("source",),
        unit="{item}",
    )

    CONTACTS_ERASED = Declaration(
        name="contact_centre.contacts.erased",
        description="Customers that were erased: asked for, or nothing was left to keep",
        attributes=("reason",),
        unit="{contact}",
    )
    DESKS_TURNED_AWAY = Declaration(
        name="contact_centre.desks.turned_away",
        description="Desks that were told to ask again later, since too many wait",
        attributes=("reason",),
        unit="{call}",
    )
    DESKS_WAITING = Declaration(
        name="contact_centre.desks.waiting",
        description="Desks that wait for changes at an instance, as each call finds them",
        attributes=(),
        instrument=Instrument.HISTOGRAM,
        unit="{desk}",
    )
    DESK_CALLS = Declaration(
        name="contact_centre.desks.calls",
        description="Calls of desks for changes, by how they ended",
        attributes=("outcome",),
        unit="{call}",
    )
    AGENTS_ON_SHIFT = Declaration(
        name="contact_centre.agents.on_shift",
        description="Agents whose desks say that they are at work, as each roll call finds them",
        attributes=(),
        instrument=Instrument.HISTOGRAM,
        unit="{agent}",
    )
    WEBHOOK_AGE = Declaration(
        name="contact_centre.webhooks.age",
        description="Since the newest event that Meta's webhook has brought of a number, as each roll call finds it",
        attributes=("channel",),
        instrument=Instrument.HISTOGRAM,
        unit="s",
    )
    CHANGE_DELAY = Declaration(
        name="contact_centre.change.delay",
        description="From the commit of a change until an instance with waiting desks has read of it",
        attributes=("kind",),
        instrument=Instrument.HISTOGRAM,
        unit="s",
    )
    EVENTS_ERASED = Declaration(
        name="contact_centre.events.erased",
        description="Events that were dropped, since their customer was erased after they happened",
        attributes=("channel",),
        unit="{event}",
    )
    WEBHOOKS_REFUSED = Declaration(
        name="contact_centre.webhooks.refused",
        description="Calls of Meta's webhook that did not prove to be Meta's",
        attributes=("reason",),
        unit="{call}",
    )
    MESSAGES_ELSEWHERE = Declaration(
        name="contact_centre.messages.elsewhere",
        description="Messages of customers that were dropped, since another provider brings those of that time",
        attributes=("provider", "channel"),
        unit="{message}",
    )
    ACCOUNT_NEWS = Declaration(
        name="contact_centre.account.news",
        description="What Meta said of an account, a number or a template",
        attributes=("field", "event", "channel"),
        unit="{event}",
    )
    EVENTS_OUT_DROPPED = Declaration(
        name="contact_centre.events_out.dropped",
        description="Events that other systems were not told, since too many of one contact waited for the topic",
        attributes=(),
        unit="{event}",
    )

    def of(self, value: float = 1, /, **attributes: str | None) -> "Measurement":
        """Return one value of this metric; attributes that are None are left out."""
        given = {name: text for name, text in attributes.items() if text is not None}
        return Measurement(metric=self, value=value, attributes=given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One value of a metric, to be counted or to be part of a distribution."""

    metric: Metric
    value: float
    attributes: Mapping[str, str]


class Span(Protocol):
    """A piece of work in a trace."""

    def note(self, **attributes: str | int | None) -> None:
        """Add what is known by now; attributes that are None are left out."""


class Telemetry(Protocol):
    """Takes measurements and spans; never raises, never waits."""

    def record(self, measurement: Measurement) -> None:
        """Count a value."""

    def traceparent(self) -> str | None:
        """Return the trace and the span that are current, as in W3C Trace Context (`00-<trace>-<span>-<flags>`)."""

    def span(self, name: str, parent: str | None = None) -> AbstractContextManager[Span]:
        """Run what is in the block in a span; an error that leaves the block marks it by its type.

        Args:
            parent: A `traceparent`. If it is of another trace than the current one, the span belongs to that trace and
                is linked to the current one. Else it is a child of the current span.
        """


class NoTelemetry:
    """Telemetry that is not configured: nothing is recorded."""

    def record(self, measurement: Measurement) -> None:
        """See `Telemetry.record`."""

    def traceparent(self) -> str | None:
        """See `Telemetry.traceparent`."""

    def span(self, name: str, parent: str | None = None) -> AbstractContextManager[Span]:
        """See `Telemetry.span`."""
        return _NO_SPAN


class _NoSpan:
    """A span that is nowhere."""

    def note(self, **attributes: str | int | None) -> None:
        """See `Span.note`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


_NO_SPAN: Final = _NoSpan()
