"""Does the same to many things, some of them at once; lets a few in at once; or does something in the background."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any, Final

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


class Places:
    """Lets a few in at once; nobody waits for a place."""

    def __init__(self, number: int) -> None:
        self._free = number

    @contextmanager
    def take(self) -> Iterator[bool]:
        """Take a place for as long as this lasts; say whether there was one."""
        if self._free == 0:
            yield False
            return
        self._free -= 1
        try:
            yield True
        finally:
            self._free += 1


class Background:
    """Does what nobody waits for."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin something that goes on when whoever needed it is gone."""
        # A context of its own: it is no part of the trace of whoever happened to need it.
        task = asyncio.get_running_loop().create_task(work, context=Context())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
