"""A web server that answers as it is told and counts what it was asked, and a port where nobody listens."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`hangs`: the answer never comes; `cut`: the connection ends in the middle of it; `drops`: before it."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    cut: bool = False
    drops: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class AnsweringServer:
    """Gives `answer` to every request; `answers` come first, one each."""

    origin: str = ""
    answer: Answer = field(default_factory=Answer)
    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Method and path of each request that came."""
        return [(each.method, each.path) for each in self.asked]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        body = await request.read()
        self.asked.append(Asked(method=request.method, path=request.path_qs, headers=dict(request.headers), body=body))
        answer = self.answers.pop(0) if self.answers else self.answer
        if answer.hangs:
            await asyncio.Event().wait()
        if answer.drops and request.transport:
            request.transport.abort()
        if answer.cut:
            await _begin_and_cut(request, answer)
        return web.Response(status=answer.status, text=answer.body, headers=answer.headers)


async def _begin_and_cut(request: web.Request, answer: Answer) -> None:
    response = web.StreamResponse(status=answer.status, headers=answer.headers | {"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"{")
    assert request.transport is not None
    request.transport.abort()


@asynccontextmanager
async def answering() -> AsyncIterator[AnsweringServer]:
    """A running server on a free port."""
    server = AnsweringServer()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


def closed_port() -> int:
    """A port of loopback that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
