"""Measure what the app costs beside the bare SDK calls, its cold start, rules beside other engines, and turns.

Exit code 0 whatever the figures are, 1 if they could not be measured.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from dev.stack.errors import StackError
from dev.tools.bench.bench import STEPS, WATCHED, run_bench
from dev.tools.bench.errors import BenchError
from dev.tools.bench.report import (
    Measured,
    calls_table,
    cost_table,
    day_line,
    distribution_table,
    figures,
    rules_table,
    telemetry_table,
)
from dev.tools.bench.rules import SIZES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures to this file, too")
    parser.add_argument("--messages", type=_positive, default=200, metavar="N", help="a step (default: %(default)s)")
    parser.add_argument("--imports", type=_positive, default=5, metavar="N", help="cold starts (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    console = Console()
    try:
        measured = _measure(arguments.messages, arguments.imports, console)
    except (StackError, BenchError) as error:
        print(error, file=sys.stderr)
        return 1
    tables = (
        cost_table(measured),
        day_line(measured),
        calls_table(measured),
        telemetry_table(measured),
        rules_table(measured),
        distribution_table(measured.distributed),
    )
    console.print(*tables, sep="\n\n", highlight=False)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures(measured), indent=2) + "\n", encoding="utf-8")
    return 0


def _measure(messages: int, imports: int, console: Console) -> Measured:
    """The bar is drawn between rounds only, so that drawing it costs nothing that is measured."""
    with Progress(console=console, auto_refresh=False, transient=True) as progress:
        total = (len(STEPS) + len(WATCHED)) * messages + 2 * imports + len(SIZES) + 2
        bar = progress.add_task("Starting the services", total=total)

        def advance(what: str, by: int) -> None:
            progress.update(bar, description=f"Measuring {what}", advance=by, refresh=True)

        return asyncio.run(run_bench(messages, imports, advance))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
