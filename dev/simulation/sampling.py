"""How long it takes until a text is seen somewhere, of a sample of texts.

Looking costs the stack something too: not each text is looked for, and looking takes a fifth of the time at most.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from dev.simulation.load import Written
from dev.story.errors import StoryError


_REST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long something took; `at` is when it began. Both in seconds, `at` since the first text."""

    at: float
    seconds: float


@dataclass(slots=True, kw_only=True)
class Sampling:
    """Looks for its texts by `is_seen`, every `pause` seconds or more; a look that the stack refuses sees nothing."""

    is_seen: Callable[[Written], Awaitable[bool]]
    pause: float
    latencies: list[Latency] = field(default_factory=list, init=False)
    _waiting: list[Written] = field(default_factory=list, init=False)

    def add(self, text: Written) -> None:
        """Look for this text too."""
        self._waiting.append(text)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            began = time.monotonic()
            for text in tuple(self._waiting):
                if await self._look(text):
                    self._waiting.remove(text)
                    self.latencies.append(Latency(at=text.at, seconds=time.monotonic() - text.wrote))
            await rest(began, self.pause)

    async def _look(self, text: Written) -> bool:
        try:
            return await self.is_seen(text)
        except StoryError:
            return False


async def rest(began: float, pause: float) -> None:
    """Pause after looking since `began` (`time.monotonic`), `pause` seconds or longer."""
    await asyncio.sleep(max(pause, _REST * (time.monotonic() - began)))
