"""The whole local stack: starts its parts in order, writes the ready file, and ends everything.

In: where the app and the data are, and the environment, whose own connections win over a part of the stack. Out: the
ready file while the stack is up (design: local stack), and progress on the terminal.
"""

import asyncio
import time
from collections.abc import Awaitable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.stack.at_meta import write_at_meta
from dev.stack.blobs import create_container
from dev.stack.data import held
from dev.stack.parts import (
    HostKind,
    Part,
    api_url,
    azurite,
    event_grid_url,
    functions_host,
    require_azurite,
    service_bus,
    webhook_url,
    whatsapp,
)
from dev.stack.ports import Ports, require_free
from dev.stack.processes import PartProcess
from dev.stack.ready_file import ReadyFile
from dev.stack.settings import (
    GRAPH_URL,
    KEY,
    MEDIA,
    SERVICE_BUS,
    TABLES,
    WHATSAPP,
    app_settings,
    local_connections,
    meta_settings,
)
from dev.stack.tables import create_tables
from dev.stack.view import View
from dev.stack.whatsapp.catalogue import Provider, is_at

_SIGNAL_DELAY_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    app: Path
    data: Path
    host: HostKind
    port_base: int
    ready_file: Path
    provider: Provider | None = None


async def run_stack(
    options: StackOptions,
    environment: Mapping[str, str],
    stop: asyncio.Event,
    ready: asyncio.Future[dict[str, Any]],
    view: View,
) -> None:
    """Run until `stop`; `ready` gets the content of the ready file once that is written.

    Raises StackError if a port or the data is taken, a part can't start, or one dies.
    """
    stack = _Stack(options, environment, view)
    async with AsyncExitStack() as ends:
        running = asyncio.create_task(stack.run(ends, ready))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
        if running.done() and not stop.is_set():
            await asyncio.wait([stopping], timeout=_SIGNAL_DELAY_SECONDS)
        stopping.cancel()
        if stop.is_set():
            view.ending()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        else:
            await running


class _Stack:
    def __init__(self, options: StackOptions, environment: Mapping[str, str], view: View) -> None:
        self._options = options
        self._view = view
        self._environment = environment
        self._ports = Ports(options.port_base)
        self._ready_file = ReadyFile(options.ready_file)
        given = {name for name in (SERVICE_BUS, TABLES, WHATSAPP) if environment.get(name)}
        connections = local_connections(self._ports)
        if TABLES in given:  # then Azurite, which keeps the blobs too, is not started
            connections[MEDIA] = ""
        self._own = {name: connections[name] for name in (SERVICE_BUS, TABLES, WHATSAPP) if name not in given}
        self._blobs = None if environment.get(MEDIA) else connections[MEDIA] or None
        self._settings = app_settings(options.app, connections, environment)
        self._configuration = options.app / self._settings.get("CONTACT_CENTER_FILE", "contact_center.yaml")
        self._is_at_meta = options.provider is Provider.WHATSAPP_CLOUD or is_at(
            Provider.WHATSAPP_CLOUD, self._configuration
        )
        if self._is_at_meta and WHATSAPP in self._own:
            secrets = meta_settings(self._ports)
            self._settings |= {name: value for name, value in secrets.items() if not environment.get(name)}

    async def run(self, ends: AsyncExitStack, ready: asyncio.Future[dict[str, Any]]) -> None:
        """Start every part, then wait for the first that dies, which raises. `ends` gets what ends them."""
        self._bring_to_meta()
        emulators, host = self._parts()
        wanted = {port: part.name for part in [*emulators, host] for port in part.ports}
        require_free(self._ports.base, wanted)
        if TABLES in self._own:
            require_azurite()
            ends.enter_context(held(self._options.data))
        self._ready_file.prepare()
        ends.callback(self._ready_file.remove)
        processes = [await self._start(part, self._environment, ends) for part in emulators]
        await asyncio.gather(*(self._timed(process.part.name, process.wait_ready()) for process in processes))
        await self._timed("the tables", create_tables(self._settings[TABLES]))
        if self._settings.get(MEDIA):
            await create_container(self._settings[MEDIA])
        processes.append(await self._start(host, self._settings, ends))
        await self._timed(host.name, processes[-1].wait_ready())
        self._ready_file.write(self._ready())
        self._view.ready(self._ready(), self._options.ready_file)
        ready.set_result(self._ready())
        deaths = [asyncio.create_task(process.wait()) for process in processes]
        await asyncio.wait(deaths, return_when=asyncio.FIRST_COMPLETED)
        raise next(process for process, death in zip(processes, deaths, strict=True) if death.done()).death()

    def _bring_to_meta(self) -> None:
        """Have the app and the phones read a copy of the configuration, if its numbers are to be at Meta."""
        if self._options.provider is Provider.WHATSAPP_CLOUD:
            self._configuration = write_at_meta(self._configuration, self._options.data)
            self._settings["CONTACT_CENTER_FILE"] = str(self._configuration)

    def _parts(self) -> tuple[list[Part], Part]:
        possible = {
            TABLES: azurite(self._ports, self._options.data),
            SERVICE_BUS: service_bus(self._ports),
            WHATSAPP: whatsapp(self._ports, self._configuration, without_sent=True),
        }
        host = functions_host(self._options.host, self._ports, self._options.app)
        return [part for name, part in possible.items() if name in self._own], host

    def _ready(self) -> dict[str, Any]:
        embedded = self._options.host is HostKind.EMBEDDED
        control = f"http://127.0.0.1:{self._ports.service_bus_control}"
        whatsapp = f"http://127.0.0.1:{self._ports.whatsapp}" if WHATSAPP in self._own else None
        return {
            "api": api_url(self._ports),
            "eventGrid": event_grid_url(self._ports),
            "webhook": webhook_url(self._ports),
            "key": KEY,
            "play": f"{whatsapp}/play" if whatsapp else None,
            "desk": f"{api_url(self._ports)}/api/desk",
            "whatsapp": whatsapp,
            **({"graph": whatsapp} if whatsapp and not self._environment.get(GRAPH_URL) else {}),
            "serviceBus": self._own.get(SERVICE_BUS),
            "tables": self._own.get(TABLES),
            "blobs": self._blobs,
            "serviceBusControl": control if SERVICE_BUS in self._own else None,
            "worker": f"{api_url(self._ports)}/admin/worker" if embedded else None,
        }

    async def _start(self, part: Part, environment: Mapping[str, str], ends: AsyncExitStack) -> PartProcess:
        process = await PartProcess.start(part, environment, self._view.output)
        ends.push_async_callback(process.end)
        return process

    async def _timed(self, name: str, starting: Awaitable[None]) -> None:
        began = time.monotonic()
        await starting
        self._view.started(name, time.monotonic() - began)
