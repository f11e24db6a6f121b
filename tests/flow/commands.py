"""Commands of `python -m dev` as processes, the way a person or CI runs them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from dev.stack.parts import REPOSITORY
from dev.stack.ports import reserve_range


async def finished(*words: str | Path, within: float = 240) -> tuple[int | None, str]:
    """The exit code of a command, and all that it printed."""
    process = await _started(*words)
    try:
        async with asyncio.timeout(within):
            printed, _ = await process.communicate()
    finally:
        _kill(process)
    return process.returncode, printed.decode()


@asynccontextmanager
async def kept_up(
    folder: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m dev run` with its data and ready file in `folder`; killed at the end if it still runs."""
    base, mark = reserve_range()
    with mark:
        where = ("--ready-file", folder / "ready.json", "--data", folder / "azurite", "--log", folder / "log")
        process = await _started("run", *where, "--port-base", str(base), environment=environment)
        try:
            yield process
        finally:
            _kill(process)
            await process.wait()


async def printed_until(process: asyncio.subprocess.Process, line: str, within: float = 120) -> str:
    """What the process prints up to the line that has `line` in it."""
    assert process.stdout
    printed = ""
    async with asyncio.timeout(within):
        while line not in printed:
            read = await process.stdout.readline()
            assert read, f"it ended without “{line}”:\n{printed}"
            printed += read.decode()
    return printed


async def interrupted(process: asyncio.subprocess.Process) -> int:
    """The exit code after Ctrl-C."""
    os.killpg(process.pid, signal.SIGINT)
    async with asyncio.timeout(20):
        await process.communicate()
        return await process.wait()


async def _started(*words: str | Path, environment: Mapping[str, str] | None = None) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dev", *map(str, words)),
        cwd=REPOSITORY,
        env=os.environ | dict(environment or {}),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
