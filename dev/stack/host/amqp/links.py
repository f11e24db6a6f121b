"""The two kinds of links: senders and receivers."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import proton
from cproton import bytes2pybytes, lib

from dev.stack.host.amqp.connection import Connection
from dev.stack.host.amqp.errors import ANSWER_SECONDS, AmqpError, LinkClosedError, answer, error_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message (Proton's `Message`) on a receiver; `tag` identifies its delivery (16 bytes on Service Bus)."""

    message: Any
    tag: bytes
    delivery: proton.Delivery


class Link:
    """One end of a link; `endpoint` is Proton's."""

    def __init__(self, connection: Connection, endpoint: proton.Link) -> None:
        self.name = endpoint.name
        self.endpoint: Any = endpoint
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost: LinkClosedError | None = None
        self._connection = connection
        self._ended = asyncio.Event()

    async def close(self) -> None:
        """Detach and wait for the peer to do so too."""
        if self.lost is None:
            self.endpoint.close()
            self._connection.pump()
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._ended.wait()
            except TimeoutError:
                pass

    def remote_open(self) -> None:
        """The peer attached; one that refuses does so without a terminus, and closes the link next."""
        terminus = self.endpoint.remote_source if self.endpoint.is_receiver else self.endpoint.remote_target
        if terminus.type != proton.Terminus.UNSPECIFIED and not self.opened.done():
            self.opened.set_result(None)

    def lose(self, error: LinkClosedError) -> None:
        self.lost = error
        self._ended.set()
        if not self.opened.done():
            self.opened.set_exception(error)
            self.opened.exception()

    def on_delivery(self, delivery: proton.Delivery) -> None:
        """A sender's message was taken."""
        if delivery.settled:
            delivery.settle()


class Sender(Link):
    @classmethod
    async def open(cls, connection: Connection, session: proton.Session, address: str) -> "Sender":
        endpoint = session.sender(f"sender-{uuid.uuid4()}")
        endpoint.target.address = address
        endpoint.source.address = address
        sender = cls(connection, endpoint)
        await answer(connection.attach(sender))
        return sender

    def send(self, message: proton.Message) -> None:
        if self.lost is not None:
            raise self.lost
        self.endpoint.send(message)
        self._connection.pump()


class Receiver(Link):
    """Takes messages one by one: each `receive` gives the peer one credit. Settlement waits for the peer's answer."""

    def __init__(self, connection: Connection, endpoint: proton.Link) -> None:
        super().__init__(connection, endpoint)
        self._inbox: asyncio.Queue[Received | LinkClosedError] = asyncio.Queue()
        self._settling: dict[bytes, asyncio.Future[None]] = {}

    @classmethod
    async def open(
        cls,
        connection: Connection,
        session: proton.Session,
        address: str,
        *,
        prepare: Callable[[Any], None] = lambda endpoint: None,
        within: float | None = ANSWER_SECONDS,
    ) -> "Receiver":
        """Attach to `address`; `prepare` may add filter and properties. Raises AmqpError."""
        endpoint = session.receiver(f"receiver-{uuid.uuid4()}")
        endpoint.source.address = address
        endpoint.target.address = address
        endpoint.snd_settle_mode = proton.Link.SND_UNSETTLED
        endpoint.rcv_settle_mode = proton.Link.RCV_SECOND
        prepare(endpoint)
        receiver = cls(connection, endpoint)
        await answer(connection.attach(receiver), within)
        return receiver

    async def receive(self, within: float | None = None) -> Received | None:
        """The next message, or None if none came within that many seconds. Raises LinkClosedError."""
        if self.lost is not None:
            raise self.lost
        self.endpoint.flow(1)
        self._connection.pump()
        try:
            async with asyncio.timeout(within):
                found = await self._inbox.get()
        except TimeoutError:
            return None
        if isinstance(found, LinkClosedError):
            self._inbox.put_nowait(found)
            raise found
        return found

    async def complete(self, received: Received) -> None:
        """Take the message off its queue. Raises AmqpError if its lock is lost."""
        await self._settle(received, proton.Disposition.ACCEPTED)

    async def abandon(self, received: Received) -> None:
        """Give the message back; its delivery count rises. Raises AmqpError if its lock is lost."""
        received.delivery.local.failed = True
        await self._settle(received, proton.Disposition.MODIFIED)

    def lose(self, error: LinkClosedError) -> None:
        super().lose(error)
        self._inbox.put_nowait(error)
        for waiting in self._settling.values():
            if not waiting.done():
                waiting.set_exception(error)

    def on_delivery(self, delivery: proton.Delivery) -> None:
        if delivery.readable and not delivery.partial:
            self._inbox.put_nowait(self._read(delivery))
        elif delivery.settled:
            self._settled(delivery)

    def _read(self, delivery: proton.Delivery) -> Received:
        message = proton.Message()
        message.decode(self.endpoint.recv(delivery.pending))
        self.endpoint.advance()
        return Received(message=message, tag=_tag(delivery), delivery=delivery)

    async def _settle(self, received: Received, state: int) -> None:
        if self.lost is not None:
            raise self.lost
        self._settling[received.tag] = asyncio.get_running_loop().create_future()
        try:
            received.delivery.update(state)
            self._connection.pump()
            await answer(self._settling[received.tag])
        finally:
            del self._settling[received.tag]

    def _settled(self, delivery: proton.Delivery) -> None:
        waiting = self._settling.get(_tag(delivery))
        refusal = delivery.remote.condition if delivery.remote_state == proton.Disposition.REJECTED else None
        delivery.settle()
        if waiting is None or waiting.done():
            return
        if refusal is None:
            waiting.set_result(None)
        else:
            waiting.set_exception(error_from(AmqpError, refusal))


def _tag(delivery: proton.Delivery) -> bytes:
    """The delivery's tag as it is; Proton's own property takes it for UTF-8, which a lock token is not."""
    return bytes(bytes2pybytes(lib.pn_delivery_tag(delivery._impl)))  # noqa: SLF001
