"""The port `Web` on the resolver of the machine and on aiohttp.

A host is asked at the address that was checked, never at one that its name leads to by now, and never through a proxy;
its certificate has to be that of the name. A redirect is not followed. Nothing is retried or kept here.
"""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import aiohttp
from yarl import URL

from shared.media.web import Told

ANSWER_WITHIN: Final = 2.0
"""Seconds after which a name has no address, and a host nothing to say."""

_NAMES_AT_ONCE: Final = 4


class PublicWeb:
    """The web, as this machine sees it."""

    def __init__(self, *, trusted: ssl.SSLContext | None = None, answer_within: float = ANSWER_WITHIN) -> None:
        self._answer_within = answer_within
        # A look-up can't be cut off: in the loop's own threads, names that lead nowhere would keep out storage's.
        self._names = ThreadPoolExecutor(_NAMES_AT_ONCE, thread_name_prefix="names")
        self._http = aiohttp.ClientSession(
            # A connection that is kept would be taken for the next file of the host, wherever that was checked to be.
            connector=aiohttp.TCPConnector(ssl=trusted or True, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    async def resolve(self, host: str) -> Sequence[str]:
        """See `Web.resolve`."""
        look_up = partial(socket.getaddrinfo, host, 443, type=socket.SOCK_STREAM)
        try:
            async with asyncio.timeout(self._answer_within):
                found = await asyncio.get_running_loop().run_in_executor(self._names, look_up)
        except (OSError, UnicodeError):
            return ()
        return tuple(dict.fromkeys(str(place[0]) for *_, place in found))

    async def ask(self, address: str, at: str) -> Told | None:
        """See `Web.ask`."""
        asked = URL(address, encoded=True)
        try:
            async with (
                asyncio.timeout(self._answer_within),
                self._http.head(
                    asked.with_host(at),
                    server_hostname=asked.host,
                    headers={"Host": asked.authority, "Accept-Encoding": "identity"},
                    allow_redirects=False,
                ) as answer,
            ):
                return _told(answer) if answer.status == 200 else None
        except (aiohttp.ClientError, OSError, ValueError):
            return None

    async def close(self) -> None:
        """Close all connections."""
        self._names.shutdown(wait=False, cancel_futures=True)
        await self._http.close()


def _told(answer: aiohttp.ClientResponse) -> Told:
    length = answer.headers.get("Content-Length", "")
    size = int(length) if length.isdecimal() and len(length) < 20 else None
    return Told(content_type=answer.headers.get("Content-Type"), size=size)
