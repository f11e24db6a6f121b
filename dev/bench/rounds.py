"""Times the app against the bare calls, round by round in turn, so that whatever slows the machine slows both."""

import gc
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from statistics import median

from dev.bench.bare import BareCalls
from dev.bench.steps import Step

ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one message costs this process, in milliseconds."""

    cpu_ms: float
    wall_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The median round of the app and of the bare calls."""

    app: Cost
    bare: Cost

    @property
    def cpu_ratio(self) -> float:
        return self.app.cpu_ms / self.bare.cpu_ms

    @property
    def wall_ratio(self) -> float:
        return self.app.wall_ms / self.bare.wall_ms


async def compare[T](step: Step[T], bare: BareCalls, messages: int, advance: Callable[[int], None]) -> Comparison:
    """Handle so many messages each way, after a round that does not count; `advance` is told how many are over."""
    rounds = min(ROUNDS, messages)
    size = max(messages // rounds, 1)
    numbers = count()
    app_rounds: list[Cost] = []
    bare_rounds: list[Cost] = []
    for _ in range(rounds + 1):
        app_rounds.append(await _time(step.handle, [step.make() for _ in range(size)]))
        bare_rounds.append(await _time(bare.message, [next(numbers) for _ in range(size)]))
        advance(size)
    return Comparison(app=_median(app_rounds[1:]), bare=_median(bare_rounds[1:]))


async def _time[T](handle: Callable[[T], Awaitable[object]], given: Sequence[T]) -> Cost:
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for each in given:
        await handle(each)
    cpu_seconds, wall_seconds = time.process_time() - cpu, time.perf_counter() - wall
    return Cost(cpu_ms=cpu_seconds * 1000 / len(given), wall_ms=wall_seconds * 1000 / len(given))


def _median(rounds: Sequence[Cost]) -> Cost:
    return Cost(cpu_ms=median(each.cpu_ms for each in rounds), wall_ms=median(each.wall_ms for each in rounds))
