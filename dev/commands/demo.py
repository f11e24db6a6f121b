"""Play the whole story on a stack of its own, and check that each step comes true."""

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console

from dev.commands.up import add_provider
from dev.stack.errors import StackError
from dev.stack.story.calls import client
from dev.stack.story.errors import StoryError
from dev.stack.story.files_and_failures import what_becomes_of_replies
from dev.stack.story.scenes import an_answer_comes_a_day_late, the_first_story
from dev.stack.story.stacks import chosen_stack
from dev.stack.story.stage import Stage
from dev.stack.story.transcript import Transcript

_PATIENCE_SECONDS = 30.0
_INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ready-file", type=Path, metavar="FILE", help="play on the stack that wrote this file, not on one of its own"
    )

    add_provider(parser)


def run(arguments: argparse.Namespace) -> int:
    try:
        asyncio.run(_demo(arguments, Console(highlight=False)))
    except (StackError, StoryError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


async def _demo(arguments: argparse.Namespace, console: Console) -> None:
    async with chosen_stack(arguments.ready_file, console, arguments.provider) as addresses, client() as http:
        transcript = Transcript(console, patience=_PATIENCE_SECONDS)
        stage = await Stage.enter(http, addresses, transcript)
        await stage.supervisor.check_configured()
        await the_first_story(stage)
        await an_answer_comes_a_day_late(stage)
        await what_becomes_of_replies(stage)
    console.print("\nEach step came true.")
