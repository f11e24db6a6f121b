"""Brings each message of the queue to its handler, and decides what a failure is: later, or the message's own fault.

What a dependency does not do is tried again here for a while and then raised, so that Service Bus delivers the message
again: every step may be repeated. A message that is itself at fault goes to quarantine after a few deliveries, so that
the session goes on.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.intake.quarantine import Quarantine
from shared.intake.quarantined import Source
from shared.logs import log
from shared.queue.kinds import decode_message
from shared.queue.messages import Message
from shared.retry import retry_while_unavailable
from shared.routing.handlers.handler import Handler
from shared.telemetry import Metric, Span, Telemetry
from shared.vocabulary.errors import Unavailable, Unreadable
from shared.vocabulary.identity import digest
from shared.vocabulary.time import Clock, milliseconds

MOST_DELIVERIES = 5
"""Then a message that is itself at fault goes to quarantine; the queue's own limit is far higher."""
RETRY_FOR = timedelta(seconds=90)
_GRACE = timedelta(seconds=15)
"""What an attempt may take beyond; together they stay well below `functionTimeout`."""


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
    """Routes one arrival after the other of a session.

    Args:
        handlers: What each message of the queue does, by its type.
    """

    def __init__(
        self, handlers: Mapping[type[Message], Handler], quarantine: Quarantine, clock: Clock, telemetry: Telemetry
    ) -> None:
        self._handlers = handlers
        self._quarantine = quarantine
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
        """Do what the message says; the id of the conversation that it concerned."""
        message = decode_message(arrival.subject, arrival.body)
        return await self._handlers[type(message)](message)
