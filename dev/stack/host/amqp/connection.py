"""One AMQP connection: bytes from and to an asyncio transport, and what happens handed to its links."""

import asyncio
import ssl
import uuid
from typing import Any, Protocol

import proton

from dev.stack.host.amqp.errors import ConnectionLostError, LinkClosedError, answer, error_from
from dev.stack.proton_engine import ProtonEngine


class AttachedLink(Protocol):
    """What a connection tells a link. `endpoint` is Proton's; `opened` is done when the peer has attached."""

    name: str
    endpoint: Any
    opened: asyncio.Future[None]

    def remote_open(self) -> None:
        """The peer attached; one that refuses does so without a terminus, and closes the link next."""

    def lose(self, error: LinkClosedError) -> None:
        """The link ended."""

    def on_delivery(self, delivery: proton.Delivery) -> None:
        """A delivery came or changed."""


class Connection(asyncio.Protocol):
    """One connection. `open` connects; every other method needs that to have happened."""

    def __init__(self, hostname: str) -> None:
        self._loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = self._loop.create_future()
        self._lost: asyncio.Future[ConnectionLostError] = self._loop.create_future()
        self._links: dict[str, AttachedLink] = {}
        self._socket: asyncio.Transport | None = None
        transport = proton.Transport()
        transport.sasl().allowed_mechs("ANONYMOUS")
        self._engine = ProtonEngine(self, container=f"functions-host-{uuid.uuid4()}", transport=transport)
        self._engine.connection.hostname = hostname
        self._engine.connection.open()

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
        self._engine.connection.close()
        self.pump()
        await asyncio.wait([self._lost], timeout=1)
        self._socket.close()
        self._lose(ConnectionLostError("amqp:connection:closed", "closed by this side"))

    async def wait_lost(self) -> None:
        """Wait for the end of the connection, then raise ConnectionLostError."""
        raise await asyncio.shield(self._lost)

    def session(self) -> proton.Session:
        """A new AMQP session, opened."""
        session = self._engine.connection.session()
        session.open()
        return session

    async def attach(self, link: AttachedLink) -> None:
        """Open a link and wait for the peer. Raises AmqpError if it refuses."""
        if self._lost.done():
            raise self._lost.result()
        self._links[link.name] = link
        link.endpoint.open()
        self.pump()
        await asyncio.shield(link.opened)

    def pump(self) -> None:
        """Let the engine handle what happened and send what it has to say."""
        self._engine.pump()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._socket = transport
        self._engine.start(transport)
        self.pump()

    def data_received(self, data: bytes) -> None:
        try:
            self._engine.feed(data)
            self.pump()
        except proton.ProtonException as error:
            self._lose(ConnectionLostError("amqp:connection:framing-error", str(error)))

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose(ConnectionLostError("amqp:connection:forced", str(exc or "the peer closed the socket")))

    def on_connection_remote_open(self, _: Any) -> None:
        self._engine.beat()
        if not self.opened.done():
            self.opened.set_result(None)

    def on_connection_remote_close(self, event: Any) -> None:
        self._lose(error_from(ConnectionLostError, event.connection.remote_condition))

    def on_transport_error(self, event: Any) -> None:
        self._lose(error_from(ConnectionLostError, event.transport.condition))

    def on_link_remote_open(self, event: Any) -> None:
        link = self._links.get(event.link.name)
        if link is not None:
            link.remote_open()

    def on_link_remote_close(self, event: Any) -> None:
        link = self._links.pop(event.link.name, None)
        if link is not None:
            link.lose(error_from(LinkClosedError, event.link.remote_condition))
        event.link.close()
        event.link.free()

    on_link_remote_detach = on_link_remote_close

    def on_delivery(self, event: Any) -> None:
        link = self._links.get(event.link.name)
        if link is not None:
            link.on_delivery(event.delivery)

    def _lose(self, error: ConnectionLostError) -> None:
        if self._lost.done():
            return
        self._lost.set_result(error)
        self._engine.stop()
        if not self.opened.done():
            self.opened.set_exception(error)
        for link in self._links.values():
            link.lose(error)
        self._links.clear()
        if self._socket is not None:
            self._socket.close()
