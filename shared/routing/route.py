"""Handles what comes to a contact's session: inbound messages, delivery statuses, timers, checks, merges.

What a dependency does not do is tried again here for a while and then raised, so that Service Bus delivers the message
again: every step may be repeated. A message that is itself at fault goes to quarantine after a few deliveries, so that
the session goes on.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.committing.committer import Committer
from shared.configuration.document import Channel, Configuration
from shared.deadlines.timer import decide_timer
from shared.intake.envelope import as_text
from shared.intake.events import DeliveryStatus, InboundMessage, parse_event
from shared.intake.quarantine import Quarantine, Source
from shared.logs import log
from shared.queue.messages import Subject, decode_body
from shared.retry import retry_while_unavailable
from shared.routing.identification import Identification, Identified, Owner
from shared.routing.inbound import decide_inbound
from shared.routing.merging import decide_merged, decide_phone_moved
from shared.routing.statuses import Statuses
from shared.settling.settler import Settler
from shared.state.change import Mark
from shared.state.contact_store import AlreadyDone, Stale, StoredContact
from shared.state.rows import mark_key
from shared.telemetry import Metric, Span, Telemetry
from shared.vocabulary.errors import Unavailable, Unreadable
from shared.vocabulary.identity import digest, session_of
from shared.vocabulary.time import Clock, milliseconds

MOST_DELIVERIES = 5
RETRY_FOR = timedelta(seconds=90)
_GRACE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message of the queue as the trigger hands it over.

    Attributes:
        delivery_count: 1 the first time.
        traceparent: The trace in which it was sent.
    """

    subject: str
    body: bytes
    session_id: str
    message_id: str
    delivery_count: int
    enqueued_at: datetime | None
    traceparent: str | None = None


class Route:
    """Routes one arrival after the other of a session."""

    def __init__(
        self,
        *,
        committer: Committer,
        settler: Settler,
        identification: Identification,
        statuses: Statuses,
        quarantine: Quarantine,
        configuration: Configuration,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._committer = committer
        self._contacts = committer.contacts
        self._settler = settler
        self._identification = identification
        self._statuses = statuses
        self._quarantine = quarantine
        self._configuration = configuration
        self._clock = clock
        self._telemetry = telemetry

    async def __call__(self, arrival: Arrival) -> None:
        """Handle an arrival to its end.

        It goes on in the trace in which the message was sent: not every version of the host does that for sessions
        (Azure/azure-functions-host#11734).

        Raises:
            Unavailable: A dependency stayed away; the message is to be delivered again.
            Exception: The message can't be handled; likewise, until it goes to quarantine.
        """
        with self._telemetry.span("route", arrival.traceparent) as span:
            span.note(subject=arrival.subject, message_id=arrival.message_id, delivery=arrival.delivery_count)
            await self._route(arrival, span)
        if arrival.enqueued_at:
            delay = (self._clock.now() - arrival.enqueued_at).total_seconds()
            self._telemetry.record(Metric.MESSAGE_DELAY.of(max(delay, 0), subject=arrival.subject))

    async def _route(self, arrival: Arrival, span: Span) -> None:
        started = self._clock.now()

        def said() -> dict[str, Any]:
            return {
                "subject": arrival.subject,
                "message_id": arrival.message_id,
                "delivery": arrival.delivery_count,
                "duration_ms": milliseconds(started, self._clock.now()),
            }

        try:
            conversation_id = await retry_while_unavailable(
                lambda: self._handle(arrival), self._clock, started + RETRY_FOR, _GRACE
            )
        except Unavailable as error:
            log("route.later", level=logging.WARNING, reason=str(error), **said())
            await self._sit_out(started + RETRY_FOR)
            raise
        except Exception as error:
            if arrival.delivery_count < MOST_DELIVERIES:
                log("route.failed", level=logging.ERROR, error=error, **said())
                raise
            await self._give_up(arrival, error)
            log("route.quarantined", level=logging.ERROR, error=error, **said())
        else:
            log("route", conversation_id=conversation_id, **said())
            span.note(conversation_id=conversation_id)

    async def _sit_out(self, until: datetime) -> None:
        """Wait before the message is abandoned: it comes back at once, and would use up its deliveries."""
        await self._clock.sleep(max((until - self._clock.now()).total_seconds(), 0))

    async def _give_up(self, arrival: Arrival, error: Exception) -> None:
        body = arrival.body.decode(errors="replace")

        async def attempt() -> str:
            return await self._quarantine.keep(
                source=Source.MESSAGE,
                name=digest(arrival.session_id, arrival.subject, body),
                reasons=error.reasons if isinstance(error, Unreadable) else (type(error).__name__,),
                body=body,
                at=arrival.enqueued_at,
                subject=arrival.subject,
                session_id=arrival.session_id,
            )

        await retry_while_unavailable(attempt, self._clock, self._clock.now() + RETRY_FOR, _GRACE)

    async def _handle(self, arrival: Arrival) -> str | None:
        """Do what the subject says; the id of the conversation that it concerned."""
        body = decode_body(arrival.body)
        if arrival.subject == Subject.EVENT:
            return await self._event(body)
        if arrival.subject == Subject.MERGED:
            return await self._merged(body)
        stored = await self._contacts.load(_text(body, "contact"))
        if stored is None:
            return None
        match arrival.subject:
            case Subject.CHECK:
                return await self._check(stored)
            case Subject.TIMER:
                generation = _number(body, "generation")
                stored = await self._committer.revise(
                    stored, lambda current, now: decide_timer(current, generation, self._configuration, now)
                )
            case Subject.PHONE_MOVED:
                phone, owner = _text(body, "phone"), _text(body, "to")
                stored = await self._committer.revise(
                    stored, lambda current, now: decide_phone_moved(current, phone, owner, now)
                )
            case subject:
                raise Unreadable(f"unknown subject {subject}")
        return await self._settle(stored)

    async def _check(self, stored: StoredContact) -> str | None:
        """Settle a contact; where a time is waited for that this clock has not reached yet, check again then."""
        conversation_id = await self._settle(stored)
        settled = self._contacts.warm(stored.contact.id) or stored
        first = settled.contact.unsent[0] if settled.contact.unsent else None
        if first and first.not_before and first.not_before > self._clock.now():
            await self._committer.check_later(settled.contact, first.not_before)
        return conversation_id

    async def _merged(self, body: Mapping[str, Any]) -> str | None:
        """Point a contact to the one that took its place, and only then let its number lead there.

        Until then every message under the number alone comes to this contact, so that none is handled at both. If it
        turned out to be somebody else meanwhile, the other contact is told that the number is not its own.
        """
        contact_id, into, at = _text(body, "contact"), _text(body, "to"), _time(body, "at")
        channel_id, phone = _text(body, "channel"), _text(body, "phone")
        stored = await self._contacts.load(contact_id)
        if stored:
            stored = await self._committer.revise(stored, lambda current, now: decide_merged(current, into, at, now))
        if stored is None or stored.contact.merged_into == into:
            await self._identification.hand_over(channel_id, phone, contact_id, into)
        elif other := await self._contacts.load(into):
            not_its_own = {"contact": into, "to": contact_id, "channel": channel_id, "phone": phone, "at": body["at"]}
            await self._committer.send_to_session(Subject.PHONE_MOVED, other.contact.session_id, not_its_own)
        return await self._settle(stored) if stored else None

    async def _event(self, body: Mapping[str, Any]) -> str | None:
        event = parse_event(body)
        if event is None:
            raise Unreadable("the event is of another type")
        channel = self._configuration.channel_by_id(event.customer.channel_id)
        if channel is None:
            await self._quarantine.keep(
                source=Source.EVENT,
                name=event.event_id,
                reasons=(f"the channel {event.customer.channel_id} is not in the configuration",),
                body=as_text(body),
                at=event.at,
                session_id=session_of(event.customer.channel_id, event.customer.sender),
            )
            log(
                "route.unknown_channel",
                level=logging.WARNING,
                event_id=event.event_id,
                channel_id=event.customer.channel_id,
            )
            return None
        if isinstance(event, DeliveryStatus):
            return await self._status(event)
        return await self._inbound(event, channel)

    async def _status(self, event: DeliveryStatus) -> str | None:
        found = await self._identification.find(event.customer)
        if not found or event.status is None:
            log("status.ignored", event_id=event.event_id, message_id=event.message_id, known=bool(found))
            return None
        conversation_id = None
        for changed in await self._statuses.record(event, event.status, found):
            conversation_id = await self._settle(changed)
        return conversation_id

    async def _inbound(self, event: InboundMessage, channel: Channel) -> str | None:
        mark = Mark(key=mark_key("inbound", event.message_id))
        warm = self._identification.warm(event.customer)
        if event.by_system and not warm and not await self._identification.find(event.customer):
            log("system_message.ignored", event_id=event.event_id, message_id=event.message_id)
            return None
        while True:
            if warm:
                found = Identified(owner=Owner(contact_id=warm.contact.id, stored=warm))
            else:
                found = await self._identification.identify(event.customer, event.event_id)
            owner = found.owner
            if owner.stored and await self._done_before_merge(owner.stored, mark):
                return await self._settle_stored(owner.contact_id)
            now = self._clock.now()
            draft = decide_inbound(
                event, owner.stored, owner.contact_id, found.former, channel, self._configuration, now
            )
            try:
                return await self._settle(await self._committer.commit(owner.stored, draft, mark))
            except AlreadyDone:
                return await self._settle_stored(owner.contact_id)
            except Stale:
                warm = None

    async def _done_before_merge(self, stored: StoredContact, mark: Mark) -> bool:
        """Whether a contact that was merged into this one has handled the message."""
        for merged_id in stored.contact.merged_from:
            if await self._committer.done(merged_id, mark.key):
                return True
        return False

    async def _settle_stored(self, contact_id: str) -> str | None:
        """Settle without a commit, which would have shown that a warm contact is out of date: read first."""
        stored = await self._contacts.load(contact_id)
        return await self._settle(stored) if stored else None

    async def _settle(self, stored: StoredContact) -> str | None:
        settled = await self._settler.settle(stored)
        return settled.contact.conversation.id if settled.contact.conversation else None


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"{name} is no text")
    return value


def _number(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int):
        raise Unreadable(f"{name} is no number")
    return value


def _time(body: Mapping[str, Any], name: str) -> datetime:
    try:
        return datetime.fromisoformat(_text(body, name))
    except ValueError:
        raise Unreadable(f"{name} is no time") from None
