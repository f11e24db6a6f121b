"""Write one message as a customer of the stack that is up."""

import argparse
import asyncio
import sys
from pathlib import Path

from dev.commands.up import DEFAULT_READY_FILE
from dev.stack.story.addresses import Addresses
from dev.stack.story.calls import client
from dev.stack.story.errors import StoryError
from dev.stack.story.phones import Phones
from dev.stack.whatsapp.phones import is_phone_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sender", metavar="FROM", help="the customer's number, such as +33612345678, or BSUID")
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument(
        "--ready-file",
        type=Path,
        default=DEFAULT_READY_FILE,
        help="where that stack wrote its addresses (default: %(default)s)",
    )
    parser.add_argument("--to", metavar="CHANNEL", help="name or id of a channel; not needed if there is only one")
    parser.add_argument("--at", metavar="TIME", help="when it was written, as in 2026-11-21T09:00:00Z (default: now)")
    parser.add_argument("--bsuid", help="the customer's WhatsApp user id, such as US.1349")


def run(arguments: argparse.Namespace) -> int:
    try:
        print(asyncio.run(_say(arguments)))
    except StoryError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _say(arguments: argparse.Namespace) -> str:
    """Returns the message's id."""
    if not is_phone_key(arguments.sender):
        raise StoryError(
            f"FROM has to be a number such as +33612345678, or a BSUID such as US.1349, not {arguments.sender!r}"
        )
    addresses = Addresses.read(arguments.ready_file)
    async with client() as http:
        return await Phones(http, addresses.whatsapp).write(
            arguments.sender, arguments.text, channel=arguments.to, at=arguments.at, bsuid=arguments.bsuid
        )
