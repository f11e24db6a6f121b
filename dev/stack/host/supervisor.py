"""Keeps one worker process alive and calls the functions in it.

Functions come in as `Invocation`s and end as a `Value`. A worker that dies, or is killed because a function ran longer
than `functionTimeout`, takes its running invocations with it (`WorkerLostError`), and another is started.
"""

import asyncio
import logging
import socket
import sys
import uuid
from datetime import timedelta
from pathlib import Path

from dev.stack.host.errors import HostError
from dev.stack.host.protocol import Function, Indexed, Invocation, Outcome, Refused, Value, read_message, write_message
from dev.stack.host.trace_context import invocation_in

_REPOSITORY = Path(__file__).parents[3]
_EARLY_DEATHS = 5
_GRACE_SECONDS = 3.0

log = logging.getLogger("host")


class AppRefusedError(HostError):
    """Raised when Azure would not load the app; the text is Azure's."""


class InvocationError(Exception):
    """Raised when the function raised; the text is its error."""


class WorkerLostError(Exception):
    """Raised when the worker process ended while the function ran, or the function ran too long."""


class WorkerProcess:
    """One worker process with its socket."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.functions: tuple[Function, ...] = ()
        self._process = process
        self._reader = reader
        self._writer = writer
        self._running: dict[str, asyncio.Future[Outcome]] = {}
        self._ended = False

    @classmethod
    async def start(cls, app: Path) -> "WorkerProcess":
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "dev.stack.host.worker", "--app", str(app), "--socket", str(theirs.fileno())),
                cwd=_REPOSITORY,
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
            )
        return cls(process, *await asyncio.open_connection(sock=ours))

    @property
    def pid(self) -> int:
        return self._process.pid

    async def index(self) -> bool:
        """Read the worker's first message; False if it died before. Raises AppRefusedError."""
        first = await read_message(self._reader)
        if isinstance(first, Refused):
            raise AppRefusedError(f"{first.reason}\n{first.stack_trace}".strip())
        if isinstance(first, Indexed):
            self.functions = first.functions
        return isinstance(first, Indexed)

    async def invoke(self, call: Invocation) -> Outcome:
        if self._ended or self._writer.is_closing():
            raise WorkerLostError("the worker process has ended")
        self._running[call.id] = asyncio.get_running_loop().create_future()
        try:
            write_message(self._writer, call)
            return await self._running[call.id]
        finally:
            del self._running[call.id]

    async def serve(self) -> None:
        """Hand outcomes to their callers until the process ends."""
        while isinstance(message := await read_message(self._reader), Outcome):
            waiting = self._running.get(message.invocation_id)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
        self._ended = True
        for waiting in self._running.values():
            if not waiting.done():
                waiting.set_exception(WorkerLostError("the worker process ended while the function ran"))

    def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()

    async def end(self) -> int:
        """Close the socket, which ends the process; kill it if it takes too long. Answers its exit code."""
        self._writer.close()
        try:
            async with asyncio.timeout(_GRACE_SECONDS):
                return await self._process.wait()
        except TimeoutError:
            self.kill()
            return await self._process.wait()


class Supervisor:
    """The worker of one app, started again whenever it dies."""

    def __init__(self, app: Path, *, function_timeout: timedelta | None, pid_file: Path | None = None) -> None:
        self._app = app
        self._function_timeout = function_timeout
        self._pid_file = pid_file
        self._worker: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        self._functions: tuple[Function, ...] | None = None
        self._others_found = asyncio.Event()

    async def run(self) -> None:
        """Keep a worker alive until cancelled. Raises AppRefusedError."""
        early_deaths = 0
        while early_deaths < _EARLY_DEATHS:
            indexed = await self._run_one()
            early_deaths = 0 if indexed else early_deaths + 1
            await asyncio.sleep(0.1 * early_deaths)
        raise AppRefusedError(f"the worker process ended {_EARLY_DEATHS} times in a row before it had loaded the app")

    async def functions(self) -> tuple[Function, ...]:
        """The functions of the app, once a worker has indexed it."""
        return (await self._ready()).functions

    async def other_functions(self) -> None:
        """Wait until a worker has indexed other functions than the one before it."""
        await self._others_found.wait()
        self._others_found.clear()

    @property
    def pid(self) -> int | None:
        """The process id of the worker that runs now, None between two workers."""
        return self._worker.result().pid if self._worker.done() else None

    async def invoke(
        self, function: Function, inputs: dict[str, Value], metadata: dict[str, Value], *, parent: str | None
    ) -> Value | None:
        """Call `function` and wait for its end. Raises InvocationError and WorkerLostError.

        `parent` is the `traceparent` of what calls it.
        """
        worker = await self._ready()
        if function not in worker.functions:
            raise WorkerLostError(f"the app has no function {function.name} any more")
        call = Invocation(
            id=str(uuid.uuid4()),
            function_id=function.id,
            inputs=inputs,
            metadata=metadata,
            traceparent=invocation_in(parent),
        )
        limit = self._function_timeout
        try:
            async with asyncio.timeout(limit.total_seconds() if limit else None):
                outcome = await worker.invoke(call)
        except TimeoutError:
            self._retire(worker)
            worker.kill()
            raise WorkerLostError(f"Timeout value of {limit} exceeded by function: {function.name}") from None
        if outcome.error is not None:
            raise InvocationError(outcome.error)
        return outcome.value

    async def _ready(self) -> WorkerProcess:
        return await asyncio.shield(self._worker)

    def _retire(self, worker: WorkerProcess) -> None:
        """Give this worker no more calls; they wait for the next one."""
        if self._worker.done() and self._worker.result() is worker:
            self._worker = asyncio.get_running_loop().create_future()

    async def _run_one(self) -> bool:
        worker = await WorkerProcess.start(self._app)
        indexed = False
        try:
            indexed = await worker.index()
            if indexed:
                if self._functions not in (None, worker.functions):
                    self._others_found.set()
                self._functions = worker.functions
                if self._pid_file is not None:
                    self._pid_file.write_text(f"{worker.pid}\n")
                self._worker.set_result(worker)
                await worker.serve()
        finally:
            self._retire(worker)
            code = await worker.end()
        log.warning("worker process %d ended with code %d; starting another", worker.pid, code)
        return indexed
