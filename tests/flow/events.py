"""What a provider tells of, between it and the app: passed on one by one, or left to the test.

Every event that the provider published is kept, so that a test can bring it again, later, or with others in a batch.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, Self

import aiohttp
from aiohttp import web

from tests.flow.waiting import until

type Event = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An event that can't be read. `mark` is nowhere but in it, `paths` are those of what is wrong."""

    event: Event
    mark: str
    paths: tuple[str, ...]


class Wire(Protocol):
    """How a provider tells of something: what an event is, and how a call with some of them looks.

    Attributes:
        path: Where the provider calls.
        taken: The status with which the app says that it has all.
    """

    path: str
    taken: int

    def read(self, body: bytes) -> list[Event]:
        """The events of a call."""
        ...

    def call(self, events: Sequence[object]) -> tuple[bytes, Mapping[str, str]]:
        """The body and the headers of a call."""
        ...

    def identity(self, event: Event) -> tuple[str, str | None]:
        """The id of the message that an event is about, and the status if it tells of one."""
        ...

    def broken(self, event: Event) -> Broken:
        """Another event like this one, with more than one thing wrong."""
        ...

    def to(self, event: Event, channel_id: str) -> Event:
        """Another event like this one, to another channel."""
        ...

    def new_channel(self) -> Mapping[str, str]:
        """A channel that nobody has, as the configuration has it."""
        ...


class Events:
    """Events on their way; `target` is the app's webhook, empty until the app is up, `headers` go with every call."""

    def __init__(self, wire: Wire, http: aiohttp.ClientSession) -> None:
        self.wire = wire
        self.target = ""
        self.headers: dict[str, str] = {}
        self.events: list[Event] = []
        self._http = http
        self._is_kept: Callable[[Event], bool] = lambda _: False

    @classmethod
    @asynccontextmanager
    async def listening(cls, http: aiohttp.ClientSession, port: int, *wires: Wire) -> AsyncIterator[list[Self]]:
        """What each of these providers tells of, as they reach the app: on a port of loopback."""
        found = [cls(wire, http) for wire in wires]
        application = web.Application(client_max_size=4 * 1024**2)
        for each in found:
            application.router.add_get(each.wire.path, each._ask)
            application.router.add_post(each.wire.path, each._take)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield found
        finally:
            await runner.cleanup()

    @contextmanager
    def keeping(self, is_kept: Callable[[Event], bool] = lambda _: True) -> Iterator[None]:
        """Meanwhile the app does not get these events; the provider takes them for delivered."""
        self._is_kept = is_kept
        try:
            yield
        finally:
            self._is_kept = lambda _: False

    async def event(self, message_id: str, status: str | None = None) -> Event:
        """The event of a message, or of one of its delivery statuses, once the provider has told."""

        async def published() -> Event | None:
            sought = (message_id, status)
            return next((event for event in self.events if self.wire.identity(event) == sought), None)

        return await until(published, f"an event of {message_id} ({status})")

    async def post(self, *events: object, target: str | None = None) -> int:
        """Bring a batch to the app and return its answer's status."""
        body, headers = self.wire.call(events)
        async with self._http.post(target or self.target, data=body, headers={**headers, **self.headers}) as answer:
            return answer.status

    async def takes(self, *events: object, target: str | None = None) -> bool:
        """Bring a batch to the app; whether it says that it has all."""
        return await self.post(*events, target=target) == self.wire.taken

    def is_status(self, event: Event) -> bool:
        """Whether an event is a delivery status."""
        return self.wire.identity(event)[1] is not None

    async def _take(self, request: web.Request) -> web.Response:
        events = self.wire.read(await request.read())
        self.events += events
        passed = [event for event in events if not self._is_kept(event)]
        try:
            status = await self.post(*passed) if passed else self.wire.taken
        except aiohttp.ClientError:
            status = 503
        return web.Response(status=status)

    async def _ask(self, request: web.Request) -> web.Response:
        """Whether the webhook is the app's own."""
        if not self.target:
            return web.Response(status=503)
        async with self._http.get(self.target, params=request.query) as answer:
            return web.Response(status=answer.status, body=await answer.read())
