"""Start the local stack, play a first story on fresh data, and tell what happens until Ctrl-C."""

import argparse
import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from dev.commands import up
from dev.stack.errors import StackError
from dev.stack.parts import REPOSITORY
from dev.stack.settings import TABLES
from dev.stack.story.addresses import Addresses
from dev.stack.story.calls import client
from dev.stack.story.errors import StoryError
from dev.stack.story.freshness import is_fresh
from dev.stack.story.scenes import both_end_their_shift, the_first_story
from dev.stack.story.stage import Stage
from dev.stack.story.transcript import Transcript
from dev.stack.terminal.log_file import LogFile
from dev.stack.terminal.screen import Screen

_PATIENCE_SECONDS = 20.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    up.add_arguments(parser)
    parser.add_argument(
        "--log", type=Path, default=REPOSITORY / ".local" / "log", help="folder of the log (default: %(default)s)"
    )
    parser.add_argument("--verbose", action="store_true", help="show the log on the terminal, too")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    ready_file, data = arguments.ready_file.resolve(), arguments.data.resolve()
    try:
        log = LogFile(arguments.log.resolve(), datetime.now().astimezone())
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    with log:
        screen = Screen(console, log, verbose=arguments.verbose)
        return up.keep_up(arguments, screen, lambda ready: _tell(ready, ready_file, data, screen, console))


async def _tell(ready: dict[str, Any], ready_file: Path, data: Path, screen: Screen, console: Console) -> None:
    """Play the first story if nothing happened on the stack yet; tell what happens until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(screen.keep_telling())
        await _begin(ready, ready_file, data, screen, console)


async def _begin(ready: dict[str, Any], ready_file: Path, data: Path, screen: Screen, console: Console) -> None:
    try:
        async with client() as http:
            transcript = Transcript(console, patience=_PATIENCE_SECONDS)
            with screen.quiet():
                stage = await Stage.enter(http, Addresses.of(ready), transcript)
                await stage.supervisor.check_configured()
                is_first = await is_fresh(ready["tables"] or os.environ[TABLES])
                if is_first:
                    await the_first_story(stage)
                    await both_end_their_shift(stage)
        if not is_first:
            console.print(f"\n{_no_story(data if ready['tables'] else None)}", soft_wrap=True)
    except StoryError as error:
        console.print(
            f"\n{error}\nThe stack stays up all the same, and takes what customers write.", soft_wrap=True, markup=False
        )
    console.print("\n[bold]What happens now[/bold], until Ctrl-C.", soft_wrap=True)
    if ready["play"]:
        console.print(f"Write as a customer and answer as an agent: [cyan]{ready['play']}[/cyan]", soft_wrap=True)
    console.print(f"Write from a terminal: {_say(ready_file)}\n", soft_wrap=True)


def _no_story(data: Path | None) -> str:
    """Why none is played, and what to do; `data` is the folder of the tables, if they are this stack's."""
    why = "The tables hold data of an earlier run, so no first story is played."
    empty = f'\nTo start empty, end this, and: rm -r "{_from_here(data)}"' if data else ""
    return f"{why} The whole story: {_from_here(Path(sys.executable))} -m dev demo{empty}"


def _say(ready_file: Path) -> str:
    """The command with which a customer of this stack writes."""
    where = "" if ready_file == up.DEFAULT_READY_FILE else f' --ready-file "{ready_file}"'
    return f'{_from_here(Path(sys.executable))} -m dev say "+33612345678" "Où est ma facture ?"{where}'


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
