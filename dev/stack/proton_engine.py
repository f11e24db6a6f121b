"""Proton's AMQP engine on an asyncio socket: bytes in, events to a handler, bytes out. Both ends of the stack use it.

Proton does no input or output itself: whoever calls it pushes what came, hands on its events, and sends what it has.
"""

import asyncio
from typing import Any

from proton import Collector, Connection, Transport, TransportException

_MAX_FRAME_BYTES = 65_536


class ProtonEngine:
    """One connection's engine; each event goes to the method of `handler` that is named like it, if there is one.

    `connection` and `transport` are Proton's. Nothing is sent before `start`.
    """

    def __init__(self, handler: object, *, container: str, transport: Transport) -> None:
        self.connection = Connection()
        self.connection.container = container
        self.transport = transport
        self.transport.max_frame_size = _MAX_FRAME_BYTES
        self._handler = handler
        self._collector = Collector()
        self.connection.collect(self._collector)
        self._socket: asyncio.Transport | None = None
        self._heartbeat: asyncio.TimerHandle | None = None

    def start(self, socket: asyncio.Transport) -> None:
        """Send over this socket from now on."""
        self._socket = socket
        self.transport.bind(self.connection)

    def stop(self) -> None:
        """Send nothing any more: the socket is lost."""
        self._socket = None
        if self._heartbeat is not None:
            self._heartbeat.cancel()

    def feed(self, data: bytes) -> None:
        """Take what came over the socket, and hand on what it means. Raises TransportException if it is no AMQP."""
        while data:
            capacity = self.transport.capacity()
            if capacity <= 0:
                raise TransportException("the engine takes no more input")
            self.transport.push(data[:capacity])
            data = data[capacity:]
            self._dispatch()

    def pump(self) -> None:
        """Hand on what happened and send what is to be said, until there is nothing of either.

        Not for a handler of events: the one that it handles would be handed to it again.
        """
        while self._dispatch() or self.flush():
            pass

    def flush(self) -> bool:
        """Send what the engine has to say; close the socket when that was the last. True if there was something."""
        said = False
        while (pending := self.transport.pending()) > 0:
            self.write(self.transport.peek(pending) or b"")
            self.transport.pop(pending)
            said = True
        if pending < 0 and self._socket is not None:
            self._socket.close()
        return said

    def write(self, data: bytes) -> None:
        """Send bytes that are not the engine's."""
        if data and self._socket is not None and not self._socket.is_closing():
            self._socket.write(data)

    def beat(self) -> None:
        """Send the signs of life that the peer asked for (idle-time-out), from now on; call it when the peer opened."""
        loop = asyncio.get_running_loop()
        deadline = self.transport.tick(loop.time())
        self.flush()
        if deadline and self._socket is not None:
            self._heartbeat = loop.call_at(deadline, self.beat)

    def _dispatch(self) -> bool:
        """Hand on every event. True if there was one."""
        handed = False
        while (event := self._collector.peek()) is not None:
            handle: Any = getattr(self._handler, event.type.method, None)
            if handle is not None:
                handle(event)
            self._collector.pop()
            handed = True
        return handed
