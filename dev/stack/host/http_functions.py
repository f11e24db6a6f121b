"""The HTTP functions: from a request to the route's function, and its answer back.

As in Azure: where several routes match, the function whose name comes first in the alphabet is called, however specific
the others are (Azure/azure-functions-host#9876); unknown route or method 404, missing key 401 without a body, an error
in the function 500; a worker that died under the call is 502.
"""

import logging
from collections.abc import Iterable

from aiohttp import web

from dev.stack.host.keys import carries_key
from dev.stack.host.protocol import Value
from dev.stack.host.routes import Route
from dev.stack.host.supervisor import InvocationError, Supervisor, WorkerLostError
from dev.stack.host.trace_context import FIELD
from dev.stack.host.triggers import AuthLevel, HttpTrigger

_LEFT_TO_THE_SERVER = {"content-length", "transfer-encoding", "connection", "date"}

log = logging.getLogger("host")


class HttpFunctions:
    """Answers every request that is not the host's own."""

    def __init__(self, triggers: Iterable[HttpTrigger], *, route_prefix: str, key: str, supervisor: Supervisor) -> None:
        by_name = sorted(triggers, key=lambda trigger: trigger.function.name.lower())
        self._routes = [(Route.parse(f"{route_prefix}/{trigger.route}"), trigger) for trigger in by_name]
        self._key = key
        self._supervisor = supervisor

    async def handle(self, request: web.Request) -> web.Response:
        found = self._find(request)
        if found is None:
            return web.Response(status=404)
        trigger, parameters = found
        if trigger.auth_level is not AuthLevel.ANONYMOUS and not carries_key(request, self._key):
            return web.Response(status=401)
        return await self._call(trigger, await _request(request, parameters), request.headers.get(FIELD))

    async def _call(self, trigger: HttpTrigger, value: Value, parent: str | None) -> web.Response:
        try:
            answer = await self._supervisor.invoke(trigger.function, {trigger.parameter: value}, {}, parent=parent)
        except InvocationError:
            log.error("%s failed: it raised an error; answered with 500", trigger.function.name)
            return web.Response(status=500)
        except WorkerLostError as error:
            log.error("%s failed: %s; answered with 502", trigger.function.name, error)
            return web.Response(status=502)
        return _response(answer)

    def _find(self, request: web.Request) -> tuple[HttpTrigger, dict[str, str]] | None:
        for route, trigger in self._routes:
            if not trigger.methods or request.method in trigger.methods:
                parameters = route.match(request.rel_url.raw_path)
                if parameters is not None:
                    return trigger, parameters
        return None


async def _request(request: web.Request, parameters: dict[str, str]) -> Value:
    headers: dict[str, str] = {}
    for name, text in request.headers.items():
        headers[name.lower()] = f"{headers[name.lower()]},{text}" if name.lower() in headers else text
    query = {name: ",".join(request.query.getall(name)) for name in request.query}
    return Value(
        type="http",
        value={
            "method": request.method,
            "url": str(request.url),
            "headers": headers,
            "params": parameters,
            "query": query,
            "body": await request.read(),
        },
    )


def _response(answer: Value | None) -> web.Response:
    if answer is None:
        return web.Response(status=204)
    if answer.type != "http":
        return web.Response(text=str(answer.value))
    response = web.Response(status=answer.value["status"], body=answer.value["body"])
    for name, text in answer.value["headers"].items():
        if name.lower() not in _LEFT_TO_THE_SERVER:
            response.headers[name] = text
    for cookie in answer.value["cookies"]:
        response.headers.add("Set-Cookie", cookie)
    return response
