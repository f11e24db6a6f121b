"""One client's TCP connection: SASL by hand, then Proton's engine, whose events are handed to the links.

In: bytes of the client, and `flush` calls of links that have something to say. Out: bytes to the client.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from proton import Condition, Delivery, Link, Transport, TransportException

from dev.stack.proton_engine import ProtonEngine
from dev.stack.servicebus.codec import MalformedError
from dev.stack.servicebus.frames import FrameReader
from dev.stack.servicebus.sasl import SaslHandshake

_LOG = logging.getLogger(__name__)
_CONTAINER = "servicebus-stand-in"
_INCOMING_CAPACITY = 16 * 1024 * 1024


class LinkHandler(Protocol):
    """What serves one link."""

    def on_flow(self) -> None:
        """The client changed its credit."""

    def on_delivery(self, delivery: Delivery, message_format: int) -> None:
        """A delivery came, or its state changed; `message_format` belongs to one that is complete with this."""

    def on_gone(self) -> None:
        """The link ended: closed by the client, or its connection is lost."""


class ClientConnection(asyncio.Protocol):
    """Serves one client.

    `attach(link, connection)` is asked for the handler of each new link, None if it was refused. `connections` holds
    this object while the client is connected.
    """

    def __init__(
        self,
        attach: Callable[[Link, "ClientConnection"], LinkHandler | None],
        connections: set["ClientConnection"],
    ) -> None:
        self._attach = attach
        self._connections = connections
        self._sasl = SaslHandshake()
        self._frames = FrameReader()
        self._handlers: dict[Link, LinkHandler] = {}
        self._message_format = 0
        self._engine = ProtonEngine(self, container=_CONTAINER, transport=Transport(mode=Transport.SERVER))
        self._tcp: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._tcp = transport
        self._connections.add(self)
        self._engine.start(transport)

    def data_received(self, data: bytes) -> None:
        try:
            if not self._sasl.done:
                answer, data = self._sasl.feed(data)
                self._engine.write(answer)
            if data:
                for piece, message_format in self._frames.feed(data):
                    self._message_format = message_format or 0
                    self._engine.feed(piece)
        except (MalformedError, TransportException) as error:
            _LOG.warning("a client does not speak AMQP as expected, its connection ends: %s", error)
            self.cut()
            return
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self._tcp = None
        self._engine.stop()
        handlers, self._handlers = list(self._handlers.values()), {}
        for handler in handlers:
            handler.on_gone()
        self._engine.transport.unbind()

    def cut(self) -> None:
        """Drop the connection at once, as a fault of the network would."""
        if self._tcp is not None:
            self._tcp.abort()

    def flush(self) -> None:
        """Send what the engine has to send."""
        self._engine.flush()

    def on_connection_remote_open(self, _: Any) -> None:
        self._engine.connection.open()
        self._engine.beat()

    def on_session_remote_open(self, event: Any) -> None:
        event.session.incoming_capacity = _INCOMING_CAPACITY
        event.session.open()

    def on_link_remote_open(self, event: Any) -> None:
        if handler := self._attach(event.link, self):
            self._handlers[event.link] = handler

    def on_link_flow(self, event: Any) -> None:
        if handler := self._handlers.get(event.link):
            handler.on_flow()

    def on_delivery(self, event: Any) -> None:
        if handler := self._handlers.get(event.link):
            handler.on_delivery(event.delivery, self._message_format)

    def on_link_remote_close(self, event: Any) -> None:
        self._end(event.link)
        event.link.close()
        event.link.free()

    def on_link_remote_detach(self, event: Any) -> None:
        self._end(event.link)
        event.link.detach()
        event.link.free()

    def on_session_remote_close(self, event: Any) -> None:
        for link in [link for link in self._handlers if link.session == event.session]:
            self._end(link)
        event.session.close()
        event.session.free()

    def on_connection_remote_close(self, _: Any) -> None:
        for link in list(self._handlers):
            self._end(link)
        self._engine.connection.close()

    def _end(self, link: Link) -> None:
        if handler := self._handlers.pop(link, None):
            handler.on_gone()


def refuse(link: Link, condition: str, description: str) -> None:
    """Refuse a link as Service Bus does: attach it without source and target, then detach it with the error."""
    link.source.type = link.target.type = 0
    link.open()
    end(link, condition, description)


def end(link: Link, condition: str, description: str) -> None:
    """Detach an open link with an error."""
    link.condition = Condition(condition, description)
    link.close()
