"""Table Storage between the app and Azurite: passes every call on, and fails as a test asks for."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Self

import aiohttp
from aiohttp import web
from yarl import URL

_OWN = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
_READS = frozenset({"GET", "HEAD"})
_CODES = {412: "UpdateConditionNotSatisfied", 429: "TooManyRequests", 503: "ServerBusy"}
_BODY = '{{"odata.error":{{"code":"{code}","message":{{"lang":"en-US","value":"0:This was ordered."}}}}}}'
_CHANGESET = (
    "--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n"
    "--changesetresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    "HTTP/1.1 {status} Ordered\r\nContent-Type: application/json\r\n\r\n{body}\r\n"
    "--changesetresponse_1--\r\n--batchresponse_1--\r\n"
)


class TableStorage:
    """The account at `target`, an origin, with faults in front of it; `failed` counts the calls that met one."""

    def __init__(self, target: str, http: aiohttp.ClientSession) -> None:
        self.port = 0
        self.failed = 0
        self._target = target
        self._http = http
        self._away = False
        self._status = 0
        self._left = 0

    @classmethod
    @asynccontextmanager
    async def in_front_of(cls, target: str) -> AsyncIterator[Self]:
        """The account on a port of its own."""
        connections = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(auto_decompress=False, connector=connections) as http:
            storage = cls(target, http)
            application = web.Application(client_max_size=8 * 1024**2)
            application.router.add_route("*", "/{path:.*}", storage._handle)
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                storage.port = runner.addresses[0][1]
                yield storage
            finally:
                await runner.cleanup()

    def fail(self, status: int, *, calls: int) -> None:
        """Answer the next calls with a status; 412 only those that write."""
        self._status, self._left = status, calls

    @contextmanager
    def away(self) -> Iterator[None]:
        """Meanwhile every connection is dropped without an answer."""
        self._away = True
        try:
            yield
        finally:
            self._away = False

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if self._away:
            self.failed += 1
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if self._left and (self._status != 412 or request.method not in _READS):
            self._left -= 1
            self.failed += 1
            return _fault(self._status, is_batch=request.path.endswith("$batch"))
        url = URL(f"{self._target}{request.raw_path}", encoded=True)
        headers = _passed(request.headers)
        async with self._http.request(request.method, url, headers=headers, data=body or None) as answer:
            return web.Response(status=answer.status, headers=_passed(answer.headers), body=await answer.read())


def _fault(status: int, *, is_batch: bool) -> web.Response:
    """As Table Storage says it: a condition that is not met is the answer to a step of the batch."""
    body = _BODY.format(code=_CODES[status])
    if status != 412 or not is_batch:
        return web.Response(status=status, text=body, content_type="application/json")
    headers = {"Content-Type": "multipart/mixed; boundary=batchresponse_1"}
    return web.Response(status=202, headers=headers, body=_CHANGESET.format(status=status, body=body).encode())


def _passed(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that are not of one connection."""
    return {name: value for name, value in headers.items() if name.lower() not in _OWN}
