"""Write all that is stored of a customer into one file, with the files that came and went."""

import argparse
import asyncio
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from dev.stack.story.calls import client
from dev.stack.story.errors import RefusedError, StoryError
from dev.tools.environment import Environment, add_api_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contact", metavar="CONTACT", help="the contact's id, as the API gives it")
    parser.add_argument("--to", type=Path, required=True, metavar="FILE", help="the zip file that is written")
    add_api_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_export(arguments))
    except (OSError, StoryError) as error:
        print(error, file=sys.stderr)
        return 1


async def _export(arguments: argparse.Namespace) -> int:
    """Write `contact.json`, and each file under the key of its message; one that can't be had is named there."""
    missing = 0
    async with client() as http:
        environment = Environment.of(http, arguments, role="Admin")
        items = await environment.items(f"/contacts/{arguments.contact}/export")
        with zipfile.ZipFile(arguments.to, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, item in enumerate(each for each in items if "media" in each):
                missing += not await _add_file(environment, archive, item, number)
            archive.writestr("contact.json", json.dumps({"items": items}, ensure_ascii=False, indent=1))
    print(f"{arguments.to}: {len(items)} rows, {missing or 'no'} files that nobody has any more.")
    return 0


async def _add_file(environment: Environment, archive: zipfile.ZipFile, item: dict[str, Any], number: int) -> bool:
    """Put the file of a message into the archive, and its name there into the message's row."""
    path = item["media"].removeprefix("/api")
    try:
        content = await environment.file(path)
    except RefusedError as refused:
        item["mediaMissing"] = str(refused)
        return False
    item["mediaFile"] = f"media/{number:05d}"
    archive.writestr(item["mediaFile"], content)
    return True
