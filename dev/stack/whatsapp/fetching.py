"""Fetches the files that the business sends, as WhatsApp does: whatever lies on this machine, and nothing else.

Addresses elsewhere count as fetched, so that tests and people need no network.
"""

import asyncio
import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

import aiohttp

_MOST_BYTES = 100 * 1024**2
_SECONDS = 30
_LOG = logging.getLogger("phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that somebody sent."""

    mime_type: str
    content: bytes


type Fetched = Callable[[File | None], None]
"""Told of a file once it is there; of None where it can't be had."""


def is_on_this_machine(address: str) -> bool:
    """Whether an address leads to loopback."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Fetcher:
    """Fetches in the background, for as long as it is entered."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        self._session = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    def __call__(self, address: str, fetched: Fetched) -> None:
        """Starts to fetch a file."""
        task = asyncio.create_task(self._fetch(address, fetched))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self, address: str, fetched: Fetched) -> None:
        try:
            file = await self._file(address)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            _LOG.info("a file of the business could not be fetched: %s", type(error).__name__)
            file = None
        fetched(file)

    async def _file(self, address: str) -> File:
        async with self._session.get(address, allow_redirects=False) as answer:
            if answer.status != 200:
                raise ValueError(f"HTTP {answer.status}")
            content = await answer.content.read(_MOST_BYTES + 1)
            while len(content) <= _MOST_BYTES and (more := await answer.content.read(_MOST_BYTES)):
                content += more
            if len(content) > _MOST_BYTES:
                raise ValueError("too large")
            return File(mime_type=answer.content_type, content=content)
