"""Runs one app: its worker, its HTTP server and its queue listeners, until told to stop."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from dev.stack.host.event_grid import EventGridWebhook
from dev.stack.host.http_functions import HttpFunctions
from dev.stack.host.listener import QueueListener
from dev.stack.host.settings import HostSettings, read_host_settings
from dev.stack.host.supervisor import Supervisor
from dev.stack.host.triggers import EventGridTrigger, HttpTrigger, QueueTrigger, Trigger, read_trigger

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
        await supervisor.functions()
        endpoints = _Endpoints(options.key, settings, supervisor)
        async with _http_server(endpoints.application(), options.port):
            log.info("listening on http://127.0.0.1:%d", options.port)
            while not stop.is_set():
                triggers = [read_trigger(function, environment) for function in await supervisor.functions()]
                for trigger in triggers:
                    log.info("%s: %s", trigger.function.name, _describe(trigger, settings))
                endpoints.serve(triggers)
                queues = (trigger for trigger in triggers if isinstance(trigger, QueueTrigger))
                listening = [tasks.create_task(QueueListener(queue, settings, supervisor).run()) for queue in queues]
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
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()


class _Endpoints:
    """The HTTP side of the functions that are served now."""

    def __init__(self, key: str, settings: HostSettings, supervisor: Supervisor) -> None:
        self._key = key
        self._settings = settings
        self._supervisor = supervisor
        self.serve([])

    def serve(self, triggers: Sequence[Trigger]) -> None:
        """Serve these from now on."""
        self._event_grid = EventGridWebhook(
            (trigger for trigger in triggers if isinstance(trigger, EventGridTrigger)),
            key=self._key,
            supervisor=self._supervisor,
        )
        self._functions = HttpFunctions(
            (trigger for trigger in triggers if isinstance(trigger, HttpTrigger)),
            route_prefix=self._settings.route_prefix,
            key=self._key,
            supervisor=self._supervisor,
        )

    def application(self) -> web.Application:
        """The server's routes."""
        application = web.Application(client_max_size=_MAX_BODY_BYTES)
        application.router.add_get("/admin/worker", self._worker)
        application.router.add_route("*", "/runtime/webhooks/{extension:(?i:eventgrid)}", self._webhook)
        application.router.add_route("*", "/{path:(?s:.*)}", self._call)
        return application

    async def _worker(self, _: web.Request) -> web.Response:
        return web.json_response({"pid": self._supervisor.pid})

    async def _webhook(self, request: web.Request) -> web.Response:
        return await self._event_grid.handle(request)

    async def _call(self, request: web.Request) -> web.Response:
        return await self._functions.handle(request)


def _describe(trigger: Trigger, settings: HostSettings) -> str:
    match trigger:
        case HttpTrigger():
            return f"{','.join(sorted(trigger.methods)) or 'any method'} /{settings.route_prefix}/{trigger.route}"
        case EventGridTrigger():
            return f"/runtime/webhooks/EventGrid?functionName={trigger.function.name}"
        case QueueTrigger():
            return f"queue {trigger.queue}{' (sessions)' if trigger.sessions else ''}"
