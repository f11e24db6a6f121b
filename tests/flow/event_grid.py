"""Event Grid between the channel and the app: passes events on, one a request, or leaves them to the test.

Every event that the channel published is kept, so that a test can deliver it again, later, or with others in a batch.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.flow.waiting import until

type Event = dict[str, Any]


class EventGrid:
    """The subscription; `target` is the app's webhook, empty until the app is up, and `headers` are the requests'."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.target = ""
        self.headers = {"aeg-event-type": "Notification"}
        self.events: list[Event] = []
        self._http = http
        self._is_kept: Callable[[Event], bool] = lambda _: False

    @classmethod
    @asynccontextmanager
    async def listening(cls, http: aiohttp.ClientSession, port: int) -> AsyncIterator[Self]:
        """Event Grid as the channel reaches it, on a port of loopback."""
        event_grid = cls(http)
        application = web.Application()
        application.router.add_post("/runtime/webhooks/EventGrid", event_grid._take)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield event_grid
        finally:
            await runner.cleanup()

    @contextmanager
    def keeping(self, is_kept: Callable[[Event], bool] = lambda _: True) -> Iterator[None]:
        """Meanwhile the app does not get these events; the channel takes them for delivered."""
        self._is_kept = is_kept
        try:
            yield
        finally:
            self._is_kept = lambda _: False

    async def event(self, message_id: str, status: str | None = None) -> Event:
        """The event of a message, or of one of its delivery statuses, once the channel has published it."""

        async def published() -> Event | None:
            return next((event for event in self.events if _identity(event) == (message_id, status)), None)

        return await until(published, f"an event of {message_id} ({status})")

    async def post(self, *events: object, target: str | None = None) -> int:
        """Deliver a batch to the app and return its answer's status."""
        async with self._http.post(target or self.target, json=events, headers=self.headers) as answer:
            return answer.status

    async def _take(self, request: web.Request) -> web.Response:
        events: list[Event] = await request.json()
        self.events += events
        passed = [event for event in events if not self._is_kept(event)]
        try:
            status = await self.post(*passed) if passed else 200
        except aiohttp.ClientError:
            status = 503
        return web.Response(status=status)


def is_status(event: Event) -> bool:
    """Whether an event is a delivery status."""
    return "status" in event["data"]


def _identity(event: Event) -> tuple[str, str | None]:
    status = event["data"].get("status")
    return event["data"].get("messageId", ""), status.lower() if status else None
