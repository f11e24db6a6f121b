"""Runs one app: its worker, its HTTP server and its queue listeners, until told to stop."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from dev.host.event_grid import EventGridWebhook
from dev.host.http_functions import HttpFunctions
from dev.host.listener import QueueListener
from dev.host.settings import HostSettings, read_host_settings
from dev.host.supervisor import Supervisor
from dev.host.triggers import EventGridTrigger, HttpTrigger, QueueTrigger, Trigger, read_trigger

_MAX_BODY_BYTES = 100 * 1024 * 1024

log = logging.getLogger("host")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostOptions:
    """What to run and where; `key` is function, master and system key in one."""

    app: Path
    port: int
    key: str
    pid_file: Path | None = None


async def run_host(options: HostOptions, environment: Mapping[str, str], stop: asyncio.Event) -> None:
    """Run until `stop`. Raises HostError and OSError, in a group.

    A worker that finds other functions than the one before it (after a deployment) has them served instead.
    """
    settings = read_host_settings(options.app)
    supervisor = Supervisor(options.app, function_timeout=settings.function_timeout, pid_file=options.pid_file)
    async with asyncio.TaskGroup() as tasks:
        supervising = tasks.create_task(supervisor.run())
        while not stop.is_set():
            triggers = [read_trigger(function, environment) for function in await supervisor.functions()]
            for trigger in triggers:
                log.info("%s: %s", trigger.function.name, _describe(trigger, settings))
            queues = (trigger for trigger in triggers if isinstance(trigger, QueueTrigger))
            listening = [tasks.create_task(QueueListener(queue, settings, supervisor).run()) for queue in queues]
            async with _http_server(_web_application(triggers, options.key, settings, supervisor), options.port):
                log.info("listening on http://127.0.0.1:%d", options.port)
                await _first_of(stop.wait(), supervisor.other_functions())
            for task in listening:
                task.cancel()
        supervising.cancel()


async def _first_of(*waits: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def _http_server(application: web.Application, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()


def _web_application(
    triggers: Sequence[Trigger], key: str, settings: HostSettings, supervisor: Supervisor
) -> web.Application:
    event_grid = EventGridWebhook(
        (trigger for trigger in triggers if isinstance(trigger, EventGridTrigger)), key=key, supervisor=supervisor
    )
    functions = HttpFunctions(
        (trigger for trigger in triggers if isinstance(trigger, HttpTrigger)),
        route_prefix=settings.route_prefix,
        key=key,
        supervisor=supervisor,
    )

    async def worker(_: web.Request) -> web.Response:
        return web.json_response({"pid": supervisor.pid})

    application = web.Application(client_max_size=_MAX_BODY_BYTES)
    application.router.add_get("/admin/worker", worker)
    application.router.add_route("*", "/runtime/webhooks/{extension:(?i:eventgrid)}", event_grid.handle)
    application.router.add_route("*", "/{path:.*}", functions.handle)
    return application


def _describe(trigger: Trigger, settings: HostSettings) -> str:
    match trigger:
        case HttpTrigger():
            return f"{','.join(sorted(trigger.methods)) or 'any method'} /{settings.route_prefix}/{trigger.route}"
        case EventGridTrigger():
            return f"/runtime/webhooks/EventGrid?functionName={trigger.function.name}"
        case QueueTrigger():
            return f"queue {trigger.queue}{' (sessions)' if trigger.sessions else ''}"
