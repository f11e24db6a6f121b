"""Start the local stack and keep it up until Ctrl-C."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dev.stack.errors import StackError
from dev.stack.parts import REPOSITORY, HostKind
from dev.stack.ports import DEFAULT_BASE
from dev.stack.stack import StackOptions, run_stack
from dev.stack.story.beside import beside
from dev.stack.view import Plain, View
from dev.stack.whatsapp.catalogue import Provider
from dev.tools.package.errors import PackageError
from dev.tools.package.unpacking import unpacked

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
    add_provider(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--app", type=Path, default=REPOSITORY, help="folder of the Functions app (default: %(default)s)")
    what.add_argument("--package", type=Path, metavar="FILE", help="run the app of this package, not that of a folder")


def add_provider(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--provider",
        type=Provider,
        choices=list(Provider),
        help="whatsapp_cloud: the numbers are at Meta's Cloud API, whatever the configuration says of them",
    )


def run(arguments: argparse.Namespace) -> int:
    return keep_up(arguments, Plain(), _nothing)


def keep_up(arguments: argparse.Namespace, view: View, work: Work) -> int:
    """Run the stack until Ctrl-C; once it is up, run `work` beside it, with what the ready file says.

    `arguments` are those that `add_arguments` reads; `view` is told what happens. Returns the exit code.
    """
    try:
        with _app(arguments) as app:
            asyncio.run(_run(_options(arguments, app), view, work))
    except (StackError, PackageError) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


@contextmanager
def _app(arguments: argparse.Namespace) -> Iterator[Path]:
    """The folder of the app: of a package, one that lasts as long as the stack."""
    if arguments.package is None:
        yield arguments.app.resolve()
    else:
        with unpacked(arguments.package) as folder:
            print(f"The app is that of {arguments.package}", flush=True)
            yield folder


def _options(arguments: argparse.Namespace, app: Path) -> StackOptions:
    return StackOptions(
        app=app,
        data=arguments.data.resolve(),
        host=arguments.host,
        port_base=arguments.port_base,
        ready_file=arguments.ready_file.resolve(),
        provider=arguments.provider,
    )


async def _run(options: StackOptions, view: View, work: Work) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # blocked if this process is itself on a leash
    ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    async with beside(_once(ready, work)):
        await run_stack(options, os.environ, stop, ready, view)


async def _once(ready: asyncio.Future[dict[str, Any]], work: Work) -> None:
    await work(await ready)


async def _nothing(_: dict[str, Any]) -> None:
    """`up` plays nothing by itself."""
