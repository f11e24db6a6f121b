"""Does the same to many things, some of them at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

_AT_ONCE: Final = 16


async def each_of[Thing, Result](
    things: Iterable[Thing], work: Callable[[Thing], Awaitable[Result]], *, at_once: int = _AT_ONCE
) -> list[Result]:
    """Return what `work` makes of each, in order; never more than `at_once` of them under way."""
    places = asyncio.Semaphore(at_once)

    async def one(thing: Thing) -> Result:
        async with places:
            return await work(thing)

    return await asyncio.gather(*(one(thing) for thing in things))
