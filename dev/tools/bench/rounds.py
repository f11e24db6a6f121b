"""Times two ways of the same work, round by round in turn, so that whatever slows the machine slows both."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from dev.tools.bench.cost import Comparison, Cost, median_of

ROUNDS = 20
LONGEST_ROUND = 32
"""Messages; what the app keeps warm is bounded, and a round makes its messages before it handles them."""
SHORTEST_ROUND_MS = 20
"""Of the processor, as far as `LONGEST_ROUND` allows: the first messages of a round find cold caches."""

type _Handle[T] = Callable[[Sequence[T]], Awaitable[None]]


class Work[T](Protocol):
    """What is timed: `handle` with what `make` gives for one message, `at_once` at the same time."""

    @property
    def at_once(self) -> int: ...

    async def make(self) -> T: ...

    async def handle(self, given: T) -> None: ...


async def compare[T, U](app: Work[T], bare: Work[U], messages: int, advance: Callable[[int], None]) -> Comparison:
    """The median round of each, a message, after a round that does not count.

    Args:
        messages: How many to handle each way, at least.
        advance: Told how many of them are over.
    """
    rounds = max(min(ROUNDS, messages), math.ceil(messages / LONGEST_ROUND))
    size = max(messages // rounds, app.at_once)
    warming = await _round(app, size)
    await _round(bare, size)
    size = max(size, min(math.ceil(SHORTEST_ROUND_MS / warming.cpu_ms), LONGEST_ROUND))
    app_rounds: list[Cost] = []
    bare_rounds: list[Cost] = []
    for _ in range(rounds):
        app_rounds.append(await _round(app, size))
        bare_rounds.append(await _round(bare, size))
        advance(messages // rounds)
    return Comparison(app=median_of(app_rounds), bare=median_of(bare_rounds))


async def alone[T](work: Work[T], messages: int) -> Cost:
    """The median round of one way, a message, after a round that does not count."""
    size = max(messages // ROUNDS, 1)
    rounds = [await _round(work, size) for _ in range(max(messages // size, 1) + 1)]
    return median_of(rounds[1:])


async def _round[T](work: Work[T], size: int) -> Cost:
    handle = _at_once(work.handle) if work.at_once > 1 else _in_a_loop(work.handle)
    return await _time(handle, [await work.make() for _ in range(size)])


def _in_a_loop[T](handle_one: Callable[[T], Awaitable[None]]) -> _Handle[T]:
    async def handle(given: Sequence[T]) -> None:
        for each in given:
            await handle_one(each)

    return handle


def _at_once[T](handle_one: Callable[[T], Awaitable[None]]) -> _Handle[T]:
    async def handle(given: Sequence[T]) -> None:
        await asyncio.gather(*map(handle_one, given))

    return handle


async def _time[T](handle: _Handle[T], given: Sequence[T]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    await handle(given)
    cpu_seconds, wall_seconds = time.process_time() - cpu, time.perf_counter() - wall
    return Cost(cpu_ms=cpu_seconds * 1000 / len(given), wall_ms=wall_seconds * 1000 / len(given))
