"""The control port: what a test or a person may see and do that a client of Service Bus can't.

| call | does |
|---|---|
| `GET /queues` | of each queue `active`, `locked`, `deferred`, `scheduled`, `deadLetter`, `sessions`, `accepting` |
| `POST /clock {"advance": seconds}` | makes what waits older: scheduled messages and remembered message ids; no locks |
| `POST /connections/cut` | drops every connection at once |
| `POST /outage {"seconds": s}` | drops every connection, and each new one too for a while |

A message counts once: `active` waits to be received, `locked` is with a receiver. `sessions` are those with messages;
`accepting` receivers wait for one.
"""

from dataclasses import asdict

from aiohttp import web

from dev.stack.servicebus.broker import Broker
from dev.stack.servicebus.server import Server


def build_control(broker: Broker, server: Server) -> web.Application:
    """Return the web application that controls `broker` and `server`."""

    async def queues(_: web.Request) -> web.Response:
        counts = {name: asdict(queue.counts()) for name, queue in broker.queues.items()}
        for count in counts.values():
            count["deadLetter"] = count.pop("dead_letter")
        return web.json_response(counts)

    async def clock(request: web.Request) -> web.Response:
        broker.clock.advance(await _seconds(request, "advance"))
        broker.tick()
        return web.json_response({"ahead": broker.clock.ahead.total_seconds()})

    async def cut(_: web.Request) -> web.Response:
        return web.json_response({"cut": server.cut_connections()})

    async def outage(request: web.Request) -> web.Response:
        server.begin_outage(await _seconds(request, "seconds"))
        return web.json_response({})

    application = web.Application()
    application.add_routes(
        [
            web.get("/queues", queues),
            web.post("/clock", clock),
            web.post("/connections/cut", cut),
            web.post("/outage", outage),
        ]
    )
    return application


async def _seconds(request: web.Request, name: str) -> float:
    """Return the positive number `name` of the JSON body; answer 400 to anything else."""
    try:
        seconds = float((await request.json())[name])
    except (ValueError, TypeError, KeyError):
        seconds = -1
    if seconds <= 0:
        raise web.HTTPBadRequest(text=f'the body must be {{"{name}": <seconds, more than 0>}}\n')
    return seconds
