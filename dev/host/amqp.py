"""An AMQP 1.0 client on asyncio: Apache Qpid Proton's protocol engine fed from an asyncio transport.

One `Connection` carries many links. What the peer refuses is an `AmqpError`; a link that the peer closed is a
`LinkClosedError`, a connection that is gone a `ConnectionLostError`, which ends every link and waiting call on it.
"""

import asyncio
import ssl
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import proton
from cproton import bytes2pybytes, lib

_MAX_FRAME_BYTES = 65_536
_ANSWER_SECONDS = 15.0


class AmqpError(Exception):
    """Raised when the peer refused something; `condition` is its symbol, such as `amqp:not-found`."""

    def __init__(self, condition: str, description: str = "") -> None:
        super().__init__(f"{condition}: {description}" if description else condition)
        self.condition = condition


class LinkClosedError(AmqpError):
    """Raised when the peer closed the link."""


class ConnectionLostError(LinkClosedError):
    """Raised when the connection ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message (Proton's `Message`) on a receiver; `tag` identifies its delivery (16 bytes on Service Bus)."""

    message: Any
    tag: bytes
    delivery: proton.Delivery


class Connection(asyncio.Protocol):
    """One connection. `open` connects; every other method needs that to have happened."""

    def __init__(self, hostname: str) -> None:
        self._loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = self._loop.create_future()
        self._lost: asyncio.Future[ConnectionLostError] = self._loop.create_future()
        self._links: dict[str, Link] = {}
        self._socket: asyncio.Transport | None = None
        self._ticker: asyncio.TimerHandle | None = None
        self._collector = proton.Collector()
        self._engine = proton.Connection()
        self._engine.container = f"functions-host-{uuid.uuid4()}"
        self._engine.hostname = hostname
        self._engine.collect(self._collector)
        self._transport = proton.Transport()
        self._transport.max_frame_size = _MAX_FRAME_BYTES
        self._transport.sasl().allowed_mechs("ANONYMOUS")
        self._transport.bind(self._engine)
        self._engine.open()

    @classmethod
    async def open(cls, host: str, port: int, *, tls: bool) -> "Connection":
        """Connect and open. Raises OSError and AmqpError."""
        context = ssl.create_default_context() if tls else None
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: cls(host), host, port, ssl=context)
        try:
            await answer(connection.opened)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def close(self) -> None:
        """Close the connection and wait a moment for the peer to agree."""
        if self._lost.done() or self._socket is None:
            return
        self._engine.close()
        self.pump()
        await asyncio.wait([self._lost], timeout=1)
        self._socket.close()
        self._lose(ConnectionLostError("amqp:connection:closed", "closed by this side"))

    async def wait_lost(self) -> None:
        """Wait for the end of the connection, then raise ConnectionLostError."""
        raise await asyncio.shield(self._lost)

    def session(self) -> proton.Session:
        """A new AMQP session, opened."""
        session = self._engine.session()
        session.open()
        return session

    async def attach(self, link: "Link") -> None:
        """Open a link and wait for the peer. Raises AmqpError if it refuses."""
        if self._lost.done():
            raise self._lost.result()
        self._links[link.name] = link
        link.endpoint.open()
        self.pump()
        await asyncio.shield(link.opened)

    def pump(self) -> None:
        """Let the engine handle what happened and send what it has to say."""
        while self._handle_events() or self._send_pending():
            pass

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._socket = transport
        self._tick()

    def data_received(self, data: bytes) -> None:
        try:
            while data and (capacity := self._transport.capacity()) > 0:
                self._transport.push(data[:capacity])
                data = data[capacity:]
                self.pump()
        except proton.ProtonException as error:
            self._lose(ConnectionLostError("amqp:connection:framing-error", str(error)))

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose(ConnectionLostError("amqp:connection:forced", str(exc or "the peer closed the socket")))

    def on_connection_remote_open(self, _: Any) -> None:
        if not self.opened.done():
            self.opened.set_result(None)

    def on_connection_remote_close(self, event: Any) -> None:
        self._lose(_error(ConnectionLostError, event.connection.remote_condition))

    def on_transport_error(self, event: Any) -> None:
        self._lose(_error(ConnectionLostError, event.transport.condition))

    def on_link_remote_open(self, event: Any) -> None:
        self._links[event.link.name].remote_open()

    def on_link_remote_close(self, event: Any) -> None:
        link = self._links.pop(event.link.name)
        link.lose(_error(LinkClosedError, event.link.remote_condition))
        event.link.close()
        event.link.free()

    on_link_remote_detach = on_link_remote_close

    def on_delivery(self, event: Any) -> None:
        link = self._links.get(event.link.name)
        if link is not None:
            link.on_delivery(event.delivery)

    def _handle_events(self) -> bool:
        handled = False
        while (event := self._collector.peek()) is not None:
            handle = getattr(self, event.type.method, None)
            if handle is not None:
                handle(event)
            self._collector.pop()
            handled = True
        return handled

    def _send_pending(self) -> bool:
        pending = self._transport.pending()
        if pending <= 0 or self._socket is None:
            return False
        data = self._transport.peek(pending) or b""
        self._socket.write(data)
        self._transport.pop(len(data))
        return True

    def _tick(self) -> None:
        """Send an empty frame when the peer's idle time-out asks for one."""
        now = self._loop.time()
        deadline = self._transport.tick(now)
        self.pump()
        if not self._lost.done():
            self._ticker = self._loop.call_later(min(deadline - now, 30.0) if deadline else 30.0, self._tick)

    def _lose(self, error: ConnectionLostError) -> None:
        if self._lost.done():
            return
        self._lost.set_result(error)
        if self._ticker is not None:
            self._ticker.cancel()
        if not self.opened.done():
            self.opened.set_exception(error)
        for link in self._links.values():
            link.lose(error)
        self._links.clear()
        if self._socket is not None:
            self._socket.close()


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
                async with asyncio.timeout(_ANSWER_SECONDS):
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
        within: float | None = _ANSWER_SECONDS,
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
            waiting.set_exception(_error(AmqpError, refusal))


async def answer[T](waiting: "asyncio.Future[T] | Any", within: float | None = _ANSWER_SECONDS) -> T:
    """Wait for the peer's answer. Raises AmqpError if it does not come."""
    try:
        async with asyncio.timeout(within):
            result: T = await waiting
            return result
    except TimeoutError:
        raise AmqpError("amqp:operation-timeout", f"no answer within {within} s") from None


def _error[E: AmqpError](kind: type[E], condition: proton.Condition | None) -> E:
    if condition is None:
        return kind("amqp:link:detach", "ended without an error")
    return kind(condition.name, condition.description or "")


def _tag(delivery: proton.Delivery) -> bytes:
    """The delivery's tag as it is; Proton's own property takes it for UTF-8, which a lock token is not."""
    return bytes(bytes2pybytes(lib.pn_delivery_tag(delivery._impl)))  # noqa: SLF001
