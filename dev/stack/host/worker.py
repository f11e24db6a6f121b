"""The worker process: runs one app with Microsoft's worker library, as Azure's own Python worker does.

Started by the host with one end of a socket pair. It indexes `function_app.py` of the app's folder and says what it
found, then runs invocations, many at a time, until the host closes the socket. `sys.path` has Azure's order: packages
that came with the app first, then installed ones, the app's folder last. The event loop is uvloop's, as in Azure.
"""

import argparse
import asyncio
import importlib
import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import uvloop

from dev.stack.host.protocol import (
    Function,
    Indexed,
    Invocation,
    Message,
    Outcome,
    Refused,
    Value,
    read_message,
    write_message,
)
from dev.stack.leash import die_with_parent
from dev.stack.log_lines import log_as_json

_PACKAGES: Final = Path(".python_packages", "lib", "site-packages")


class _Record(SimpleNamespace):
    """Stands for a protobuf message of the worker library: keeps its keyword arguments as attributes."""


class _StatusResult(_Record):
    Failure = 0
    Success = 1
    Cancelled = 2


class _BindingInfo(_Record):
    """Directions (`inout`, `out`) and data types, as numbered in the library's protocol."""

    inout = 2
    out = 1
    undefined = 0
    string = 1
    binary = 2
    stream = 3


_PROTOS = SimpleNamespace(
    WorkerInitResponse=_Record,
    WorkerMetadata=_Record,
    FunctionMetadataResponse=_Record,
    FunctionLoadResponse=_Record,
    RpcFunctionMetadata=_Record,
    RpcRetryOptions=_Record,
    RpcException=_Record,
    StatusResult=_StatusResult,
    BindingInfo=_BindingInfo,
)


class _Library:
    """The three calls of `azure_functions_runtime` that a host needs; imported only once `sys.path` is in order."""

    def __init__(self) -> None:
        self._runtime: Any = importlib.import_module("azure_functions_runtime")
        self._native: Any = importlib.import_module("azure_functions_runtime.native_invocation")
        self._datum: Any = importlib.import_module("azure_functions_runtime.bindings.datumdef").Datum
        self._runtime.start_threadpool_executor()

    async def index(self, app: Path) -> Indexed | Refused:
        request = SimpleNamespace(
            request=SimpleNamespace(
                worker_init_request=SimpleNamespace(capabilities={}, function_app_directory=str(app))
            ),
            properties={"host": "127.0.0.1", "protos": _PROTOS},
        )
        answer = (await self._runtime.worker_init_request(request)).result
        if answer.status != _StatusResult.Success:
            return Refused(reason=answer.exception.message, stack_trace=answer.exception.stack_trace)
        found = (await self._runtime.functions_metadata_request(request)).function_metadata_results
        if not found:
            return Refused(reason=f"No job functions found in {app}/function_app.py", stack_trace="")
        return Indexed(
            functions=tuple(
                Function(name=each.name, id=each.function_id, bindings=tuple(map(json.loads, each.raw_bindings)))
                for each in found
            )
        )

    async def invoke(self, call: Invocation) -> Outcome:
        succeeded, returned, _, error, _ = await self._native.invocation_request_native(
            call.id,
            call.function_id,
            [(name, self._encode(value)) for name, value in call.inputs.items()],
            {name: self._encode(value) for name, value in call.metadata.items()},
            trace_parent=call.traceparent,
        )
        if not succeeded:
            return Outcome(invocation_id=call.id, error=error)
        return Outcome(invocation_id=call.id, value=None if returned is None else self._decode(returned))

    def _encode(self, value: Value) -> Any:
        if value.type != "http":
            return self._datum(value.value, value.type)
        request = dict(value.value)
        body = self._datum(request.pop("body"), "bytes")
        return self._datum({name: self._strings(part) for name, part in request.items()} | {"body": body}, "http")

    def _strings(self, part: str | dict[str, str]) -> Any:
        if isinstance(part, str):
            return self._datum(part, "string")
        return {name: self._datum(text, "string") for name, text in part.items()}

    def _decode(self, datum: Any) -> Value:
        if datum.type != "http":
            return Value(type=datum.type, value=datum.value)
        answer = datum.value
        return Value(
            type="http",
            value={
                "status": int(answer["status_code"].value),
                "headers": {name: header.value for name, header in answer["headers"].items()},
                "cookies": [morsel.OutputString() for jar in answer["cookies"] or () for morsel in jar.values()],
                "body": answer["body"].value,
            },
        )


class _Worker:
    """Serves the host on `writer`; keeps the tasks of running invocations alive."""

    def __init__(self, library: _Library, writer: asyncio.StreamWriter) -> None:
        self._library = library
        self._writer = writer
        self._running: set[asyncio.Task[None]] = set()

    def start(self, call: Invocation) -> None:
        task = asyncio.create_task(self._invoke(call))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def send(self, message: Message) -> None:
        write_message(self._writer, message)

    async def _invoke(self, call: Invocation) -> None:
        self.send(await self._library.invoke(call))


async def _serve(app: Path, connection: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=connection)
    library = _Library()
    worker = _Worker(library, writer)
    worker.send(await library.index(app))
    while isinstance(message := await read_message(reader), Invocation):
        worker.start(message)


def _order_path_as_in_azure(app: Path) -> None:
    """Put the app's packages first, its folder last, and drop the places that are there by starting this module."""
    started_from = {"", str(Path.cwd()), str(app)}
    packages = app / _PACKAGES
    brought = [str(packages)] if packages.is_dir() else []
    sys.path[:] = [*brought, *(entry for entry in sys.path if entry not in started_from), str(app)]
    os.chdir(app)


def _log() -> None:
    """Log everything from INFO on, as Azure's worker hands it to the host; the app may be stricter."""
    log_as_json()
    logging.getLogger("azure.functions").setLevel(logging.WARNING)  # the library's own: a long line at every start


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.stack.host.worker", description=__doc__)
    parser.add_argument("--app", type=Path, required=True, help="folder with function_app.py")
    parser.add_argument("--socket", type=int, required=True, help="file descriptor of this side of the socket pair")
    arguments = parser.parse_args()
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a text stream in a process of its own
    _log()
    _order_path_as_in_azure(arguments.app.resolve())
    uvloop.run(_serve(arguments.app.resolve(), socket.socket(fileno=arguments.socket)))


if __name__ == "__main__":
    main()
