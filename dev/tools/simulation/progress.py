"""A simulation's progress on the terminal: what is stored, the rate, what is in flight and what is lost so far."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dev.stack.story.beside import beside
from dev.tools.simulation.load import Load
from dev.tools.simulation.shift import Shift
from dev.tools.simulation.watching import Watch

_REFRESH_SECONDS = 0.25


@asynccontextmanager
async def showing(load: Load, watch: Watch, console: Console) -> AsyncIterator[None]:
    """Show it while the block runs; a console that is no terminal gets the last state only."""

    def state() -> dict[str, Any]:
        stored = watch.written - watch.in_flight
        return {"completed": stored, "rate": watch.rate, "in_flight": watch.in_flight, "lost": watch.lost}

    told = "{task.fields[rate]:.0f}/s, {task.fields[in_flight]} in flight, {task.fields[lost]} lost so far"
    async with _showing("stored", load, told, state, console):
        yield


@asynccontextmanager
async def showing_shift(load: Load, shift: Shift, console: Console) -> AsyncIterator[None]:
    """The same for a day of a team."""

    def state() -> dict[str, Any]:
        return {"completed": shift.written, "ended": shift.team.ledger.ended}

    async with _showing("written", load, "{task.fields[ended]} conversations ended", state, console):
        yield


@asynccontextmanager
async def _showing(
    what: str, load: Load, told: str, state: Callable[[], dict[str, Any]], console: Console
) -> AsyncIterator[None]:
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn(told),
        TimeElapsedColumn(),
        console=console,
        auto_refresh=console.is_terminal,
    )
    bar = progress.add_task(what, total=load.texts, **state())

    def update() -> None:
        progress.update(bar, **state())

    with progress:
        async with beside(_repeat(update)):
            yield
        update()


async def _repeat(update: Callable[[], None]) -> None:
    while True:
        update()
        await asyncio.sleep(_REFRESH_SECONDS)
