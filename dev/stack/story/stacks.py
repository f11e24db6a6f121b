"""The stack that a command plays on: the one of a ready file, or one of its own on free ports with temporary data."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console

from dev.stack.running import running_stack
from dev.stack.story.addresses import Addresses
from dev.stack.story.errors import StoryError
from dev.stack.whatsapp.catalogue import Provider

_LAST_LINES = 30


@asynccontextmanager
async def chosen_stack(
    ready_file: Path | None, console: Console, provider: Provider | None = None
) -> AsyncIterator[Addresses]:
    """`provider` is where the numbers of one of its own are, if not where the configuration says.

    Raises StoryError or StackError if there is none; one of its own ends with the block.

    A StoryError of the block gets the last lines of its own stack's log.
    """
    if ready_file:
        yield Addresses.read(ready_file)
        return
    with tempfile.TemporaryDirectory(prefix="contact-centre-") as folder:
        console.print("Starting a stack on free ports, with temporary data …")
        async with running_stack(data=Path(folder), provider=provider) as stack:
            try:
                yield Addresses.of(stack.ready)
            except StoryError as error:
                lines = stack.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
                raise StoryError("\n".join([str(error), "The last lines of the stack's log:", *lines])) from error
