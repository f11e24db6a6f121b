"""A bad network between a desk and the API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, Route

from tests.flow.centre import Json

REPLIES, CHANGES = "**/api/conversations/*/replies", "**/api/changes*"


class Network:
    """What goes wrong for a page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @asynccontextmanager
    async def holding(self, address: str) -> AsyncIterator[asyncio.Event]:
        """Meanwhile requests wait; the event is set when one does."""
        held, free = asyncio.Event(), asyncio.Event()

        async def hold(route: Route) -> None:
            held.set()
            await free.wait()
            await route.continue_()

        await self._page.route(address, hold)
        try:
            yield held
        finally:
            free.set()
            await self._page.unroute_all(behavior="wait")  # `unroute` lets go by itself what is still held here

    @asynccontextmanager
    async def broken(self, address: str) -> AsyncIterator[asyncio.Event]:
        """Meanwhile no request arrives; the event is set when one was made."""
        made = asyncio.Event()

        async def abort(route: Route) -> None:
            made.set()
            await route.abort("connectionrefused")

        await self._page.route(address, abort)
        try:
            yield made
        finally:
            await self._page.unroute(address, abort)

    async def hang(self, address: str) -> None:
        """From now on no request is answered."""
        await self._page.route(address, lambda _: None)

    async def lose_answers(self, address: str, *, times: int = 1) -> None:
        """The next requests arrive, and their answers do not."""

        async def lose(route: Route) -> None:
            await route.fetch()
            await route.abort("connectionreset")

        await self._page.route(address, lose, times=times)

    async def refuse(self, address: str, status: int, *, times: int | None = 1, code: str = "unavailable") -> None:
        """The next requests, or all from now on, are answered with a problem, and do nothing."""
        problem: Json = {"type": "about:blank", "title": "Refused", "status": status, "code": code}

        async def answer(route: Route) -> None:
            await route.fulfill(status=status, json=problem, content_type="application/problem+json")

        await self._page.route(address, answer, times=times)
