"""The host's AMQP connection, against a peer that misbehaves."""

import asyncio

import pytest

from dev.stack.host.amqp.connection import Connection
from dev.stack.host.amqp.errors import ConnectionLostError


async def test_a_peer_that_speaks_no_amqp_is_refused_with_what_it_said() -> None:
    """A port of another program answers at once, in its own protocol; the error shows it, and nobody waits."""

    async def answer_in_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(answer_in_http, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionLostError, match=r"HTTP/1\.1 400 Bad Request"):
            await Connection.open("127.0.0.1", port, tls=False)
