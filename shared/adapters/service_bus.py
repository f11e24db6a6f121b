"""The port `Sender` on Azure Service Bus.

Comes in: one message at a time, from many coroutines at once. Goes out: batches, one after the other on one link a
queue, because the SDK's asynchronous sender breaks as soon as two coroutines use it
(Azure/azure-sdk-for-python#36334). While a batch is on its way the next one gathers. A link is opened on first use,
kept, and opened anew after any failure.

Where traces are recorded, the SDK puts the current one into each message (`traceparent`, `Diagnostic-Id`). A message
that waits keeps its caller's context, so that this is the caller's trace, also in a batch.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, Final, Self

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError
from azure.servicebus import ServiceBusMessage, ServiceBusMessageBatch
from azure.servicebus.aio import ServiceBusClient
from azure.servicebus.aio import ServiceBusSender as Link
from azure.servicebus.exceptions import MessageSizeExceededError, ServiceBusServerBusyError

from shared.queue.sender import CONTENT_TYPE, CONVERSATIONS, TIMERS, QueueMessage
from shared.queue.topic import CLOUD_EVENT, CloudEvent
from shared.vocabulary.errors import TooLarge, Unavailable
from shared.vocabulary.time import rfc3339

_OPTIONS: Final[dict[str, Any]] = {
    "retry_total": 1,  # a link that went stale shows itself with the first try
    "retry_backoff_factor": 0.05,
}
_SEND_SECONDS: Final = 10.0  # opening included
_CLOSE_SECONDS: Final = 3.0
_BUSY_SECONDS: Final = 2.0  # what Service Bus asks for when it throttles
_BATCH_MESSAGES: Final = 100


class ServiceBusSender:
    """Sends to the queues and topics of one namespace."""

    def __init__(self, client: ServiceBusClient) -> None:
        self._client = client
        self._lanes: dict[str, _Lane] = {}

    @classmethod
    def from_connection_string(cls, connection: str) -> Self:
        """Return the namespace (or emulator) that a connection string names; nothing is opened yet."""
        return cls(ServiceBusClient.from_connection_string(connection, **_OPTIONS))

    @classmethod
    def from_identity(cls, namespace: str, credential: AsyncTokenCredential) -> Self:
        """Return the namespace `<name>.servicebus.windows.net`, opened with a token; nothing is opened yet."""
        return cls(ServiceBusClient(namespace, credential, **_OPTIONS))

    async def close(self) -> None:
        """Let the batches under way end, then close all links; what is sent by its own caller meanwhile fails."""
        await asyncio.gather(*(lane.close() for lane in self._lanes.values()))
        await self._client.close()

    async def send(self, message: QueueMessage) -> None:
        """See `Sender.send`. Messages handed in one after the other keep their order."""
        if message.queue not in self._lanes:
            self._lanes[message.queue] = _Lane(self._client, message.queue)
        await self._lanes[message.queue].send(_outgoing(message))

    async def publish(self, topic: str, events: Sequence[CloudEvent]) -> None:
        """See `Topic.publish`: a topic takes messages as a queue does."""
        if topic not in self._lanes:
            self._lanes[topic] = _Lane(self._client, topic, strict=True)
        await asyncio.gather(*(self._lanes[topic].send(_published(event)) for event in events))

    async def reach(self) -> None:
        """See `Sender.reach`: opens a link to each queue."""
        await self._reach(CONVERSATIONS, TIMERS)

    async def reach_topic(self, topic: str) -> None:
        """See `Topic.reach`: opens a link to it."""
        await self._reach(topic)

    async def _reach(self, *entities: str) -> None:
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                for entity in entities:
                    async with self._client.get_queue_sender(entity):
                        pass
        except (AzureError, OSError, TimeoutError) as error:
            raise _translated(error, 0) from error


class ServiceBusTopic:
    """One topic of that namespace."""

    def __init__(self, sender: ServiceBusSender, name: str) -> None:
        self._sender = sender
        self._name = name

    async def publish(self, events: Sequence[CloudEvent]) -> None:
        """See `Topic.publish`."""
        await self._sender.publish(self._name, events)

    async def reach(self) -> None:
        """See `Topic.reach`."""
        await self._sender.reach_topic(self._name)


def _published(event: CloudEvent) -> ServiceBusMessage:
    return ServiceBusMessage(
        event.encode(),
        session_id=event.contact_id,
        message_id=event.id,
        subject=event.type,
        content_type=CLOUD_EVENT,
    )


def _outgoing(message: QueueMessage) -> ServiceBusMessage:
    return ServiceBusMessage(
        message.encode(),
        session_id=message.session_id,
        message_id=message.message_id,
        subject=message.subject.value,
        content_type=CONTENT_TYPE,
        application_properties={"eventTime": rfc3339(message.event_time)} if message.event_time else None,
        scheduled_enqueue_time_utc=message.deliver_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    """A message on its way, and what its caller will learn: an error, or None once the broker has it."""

    message: ServiceBusMessage
    outcome: "asyncio.Future[Exception | None]"
    context: Context = field(default_factory=copy_context)

    def end(self, error: Exception | None = None) -> None:
        if not self.outcome.done():  # its caller may have been cancelled
            self.outcome.set_result(error)


class _Lane:
    """The way to one queue or topic.

    A message that finds it free is sent by its own caller; those that come meanwhile wait in line for one task, which
    sends them in batches.

    Args:
        strict: Whether nothing passes what was not confirmed: those that wait behind it end as it does.
    """

    def __init__(self, client: ServiceBusClient, entity: str, *, strict: bool = False) -> None:
        self._client = client
        self._entity = entity
        self._strict = strict
        self._waiting: deque[_Parcel] = deque()
        self._link: Link | None = None
        self._link_is_doubtful = False
        self._alone = False
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    async def send(self, message: ServiceBusMessage) -> None:
        if not self._alone and (self._task is None or self._task.done()):
            await self._send_alone(message)
            return
        parcel = _Parcel(message=message, outcome=asyncio.get_running_loop().create_future())
        self._waiting.append(parcel)
        error = await parcel.outcome
        if error is not None:
            raise error

    async def close(self) -> None:
        if self._task is not None:
            await asyncio.wait([self._task])
        self._closed = True
        await self._drop_link()

    async def _send_alone(self, message: ServiceBusMessage) -> None:
        self._alone = True
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                link = await self._open_link()
                await link.send_messages(message)
        except asyncio.CancelledError:
            self._link_is_doubtful = True
            raise
        except Exception as error:
            if self._strict:
                self._end_waiting(error)
            await self._drop_link()
            raise _translated(error, 1) from error
        finally:
            self._alone = False
            if self._waiting:
                self._task = asyncio.create_task(self._drain(), context=Context())

    async def _drain(self) -> None:
        while self._waiting:
            taken: list[_Parcel] = []
            try:
                async with asyncio.timeout(_SEND_SECONDS):
                    await self._send_some(taken)
            except Exception as error:  # noqa: BLE001 - the edge of a task: whoever waits must learn what happened
                for parcel in taken:
                    parcel.end(_translated(error, len(taken)))
                if self._strict or not taken:
                    self._end_waiting(error)
                await self._drop_link()
            else:
                for parcel in taken:
                    parcel.end()

    def _end_waiting(self, error: Exception) -> None:
        while self._waiting:
            self._waiting.popleft().end(_translated(error, 2))  # too large may be what went before, but never these

    async def _open_link(self) -> Link:
        """Return the link; another one after a caller left in the middle of a send."""
        if self._closed:
            raise OSError("the sender is closed")
        if self._link_is_doubtful:
            self._link_is_doubtful = False
            await self._drop_link()
        if self._link is None:
            self._link = self._client.get_queue_sender(self._entity)
        return self._link

    async def _send_some(self, taken: list[_Parcel]) -> None:
        """Send the first of those that wait: one alone as it is, more as a batch. `taken` tells the caller which."""
        link = await self._open_link()
        self._leave_out_cancelled()
        if len(self._waiting) == 1:
            taken.append(self._waiting.popleft())
            await asyncio.create_task(link.send_messages(taken[0].message), context=taken[0].context)
            return
        batch = await link.create_message_batch()
        self._leave_out_cancelled()
        self._fill(batch, taken)
        if taken:
            await link.send_messages(batch)

    def _leave_out_cancelled(self) -> None:
        """Send nothing more of a caller that has left: on a topic it would pass what went before it."""
        self._waiting = deque(each for each in self._waiting if not each.outcome.cancelled())

    def _fill(self, batch: ServiceBusMessageBatch, taken: list[_Parcel]) -> None:
        while self._waiting and len(taken) < _BATCH_MESSAGES:
            parcel = self._waiting[0]
            try:
                parcel.context.run(batch.add_message, parcel.message)
            except MessageSizeExceededError as error:
                if taken:
                    return
                parcel.end(_translated(error, 1))
            else:
                taken.append(parcel)
            self._waiting.popleft()

    async def _drop_link(self) -> None:
        link, self._link = self._link, None
        if link is None:
            return
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await link.close()
        except Exception:  # noqa: BLE001, S110 - a broken link can't always say goodbye; nobody waits for it
            pass


def _translated(error: Exception, messages: int) -> Exception:
    if isinstance(error, MessageSizeExceededError) and messages == 1:
        return TooLarge("the message is over the limit of Service Bus")
    wait = _BUSY_SECONDS if isinstance(error, ServiceBusServerBusyError) else None
    told = Unavailable(f"Service Bus did not confirm ({type(error).__name__}): {error}", retry_after=wait)
    told.__cause__ = error
    return told
