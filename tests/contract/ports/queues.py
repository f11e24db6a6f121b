"""The sender under test with the other end of its queues: what arrives in a session, in order."""

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from azure.servicebus import ServiceBusReceivedMessage
from azure.servicebus.aio import ServiceBusReceiver

from shared.adapters.service_bus import ServiceBusSender
from shared.queue.sender import CONTENT_TYPE, CONVERSATIONS, QueueMessage, Sender
from shared.vocabulary.time import rfc3339
from tests.contract.servicebus.namespace import Clients, receive
from tests.fakes.sender import FakeSender


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message as a receiver sees it."""

    message_id: str
    session_id: str
    subject: str
    content_type: str
    body: bytes
    event_time: str | None


class OtherEnd(Protocol):
    """Of one sender."""

    sender: Sender

    async def arrived(self, session_id: str, count: int) -> list[Arrived]:
        """The next `count` messages of a session, taken off the queue; what is scheduled may take its time."""

    async def close(self) -> None: ...


class FakeOtherEnd:
    """Of the fake."""

    def __init__(self) -> None:
        self._fake = FakeSender(duplicate_detection=True)
        self.sender: Sender = self._fake
        self._taken: Counter[str] = Counter()

    async def arrived(self, session_id: str, count: int) -> list[Arrived]:
        found = [_of_fake(message) for message in self._fake.sent if message.session_id == session_id]
        taken = found[self._taken[session_id] :][:count]
        assert len(taken) == count, f"{len(taken)} of {count} messages came"
        self._taken[session_id] += count
        return taken

    async def close(self) -> None:
        pass


class BrokerOtherEnd:
    """Of the adapter: a receiver at the same namespace."""

    def __init__(self, sender: ServiceBusSender, clients: Clients) -> None:
        self._adapter = sender
        self.sender: Sender = sender
        self._clients = clients
        self._sessions: dict[str, ServiceBusReceiver] = {}

    async def arrived(self, session_id: str, count: int) -> list[Arrived]:
        if session_id not in self._sessions:
            self._sessions[session_id] = self._clients.session(CONVERSATIONS, session_id)
        receiver = self._sessions[session_id]
        messages = await receive(receiver, count)
        for message in messages:
            await receiver.complete_message(message)
        return [_of_broker(message) for message in messages]

    async def close(self) -> None:
        await self._adapter.close()
        await self._clients.close()


def _of_fake(message: QueueMessage) -> Arrived:
    return Arrived(
        message_id=message.message_id,
        session_id=message.session_id,
        subject=message.subject.value,
        content_type=CONTENT_TYPE,
        body=message.encode(),
        event_time=rfc3339(message.event_time) if message.event_time else None,
    )


def _of_broker(message: ServiceBusReceivedMessage) -> Arrived:
    event_time = (message.application_properties or {}).get(b"eventTime")
    return Arrived(
        message_id=str(message.message_id),
        session_id=str(message.session_id),
        subject=str(message.subject),
        content_type=str(message.content_type),
        body=b"".join(message.body),
        event_time=event_time.decode() if isinstance(event_time, bytes) else None,
    )
