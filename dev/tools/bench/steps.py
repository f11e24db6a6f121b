"""The steps that are measured, driven as the app's bindings drive them.

Each is a customer of its own: `prepare` brings the app into its steady state, `make` gives what one message brings
(not measured), `handle` does the step's work for it (measured).
"""

import asyncio
import json
import random
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import azure.functions as func

from dev.tools.bench.errors import BenchError
from shared.api.exchange import Request, Response
from shared.composition import ContactCentre
from shared.intake.envelope import from_binding, normal_form
from shared.intake.ingest import queue_message
from shared.intake.parsing import parse_event
from shared.routing.route import Arrival
from shared.vocabulary.identity import contact_id_of
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import Role

_QUESTION = "Bonjour, je n'ai toujours pas reçu ma commande A-17. Pouvez-vous me dire où elle est ? Merci."
_ANSWER = "Bonjour Ana, votre commande A-17 est partie ce matin et arrivera demain avant midi."
_REPORTED_SECONDS = 0.1
"""After which the WhatsApp stand-in has reported a message's statuses itself: its work shares the machine."""
_PHONES = count(random.randrange(33_600_000_000, 33_690_000_000))


class Step[T](ABC):
    """One step for one customer.

    Attributes:
        at_once: How many messages are handled at the same time.
    """

    at_once = 1

    def __init__(self, centre: ContactCentre) -> None:
        self.centre = centre
        self.channel_id = next(iter(centre.configuration.channels.values())).id
        self.phone = str(next(_PHONES))

    @abstractmethod
    async def prepare(self) -> None:
        """Bring the app into the step's steady state."""

    @abstractmethod
    async def make(self) -> T:
        """What the step is given for one message."""

    @abstractmethod
    async def handle(self, given: T) -> None:
        """The step's work for one message."""

    def event(self) -> dict[str, Any]:
        """The customer writes: what Event Grid delivers."""
        now = rfc3339(datetime.now(UTC))
        return {
            "id": str(uuid4()),
            "topic": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/c",
            "subject": f"advancedMessage/sender/{self.phone}/recipient/{self.channel_id}",
            "eventType": "Microsoft.Communication.AdvancedMessageReceived",
            "eventTime": now,
            "dataVersion": "1.0",
            "data": {
                "channelType": "whatsapp",
                "messageId": str(uuid4()),
                "messageType": "text",
                "content": _QUESTION,
                "from": self.phone,
                "fromBSUID": self.bsuid,
                "to": self.channel_id,
                "receivedTimestamp": now,
            },
        }

    @property
    def bsuid(self) -> str:
        """The customer's BSUID."""
        return f"FR.{self.phone}00000"


class Ingest(Step[func.EventGridEvent]):
    """From the trigger to the queue."""

    async def prepare(self) -> None:
        await self.handle(await self.make())

    async def make(self) -> func.EventGridEvent:
        event = self.event()
        return func.EventGridEvent(
            id=event["id"],
            data=event["data"],
            topic=event["topic"],
            subject=event["subject"],
            event_type=event["eventType"],
            event_time=datetime.fromisoformat(event["eventTime"]),
            data_version=event["dataVersion"],
        )

    async def handle(self, given: func.EventGridEvent) -> None:
        await self.centre.ingest(from_binding(given))


class IngestBurst(Ingest):
    """The same while many events come in at once, as Event Grid's batches do."""

    at_once = 16


class Route(Step[Arrival]):
    """A further message of a customer whom the worker knows, in a conversation that an agent has."""

    async def prepare(self) -> None:
        await _answered(self)
        await self.handle(await self.make())

    async def make(self) -> Arrival:
        return _arrival(self.event())

    async def handle(self, given: Arrival) -> None:
        await self.centre.route(given)


class FirstMessage(Route):
    """The first message of a customer: identity, conversation, greeting."""

    async def prepare(self) -> None:
        await self.handle(await self.make())

    async def make(self) -> Arrival:
        self.phone = str(next(_PHONES))
        return await super().make()


class Reply(Step[Request]):
    """An agent's answer inside the session window, over the API, to a conversation that the agent has."""

    conversation_id: str

    async def prepare(self) -> None:
        self.conversation_id = await _answered(self)

    async def make(self) -> Request:
        return _reply_to(self.conversation_id)

    async def handle(self, given: Request) -> None:
        await _call(self.centre, "reply", given)


class Status(Step[Arrival]):
    """A delivery status of an agent's answer that the worker has sent: delivered, then read."""

    def __init__(self, centre: ContactCentre) -> None:
        super().__init__(centre)
        self._reply = Reply(centre)
        self._coming: deque[Arrival] = deque()

    async def prepare(self) -> None:
        await self._reply.prepare()
        await self.handle(await self.make())

    async def make(self) -> Arrival:
        if not self._coming:
            answered = await _call(self.centre, "reply", await self._reply.make())
            message_id = json.loads(answered.body)["messageId"]
            await asyncio.sleep(_REPORTED_SECONDS)
            self._coming.extend(_arrival(self._status(message_id, status)) for status in ("delivered", "read"))
        return self._coming.popleft()

    async def handle(self, given: Arrival) -> None:
        await self.centre.route(given)

    def _status(self, message_id: str, status: str) -> dict[str, Any]:
        now = rfc3339(datetime.now(UTC))
        return {
            "id": str(uuid4()),
            "eventType": "Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated",
            "subject": f"advancedMessage/sender/{self.channel_id}/recipient/{self._reply.phone}",
            "eventTime": now,
            "dataVersion": "1.0",
            "data": {
                "channelType": "whatsapp",
                "messageId": message_id,
                "status": status,
                "from": self.channel_id,
                "to": self._reply.phone,
                "toBSUID": self._reply.bsuid,
                "receivedTimestamp": now,
            },
        }


async def _answered(step: Step[Any]) -> str:
    """A customer writes and an agent answers, who has the conversation from then on; its id."""
    event, centre = step.event(), step.centre
    await centre.route(_arrival(event))
    stored = await centre.contacts.load(contact_id_of(step.channel_id, step.bsuid, event["id"]))
    if stored is None or stored.contact.conversation is None:
        raise BenchError("the customer's first message made no conversation")
    conversation = stored.contact.conversation
    record = {"name": "Ana", "queues": [conversation.queue]}
    await _call(centre, "agent", _request("PUT", Role.SUPERVISOR, {"agentId": "ana"}, record))
    await _call(centre, "reply", _reply_to(conversation.id))
    return conversation.id


def _reply_to(conversation_id: str) -> Request:
    body = {"kind": "text", "text": _ANSWER}
    return _request("POST", Role.AGENT, {"conversationId": conversation_id}, body)


async def _call(centre: ContactCentre, name: str, request: Request) -> Response:
    response = await centre.api(name, request)
    if response.status not in (200, 201):
        raise BenchError(f"the API answered {response.status}: {response.body.decode()}")
    return response


def _request(method: str, role: Role, params: Mapping[str, str], body: Mapping[str, object]) -> Request:
    headers = {"Content-Type": "application/json", "X-Agent-Id": "ana", "X-Agent-Role": role.value}
    return Request(method=method, headers=headers, params=params, body=json.dumps(body).encode())


def _arrival(event: Mapping[str, Any]) -> Arrival:
    """The event as the queue delivers it."""
    envelope = normal_form(event)
    understood = parse_event(envelope)
    if understood is None:
        raise BenchError("the bench's own event is not understood")
    message = queue_message(envelope, understood, arrived_at=datetime.now(UTC))
    return Arrival(
        subject=message.subject.value,
        body=message.encode(),
        session_id=message.session_id,
        message_id=message.message_id,
        delivery_count=1,
        enqueued_at=datetime.now(UTC),
    )
