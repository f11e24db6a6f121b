"""Delivers to a webhook until it has taken what it is brought, at least once: with pauses that grow, and an end.

The pauses, and the days for which a provider tries, are shortened for local use.
"""

import asyncio
from collections.abc import Awaitable, Callable, Container, Coroutine, Iterator
from itertools import chain, repeat
from logging import ERROR, WARNING
from typing import Any, Self

import aiohttp

_STEPS = (0.5, 1.0, 2.0, 5.0)
_LAST_STEP = 10.0
_KEEPS_TRYING = 600.0

type Outcome = int | str
"""The status of an answer, or what went wrong on the way."""


class Deliveries:
    """What is under way to one webhook, as an asynchronous context manager; its end drops it.

    Attributes:
        session: With which the webhook is called; None before and after.
    """

    def __init__(self, *, answer_within: float, step_scale: float) -> None:
        self._answer_within = aiohttp.ClientTimeout(total=answer_within)
        self._step_scale = step_scale
        self._tasks: set[asyncio.Task[None]] = set()
        self.session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession(timeout=self._answer_within)
        return self

    async def __aexit__(self, *_: object) -> None:
        session, self.session = self.session, None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if session:
            await session.close()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Starts something and returns at once."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def pause(self, seconds: float) -> None:
        """Waits, shortened as all pauses are."""
        await asyncio.sleep(seconds * self._step_scale)

    async def keep_trying(
        self,
        attempt: Callable[[], Awaitable[Outcome]],
        tell: Callable[[int, str], None],
        *,
        taken: Container[Outcome],
        final: Container[Outcome] = (),
    ) -> bool:
        """Whether it was taken in the end; `tell` is given a level and words for the log.

        `taken` and `final` are the answers after which it is not tried again, since it is safe, or since it never is.
        """
        tried_for = 0.0
        for step in _steps():
            outcome = await attempt()
            if outcome in taken:
                return True
            if outcome in final:
                tell(ERROR, f"LOST: the webhook answered {outcome}, which is never tried again")
                return False
            if tried_for >= _KEEPS_TRYING:
                tell(ERROR, f"LOST: given up after {tried_for:.0f} s, the last answer was {outcome}")
                return False
            if tried_for == 0:
                tell(WARNING, f"the webhook answered {outcome}; trying again for {_KEEPS_TRYING / 60:.0f} minutes")
            await self.pause(step)
            tried_for += step
        return False


async def outcome_of(request: Any) -> Outcome:
    """Makes a request, and says how it ended."""
    try:
        async with request as answer:
            status: int = answer.status
            return status
    except (aiohttp.ClientError, TimeoutError) as error:
        return nothing(error)


def nothing(error: Exception) -> str:
    """What is said of a request that had no answer."""
    return f"nothing ({type(error).__name__})"


def _steps() -> Iterator[float]:
    return chain(_STEPS, repeat(_LAST_STEP))
