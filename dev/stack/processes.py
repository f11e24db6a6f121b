"""Starts a part as a process on a leash, waits until it answers, and ends it."""

import asyncio
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from dev.stack.errors import StackError
from dev.stack.parts import REPOSITORY, Part
from dev.stack.view import Output

_READY_SECONDS = 90.0
_END_SECONDS = 4.5
_LAST_WORDS_SECONDS = 1.0
_PIECE_BYTES = 65_536


class PartProcess:
    """The process of one part."""

    def __init__(
        self, part: Part, process: asyncio.subprocess.Process, handing_on: asyncio.Task[None] | None = None
    ) -> None:
        self.part = part
        self._process = process
        self._handing_on = handing_on

    @classmethod
    async def start(cls, part: Part, environment: Mapping[str, str], output: Output | None = None) -> "PartProcess":
        """Start a part; `output` takes what it prints, unless that has a file of its own."""
        with ExitStack() as files:
            piped = asyncio.subprocess.PIPE if output else None
            printed = files.enter_context(part.output.open("wb")) if part.output else piped
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "dev.stack.leash", str(part.folder), *part.command),
                cwd=REPOSITORY,
                env=dict(environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=printed,
                stderr=asyncio.subprocess.STDOUT if printed else None,
            )
        if not (output and process.stdout):
            return cls(part, process)
        return cls(part, process, asyncio.create_task(_hand_on(part.name, process.stdout, output)))

    async def wait_ready(self) -> None:
        """Wait until every port takes a connection. Raises StackError if the process ends or takes too long."""
        ended = asyncio.create_task(self.wait())
        ready = asyncio.create_task(self._wait_ports())
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await asyncio.wait([ended, ready], return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            raise StackError(f"{self._name} did not answer within {_READY_SECONDS:.0f} s.") from None
        finally:
            ready.cancel()
            ended.cancel()
        if not ready.done() or ready.cancelled():
            raise self.death()

    async def wait(self) -> int:
        return await self._process.wait()

    def death(self) -> StackError:
        """The error that says that this process ended by itself."""
        code = self._process.returncode
        where = f" What it said is in {self.part.output}." if self.part.output else ""
        return StackError(f"{self._name} ended by itself with code {code}, so the stack ends.{where}")

    async def end(self) -> None:
        """Ask the process to end, and kill it if it does not."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._handing_on:
            await asyncio.wait([self._handing_on], timeout=_LAST_WORDS_SECONDS)
            self._handing_on.cancel()

    @property
    def _name(self) -> str:
        return self.part.name[0].upper() + self.part.name[1:]

    async def _wait_ports(self) -> None:
        for port in self.part.ports:
            while True:
                if await _answers(port):
                    break
                await asyncio.sleep(0.05)


async def _hand_on(name: str, printed: asyncio.StreamReader, output: Output) -> None:
    """Hand on line by line what a process prints, however long a line is."""
    rest = b""
    while piece := await printed.read(_PIECE_BYTES):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            output(name, line.decode(errors="replace"))
    if rest:
        output(name, rest.decode(errors="replace"))


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
