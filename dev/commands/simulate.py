"""Put a stack under the load of many customers; ends 1 if anything was lost, doubled or disordered.

Then it measures how many messages of an average day one core sustains, beside the bare SDK calls. With --agents a team
plays a day instead: it also ends 1 if a conversation reached nobody, or two at once, or an agent had too much.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console

from dev.commands.up import add_provider
from dev.stack.errors import StackError
from dev.stack.parts import REPOSITORY
from dev.stack.story.api import ContactCentre
from dev.stack.story.calls import client
from dev.stack.story.errors import StoryError
from dev.stack.story.phones import Phones
from dev.stack.story.stacks import chosen_stack
from dev.tools.bench.bench import bare_day
from dev.tools.bench.errors import BenchError
from dev.tools.day import sustained
from dev.tools.simulation.day import MESSAGES, Day, Worker
from dev.tools.simulation.load import Load, new_customers
from dev.tools.simulation.progress import showing, showing_shift
from dev.tools.simulation.report import series, show, show_shift
from dev.tools.simulation.shift import Shift
from dev.tools.simulation.simulation import Outcome, Simulation
from dev.tools.simulation.team import Team

_INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=200, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument(
        "--rate", type=float, default=50, metavar="N", help="texts a second, of all together (default: %(default)s)"
    )
    parser.add_argument("--seconds", type=float, default=60, metavar="N", help="how long (default: %(default)s)")
    parser.add_argument("--agents", type=int, metavar="N", help="let so many agents answer, and end, what is written")
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

    add_provider(parser)


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    try:
        load = Load(customers=arguments.customers, rate=arguments.rate, seconds=arguments.seconds)
        if arguments.agents:
            return 0 if asyncio.run(_play_a_day(load, arguments, console)) else 1
        outcome, day_ms = asyncio.run(_simulate(load, arguments, console))
    except (StackError, StoryError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    _draw(outcome, load, arguments.plot)
    console.print(f"Latency over time: {arguments.plot}", soft_wrap=True)
    if day_ms:
        _compare_with_bare_calls(day_ms, console)
    return 0 if outcome.is_clean else 1


async def _simulate(load: Load, arguments: argparse.Namespace, console: Console) -> tuple[Outcome, float | None]:
    """What became of the load, and what a message of an average day cost after it, if that could be measured."""
    async with chosen_stack(arguments.ready_file, console, arguments.provider) as addresses, client() as http:
        phones = Phones(http, addresses.whatsapp)
        supervisor = ContactCentre(http, addresses, agent="simulation", role="Supervisor")
        channel = (await phones.channels())[0]
        customers = new_customers(load.customers)
        simulation = Simulation(load, customers=customers, phones=phones, supervisor=supervisor, channel=channel)
        async with showing(load, simulation.watch, console):
            outcome = await simulation.run()
        show(outcome, console)
        if not outcome.is_clean or not addresses.worker:
            return outcome, None
        conversations = [(phone, each[-1]) for phone, each in simulation.watch.conversations.items()]
        day = Day(conversations=conversations, phones=phones, supervisor=supervisor, channel=channel)
        return outcome, await _measured(day, Worker(http=http, address=addresses.worker), console)


async def _play_a_day(load: Load, arguments: argparse.Namespace, console: Console) -> bool:
    """Whether a team of so many agents served the load well."""
    async with chosen_stack(arguments.ready_file, console, arguments.provider) as addresses, client() as http:
        phones = Phones(http, addresses.whatsapp)
        supervisor = ContactCentre(http, addresses, agent="simulation", role="Supervisor")
        names = [f"agent-{number}" for number in range(1, arguments.agents + 1)]
        team = {name: ContactCentre(http, addresses, agent=name, role="Agent") for name in names}
        shift = Shift(
            load,
            customers=new_customers(load.customers),
            phones=phones,
            supervisor=supervisor,
            team=Team(supervisor, team),
            channel=(await phones.channels())[0],
        )
        async with showing_shift(load, shift, console):
            outcome = await shift.run()
        show_shift(outcome, console)
        return outcome.is_clean


async def _measured(day: Day, worker: Worker, console: Console) -> float | None:
    """What a message of the day costs; None, and why, if that can't be measured, which spoils no outcome."""
    console.print("Measuring an average day …")
    try:
        return await day.cost(worker)
    except StoryError as error:
        console.print(f"An average day was not measured: {error}", soft_wrap=True)
        return None


def _compare_with_bare_calls(day_ms: float, console: Console) -> None:
    try:
        console.print(sustained(day_ms, asyncio.run(bare_day(MESSAGES))), soft_wrap=True)
    except (StackError, BenchError) as error:
        console.print(f"The bare calls of an average day were not measured: {error}", soft_wrap=True)


def _draw(outcome: Outcome, load: Load, file: Path) -> None:
    from dev.tools.simulation.plot import draw  # here, because matplotlib takes a second to import

    title = f"Latency under load: {load.customers} customers, {load.rate:g} texts a second for {load.seconds:g} s"
    draw(series(outcome), title, file)
