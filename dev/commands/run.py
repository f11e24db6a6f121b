"""Start the local stack, play a first story on fresh data, and stay up until Ctrl-C."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from dev.commands import up
from dev.stack.settings import TABLES
from dev.stack.story.addresses import Addresses
from dev.stack.story.calls import client
from dev.stack.story.errors import StoryError
from dev.stack.story.freshness import is_fresh
from dev.stack.story.scenes import Stage, a_customer_is_answered
from dev.stack.story.transcript import Transcript

add_arguments = up.add_arguments

_PATIENCE_SECONDS = 20.0


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    ready_file, data = arguments.ready_file.resolve(), arguments.data.resolve()
    return up.keep_up(arguments, lambda ready: _tell(ready, ready_file, data, console))


async def _tell(ready: dict[str, Any], ready_file: Path, data: Path, console: Console) -> None:
    """Say what can be done with the stack, and play the first story if nothing happened on it yet."""
    console.print(f"OpenAPI:    {ready['api']}/api/openapi.json", soft_wrap=True)
    try:
        addresses = Addresses.of(ready)
        if await is_fresh(ready["tables"] or os.environ[TABLES]):
            await _play(addresses, console)
        else:
            console.print(f"\n{_no_story(data if ready['tables'] else None)}", soft_wrap=True)
    except StoryError as error:
        console.print(f"\n{error}", soft_wrap=True)
    console.print(f"\nThe next message, until Ctrl-C:\n  {_say(ready_file)}", soft_wrap=True)


async def _play(addresses: Addresses, console: Console) -> None:
    """Play the first story, and print it when it has ended: the app's log lines would come in between."""
    console.print("\nPlaying a first story …")
    with console.capture() as told:
        try:
            async with client() as http:
                transcript = Transcript(console, patience=_PATIENCE_SECONDS)
                await a_customer_is_answered(await Stage.enter(http, addresses, transcript))
        except StoryError as error:
            console.print(f"\n{error}\nThe stack stays up all the same.", soft_wrap=True)
    print(told.get(), end="", flush=True)


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
