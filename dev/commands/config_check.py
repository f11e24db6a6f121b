"""Check contact_center.yaml; against an older one, also say what it takes away and what hangs on that."""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dev.stack.story.calls import client
from dev.stack.story.errors import StoryError
from dev.tools.environment import Environment, add_api_arguments
from shared.configuration import ConfigurationError
from shared.configuration.__main__ import main as check
from shared.configuration.taken_out import FIRST_ID, Outline, TakenOut, moved, taken_out

_BECOMES = {
    "queue": "its conversations stay, wait for nobody in it, and can be transferred",
    "channel": "its messages go to quarantine, and its conversations can't be answered; "
    "if its number moves, write its id under moved_from of the new one (docs/moving.md)",
    FIRST_ID: "its conversations can't be answered, and its customers are new ones; write it under moved_from",
    "workstream": "its conversations stay, and are given to nobody",
    "template": "it can't be sent any more",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, default=Path("contact_center.yaml"))
    parser.add_argument("--short-durations", action="store_true", help="as with the setting SHORT_DURATIONS")
    parser.add_argument("--against", type=Path, metavar="OLD", help="say what the file takes away from this one")
    add_api_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    file: Path = arguments.file
    wrong = check([str(file), *(["--short-durations"] if arguments.short_durations else [])])
    old: Path | None = arguments.against
    if wrong or old is None:
        return wrong
    try:
        before, after = (Outline.of(each.read_text(encoding="utf-8-sig")) for each in (old, file))
        gone = list(taken_out(before, after))
        running = asyncio.run(_running(arguments)) if arguments.api and gone else None
    except (OSError, ConfigurationError) as error:
        print(f"{old}: {error}", file=sys.stderr)
        return 1
    except StoryError as error:
        print(error, file=sys.stderr)
        return 1
    for each in moved(before, after):
        print(f"{each}; its conversations, contacts and held replies stay")
        if each.at is None:
            print(
                "  Without moved_from and moved_at what comes under the former id goes to quarantine (docs/moving.md)."
            )
        elif _has_passed(each.at):
            print("  That time has passed: right only where no message came by both meanwhile (docs/moving.md, way B).")
    print(f"{file} takes nothing away from {old}" if not gone else f"{file} takes away from {old}:")
    for what in gone:
        print(_told(what, running))
    return _ways_out(gone, running)


def _has_passed(moved_at: str) -> bool:
    """Whether a time is in the past, of a file that was checked before."""
    return datetime.fromisoformat(moved_at) < datetime.now(UTC)


async def _running(arguments: argparse.Namespace) -> Sequence[Mapping[str, Any]]:
    """The conversations that are not closed."""
    async with client() as http:
        return await Environment.of(http, arguments).items("/conversations", sort="recent")


def _told(each: TakenOut, running: Sequence[Mapping[str, Any]] | None) -> str:
    """What goes and what becomes of what it held; with the conversations that hang on it, if they were counted."""
    becomes = "texts go out in another language" if each.language else _BECOMES[each.kind]
    if running is None or each.kind == "template":
        return f"  {each}: {becomes}"
    count = sum(_hangs_on(conversation, each) for conversation in running)
    return f"  {each}: {count} running conversation{'' if count == 1 else 's'}; {becomes}"


def _hangs_on(conversation: Mapping[str, Any], each: TakenOut) -> bool:
    if each.channel_id:
        return bool(conversation["channel"]["id"].lower() == each.channel_id)
    same_language = each.language in (None, conversation["contact"].get("language"))
    return bool(conversation[each.kind] == each.name and same_language)


def _ways_out(gone: Sequence[TakenOut], running: Sequence[Mapping[str, Any]] | None) -> int:
    """Say how to empty the queues that go; 1 if there is something in one."""
    if running is None:
        if gone:
            print("With API=url it says how many running conversations hang on each.")
        return 0
    held = [each.name for each in gone if each.kind == "queue" and any(_hangs_on(one, each) for one in running)]
    for queue in held:
        print(f'Move what is in {queue} first, or afterwards: POST /queues/{queue}/drain {{"to": "<queue>"}}')
    return 1 if held else 0
