"""Takes one event: to the queue, to the quarantine, or nowhere, if it is not for the app.

It decides nothing, and of the configuration it knows no more than which ids a number has had. It
succeeds once the broker or the quarantine has the event; where both could later, it fails, and the provider brings the
event again.
"""

import logging
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from shared.intake.envelope import as_text, normal_form
from shared.intake.events import (
    AccountEvent,
    CustomerIdentity,
    DeliveryStatus,
    Event,
    IdentityChange,
    InboundMessage,
    PreferenceChange,
)
from shared.intake.fields import Problems, read_time
from shared.intake.keys import Keys, keyed, under_key
from shared.intake.parsing import customer_in, parse_event
from shared.intake.quarantine import Quarantine
from shared.intake.quarantined import Source
from shared.logs import log
from shared.queue.messages import EventMessage
from shared.queue.sender import QueueMessage, Sender
from shared.vocabulary.errors import TooLarge, Unreadable
from shared.vocabulary.identity import account_session, message_hash, names_a_person, session_of
from shared.vocabulary.time import Clock, milliseconds, rfc3339

type _Outcome = tuple[int, Mapping[str, Any]]
"""Where an event went: a level and fields for the log."""

_FAILED: Final[_Outcome] = (logging.WARNING, {"outcome": "failed"})
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9._:=+-]{1,100}")


def queue_message(
    envelope: Mapping[str, Any],
    event: Event,
    *,
    arrived_at: datetime,
    message_id: str | None = None,
) -> QueueMessage:
    """Return the message that brings an event, in its normal form, to the session of its contact.

    Its id is the event's own, the same each time, unless another is given. An event that says no time has that of its
    arrival: what waits in the queue while its customer is erased is known to be older.
    """
    timed = envelope if event.at else {**envelope, "time": rfc3339(arrived_at)}
    return QueueMessage.of(
        EventMessage(envelope=timed),
        session_id=session_id_of(event),
        message_id=message_id or message_id_of(event),
        event_time=event.at,
    )


def session_id_of(event: Event) -> str:
    """Return the session of an event: its customer's; that of the number or account, if it is about no customer."""
    if isinstance(event, AccountEvent):
        return account_session(event.channel_id or event.account_id or "")
    return session_of(event.customer.channel_id, event.customer.sender)


def message_id_of(event: Event) -> str:
    """Return the id by which the broker knows a repeated event: WhatsApp's id, with the status if it is one.

    What is neither message nor status has the event's id, and what it is behind that. An id that is longer than 100
    characters, or holds others than a GUID-like one does, is hashed; so is one with the customer's number in it, for
    the host logs the ids of what it takes.
    """
    match event:
        case InboundMessage():
            return _plain(event.message_id)
        case DeliveryStatus():
            return f"{_plain(event.message_id)}:{event.status}"
        case PreferenceChange():
            return f"{_plain(event.event_id)}:preference"
        case IdentityChange():
            return f"{_plain(event.event_id)}:identity"
        case AccountEvent():
            return f"{_plain(event.event_id)}:account"


def _plain(name: str) -> str:
    return name if _PLAIN_ID.fullmatch(name) and not names_a_person(name) else message_hash(name)


def _changes_nothing(event: Event) -> str | None:
    """Return why an event that was understood is not worth a place in the queue, None for one that is."""
    if isinstance(event, DeliveryStatus) and event.status is None:
        return "unknown status"
    if isinstance(event, PreferenceChange) and event.stops is None:
        return "unknown wish"
    return None


class Ingest:
    """The work of `ingest`, `events` and `whatsapp`.

    Args:
        keys: Of the configuration's channels; empty where the file is bad.
    """

    def __init__(self, *, sender: Sender, quarantine: Quarantine, clock: Clock, keys: Keys) -> None:
        self._sender = sender
        self._quarantine = quarantine
        self._clock = clock
        self._keys = keys

    async def __call__(self, event: object) -> None:
        """Take one event, as JSON in either schema or in the normal form; return once it is safe.

        Raises:
            Unavailable: Service Bus, or Table Storage for the quarantine, is away; the event must come again.
        """
        started = self._clock.now()
        envelope = normal_form(event)
        level, said = _FAILED
        try:
            level, said = await self._take(event, envelope)
        finally:
            duration = milliseconds(started, self._clock.now())
            log("ingest", level=level, event_id=envelope["id"], duration_ms=duration, **said)

    async def _take(self, event: object, envelope: Mapping[str, Any]) -> _Outcome:
        if not isinstance(event, Mapping):
            return await self._keep(event, envelope, ("it is no JSON object",))
        try:
            understood = parse_event(envelope)
        except Unreadable as unreadable:
            return await self._keep(event, envelope, unreadable.reasons)
        if understood is None:
            return logging.INFO, {"outcome": "ignored", "type": envelope["type"]}
        message = queue_message(envelope, under_key(understood, self._keys), arrived_at=self._clock.now())
        named = getattr(understood, "message_id", None)
        ids = {"message_id": named or message.message_id, "session_id": message.session_id}
        if reason := _changes_nothing(understood):
            return logging.INFO, {"outcome": "ignored", "reason": reason, **ids}
        try:
            await self._sender.send(message)
        except TooLarge:
            return await self._keep(event, envelope, ("too large for the queue",), **ids)
        level = logging.WARNING if understood.odd else logging.INFO
        return level, {"outcome": "queued", "odd": understood.odd or None, **ids}

    async def _keep(self, event: object, envelope: Mapping[str, Any], reasons: tuple[str, ...], **ids: str) -> _Outcome:
        body = as_text(event) or as_text({**envelope, "data": None})
        # Whose it is has to be known, should the customer be erased.
        customer = customer_in(envelope)
        item_id = await self._quarantine.keep(
            source=Source.EVENT,
            name=envelope["id"] or body,
            reasons=reasons,
            body=body,
            at=read_time(envelope["time"], "time", Problems()),
            session_id=self._session_of(customer) if customer else None,
        )
        return logging.WARNING, {"outcome": "quarantined", "quarantine_id": item_id, "reasons": reasons, **ids}

    def _session_of(self, customer: CustomerIdentity) -> str:
        owner = keyed(customer, self._keys)
        return session_of(owner.channel_id, owner.sender)
