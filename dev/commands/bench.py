"""Measure what the app costs beside the bare SDK calls, and its cold start."""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from dev.bench.bare import open_clients
from dev.bench.bench import STEPS, Bench
from dev.bench.errors import BenchError
from dev.bench.imports import ImportTimes, compare_imports
from dev.bench.report import Measured, figures, render
from dev.bench.services import running_services
from dev.stack.errors import StackError
from shared.adapters.azure import AzurePorts
from shared.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures to this file, too")
    parser.add_argument("--messages", type=int, default=150, metavar="N", help="messages a step (default: %(default)s)")
    parser.add_argument("--imports", type=int, default=5, metavar="N", help="cold starts (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    console = Console()
    try:
        steps, imports = asyncio.run(_measure(arguments.messages, arguments.imports, console))
    except (StackError, BenchError) as error:
        print(error, file=sys.stderr)
        return 1
    console.print(*render(steps, imports), sep="\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures(steps, imports), indent=2) + "\n", encoding="utf-8")
    return 0


async def _measure(messages: int, runs: int, console: Console) -> tuple[dict[str, Measured], ImportTimes]:
    with (
        tempfile.TemporaryDirectory() as data,
        Progress(console=console, auto_refresh=False, transient=True) as progress,
    ):
        bar = progress.add_task("Starting the services", total=len(STEPS) * messages + runs)

        def advance(by: int) -> None:
            progress.update(bar, advance=by, refresh=True)

        async with running_services(Path(data)) as settings, open_clients(settings) as clients:
            ports = AzurePorts(read_settings(settings))
            bench = Bench(ports=ports, clients=clients, settings=settings)
            steps = {}
            try:
                for name, kind in STEPS.items():
                    progress.update(bar, description=name, refresh=True)
                    steps[name] = await bench.measure(kind, messages, advance)
            finally:
                await ports.close()
        progress.update(bar, description="import", refresh=True)
        return steps, compare_imports(settings, advance, runs)
