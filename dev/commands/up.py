"""Start the local stack and keep it up until Ctrl-C."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from dev.stack.errors import StackError
from dev.stack.parts import REPOSITORY, HostKind
from dev.stack.ports import DEFAULT_BASE
from dev.stack.stack import StackOptions, run_stack
from dev.story.beside import beside

type Work = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

DEFAULT_READY_FILE = REPOSITORY / ".local" / "ready.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ready-file",
        type=Path,
        default=DEFAULT_READY_FILE,
        help="file for the addresses (default: %(default)s)",
    )
    parser.add_argument(
        "--port-base", type=int, default=DEFAULT_BASE, metavar="N", help="first of the 20 ports (default: %(default)s)"
    )
    parser.add_argument(
        "--host",
        type=HostKind,
        choices=list(HostKind),
        default=HostKind.EMBEDDED,
        help="embedded: the host of this repository (default); func: Azure Functions Core Tools",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=REPOSITORY / ".local" / "azurite",
        help="folder of the tables (default: %(default)s)",
    )
    parser.add_argument(
        "--app", type=Path, default=REPOSITORY, help="folder of the Functions app (default: %(default)s)"
    )


def run(arguments: argparse.Namespace) -> int:
    return keep_up(options_of(arguments), _nothing)


def options_of(arguments: argparse.Namespace) -> StackOptions:
    """The options that `add_arguments` reads."""
    return StackOptions(
        app=arguments.app.resolve(),
        data=arguments.data.resolve(),
        host=arguments.host,
        port_base=arguments.port_base,
        ready_file=arguments.ready_file.resolve(),
    )


def keep_up(options: StackOptions, work: Work) -> int:
    """Run the stack until Ctrl-C; once it is up, run `work` beside it, with what the ready file says.

    Returns the exit code.
    """
    try:
        asyncio.run(_run(options, work))
    except StackError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


async def _run(options: StackOptions, work: Work) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # blocked if this process is itself on a leash
    ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    async with beside(_once(ready, work)):
        await run_stack(options, os.environ, stop, ready)


async def _once(ready: asyncio.Future[dict[str, Any]], work: Work) -> None:
    await work(await ready)


async def _nothing(_: dict[str, Any]) -> None:
    """`up` plays nothing by itself."""
