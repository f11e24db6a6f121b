"""Retries what a dependency did not do: with growing, jittered pauses (back-off), for a limited time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock

_FIRST_PAUSE = 0.2  # seconds
_LONGEST_PAUSE = 10.0


async def retry_while_unavailable[T](
    attempt: Callable[[], Awaitable[T]], clock: Clock, until: datetime, grace: timedelta = timedelta(0)
) -> T:
    """Do it; do it again while it raises Unavailable and the time is not over.

    An attempt that still runs then is cut off after `grace`.

    Raises:
        Unavailable: The last attempt's, or that the time was over.
    """
    pause = _FIRST_PAUSE
    try:
        async with asyncio.timeout((until + grace - clock.now()).total_seconds()):
            while True:
                try:
                    return await attempt()
                except Unavailable as error:
                    # Jitter, or workers that failed together would come back together.
                    wait = max(pause * (0.5 + clock.jitter()), error.retry_after or 0)
                    if clock.now() + timedelta(seconds=wait) > until:
                        raise
                await clock.sleep(wait)
                pause = min(pause * 2, _LONGEST_PAUSE)
    except TimeoutError as error:
        raise Unavailable("the time was over before the work was done") from error
