"""Put a stack under the load of many customers; ends 1 if anything was lost, doubled or disordered."""

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console

from dev.stack.errors import StackError
from dev.stack.parts import REPOSITORY
from dev.stack.story.api import ContactCentre
from dev.stack.story.calls import client
from dev.stack.story.errors import StoryError
from dev.stack.story.phones import Phones
from dev.stack.story.stacks import chosen_stack
from dev.tools.simulation.load import Load, new_customers
from dev.tools.simulation.progress import showing
from dev.tools.simulation.report import series, show
from dev.tools.simulation.simulation import Outcome, Simulation

_INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=200, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument(
        "--rate", type=float, default=50, metavar="N", help="texts a second, of all together (default: %(default)s)"
    )
    parser.add_argument("--seconds", type=float, default=60, metavar="N", help="how long (default: %(default)s)")
    parser.add_argument(
        "--ready-file", type=Path, metavar="FILE", help="use the stack that wrote this file, not one of its own"
    )
    parser.add_argument(
        "--plot",
        type=Path,
        default=REPOSITORY / ".local" / "simulation.png",
        metavar="FILE",
        help="picture (PNG) of the latency over time (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    try:
        load = Load(customers=arguments.customers, rate=arguments.rate, seconds=arguments.seconds)
        outcome = asyncio.run(_simulate(load, arguments.ready_file, console))
    except (StackError, StoryError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    show(outcome, console)
    _draw(outcome, load, arguments.plot)
    console.print(f"Latency over time: {arguments.plot}", soft_wrap=True)
    return 0 if outcome.is_clean else 1


async def _simulate(load: Load, ready_file: Path | None, console: Console) -> Outcome:
    async with chosen_stack(ready_file, console) as addresses, client() as http:
        phones = Phones(http, addresses.whatsapp)
        simulation = Simulation(
            load,
            customers=new_customers(load.customers),
            phones=phones,
            supervisor=ContactCentre(http, addresses, agent="simulation", role="Supervisor"),
            channel=(await phones.channels())[0],
        )
        async with showing(load, simulation.watch, console):
            return await simulation.run()


def _draw(outcome: Outcome, load: Load, file: Path) -> None:
    from dev.tools.simulation.plot import draw  # here, because matplotlib takes a second to import

    title = f"Latency under load: {load.customers} customers, {load.rate:g} texts a second for {load.seconds:g} s"
    draw(series(outcome), title, file)
