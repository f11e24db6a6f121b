"""A stack of one's own, for tests and commands: starts `python -m dev up` on free ports and ends it afterwards."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import aiohttp

from dev.stack.errors import StackError
from dev.stack.parts import REPOSITORY
from dev.stack.ports import reserve_range
from dev.stack.whatsapp.catalogue import Provider

_READY_SECONDS = 120.0
_END_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningStack:
    """A stack that is up: the ready file's content, what it printed so far, and its process group."""

    ready: dict[str, Any]
    log: Path
    group: int

    async def worker_pid(self) -> int | None:
        """The process id of the Functions worker; None between two workers."""
        async with aiohttp.ClientSession() as session, session.get(self.ready["worker"]) as response:
            pid: int | None = (await response.json())["pid"]
            return pid


@asynccontextmanager
async def running_stack(
    *,
    data: Path,
    environment: Mapping[str, str] | None = None,
    app: Path = REPOSITORY,
    package: Path | None = None,
    provider: Provider | None = None,
) -> AsyncIterator[RunningStack]:
    """Start a stack with its data, log (`stack.log`) and ready file in the folder `data`, and end it when left.

    It runs `package` if one is given, else the folder `app`. `environment` adds to this process's own. `provider` is
    where the configuration's numbers are, if not where it says.
    Raises StackError, with what the stack printed, if it does not come up.
    """
    log, ready_file = data / "stack.log", data / "ready.json"
    _remove(ready_file)
    base, mark = reserve_range()
    with mark, _new_file(log) as output:
        what: tuple[object, ...] = ("--package", package) if package else ("--app", app)
        what += ("--provider", provider) if provider else ()
        command = ("up", "--ready-file", ready_file, "--port-base", base, "--data", data / "azurite", *what)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dev.stack.leash", str(REPOSITORY)),
            *(sys.executable, "-m", "dev", *map(str, command)),
            cwd=REPOSITORY,
            env=dict(os.environ) | dict(environment or {}),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            ready = await _wait_ready(process, ready_file)
            if ready is None:
                raise StackError(f"The stack did not come up:\n{_text(log)}")
            yield RunningStack(ready=ready, log=log, group=process.pid)
        finally:
            await _end(process)


async def _wait_ready(process: asyncio.subprocess.Process, ready_file: Path) -> dict[str, Any] | None:
    """What the ready file says; None if the process ended or took too long."""
    deadline = time.monotonic() + _READY_SECONDS
    while process.returncode is None and time.monotonic() < deadline:
        if _exists(ready_file):
            ready: dict[str, Any] = json.loads(_text(ready_file))
            return ready
        await asyncio.sleep(0.05)
    return None


async def _end(process: asyncio.subprocess.Process) -> None:
    """Interrupt the stack's process group, as Ctrl-C does; kill it if it does not end in time."""
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        async with asyncio.timeout(_END_SECONDS):
            await process.wait()
    except TimeoutError:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _new_file(file: Path) -> BinaryIO:
    file.parent.mkdir(parents=True, exist_ok=True)
    return file.open("wb")


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)


def _exists(file: Path) -> bool:
    return file.exists()


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
