"""The TCP server of the stand-in, and the faults that tests ask for: cut connections, an outage."""

import asyncio
from types import TracebackType
from typing import Self

from dev.stack.servicebus.attach import Attacher
from dev.stack.servicebus.broker import Broker
from dev.stack.servicebus.connection import ClientConnection

_TICK_SECONDS = 0.02


class Server:
    """Serves AMQP clients from entering the context to leaving it."""

    def __init__(self, broker: Broker, host: str, port: int) -> None:
        self._broker = broker
        self._host = host
        self._port = port
        self._connections: set[ClientConnection] = set()
        self._closed_until = 0.0

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._connect, self._host, self._port, backlog=1024)
        self._ticking = loop.create_task(self._tick())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ticking.cancel()
        self._listener.close()
        self.cut_connections()
        await self._listener.wait_closed()

    def cut_connections(self) -> int:
        """Drop every connection at once and return how many there were."""
        connections = list(self._connections)
        for connection in connections:
            connection.cut()
        return len(connections)

    def begin_outage(self, seconds: float) -> None:
        """Drop every connection, and each new one too until `seconds` have passed."""
        self._closed_until = asyncio.get_running_loop().time() + seconds
        self.cut_connections()

    def _connect(self) -> asyncio.Protocol:
        if asyncio.get_running_loop().time() < self._closed_until:
            return _Closed()
        return ClientConnection(Attacher(self._broker).attach, self._connections)

    async def _tick(self) -> None:
        while True:
            self._broker.tick()
            await asyncio.sleep(_TICK_SECONDS)


class _Closed(asyncio.Protocol):
    """Drops a connection before a word is said."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()
