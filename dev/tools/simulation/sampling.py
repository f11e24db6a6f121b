"""How long it takes until a text is seen somewhere, of a sample of texts.

Looking costs the stack something too: not each text is looked for, and the longer one takes the less often.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from dev.stack.story.errors import StoryError
from dev.tools.simulation.load import Written

_LOOKS_AT_ONCE = 2
_SHARE_OF_AGE = 0.2
_IDLE_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long something took; `at` is when it began. Both in seconds, `at` since the first text."""

    at: float
    seconds: float


@dataclass(slots=True, kw_only=True)
class Sampling:
    """Looks for its texts by `is_seen`, `pause` seconds or a fifth of the text's age apart; a refusal sees nothing."""

    is_seen: Callable[[Written], Awaitable[bool]]
    pause: float
    latencies: list[Latency] = field(default_factory=list, init=False)
    _due: dict[Written, float] = field(default_factory=dict, init=False)

    def add(self, text: Written) -> None:
        """Look for this text too."""
        self._due[text] = text.wrote

    async def run(self) -> None:
        """Look until cancelled."""
        await asyncio.gather(*(self._look_around() for _ in range(_LOOKS_AT_ONCE)))

    async def _look_around(self) -> None:
        while True:
            text = min(self._due, key=self._due.__getitem__, default=None)
            if text is None or self._due[text] > time.monotonic():
                await asyncio.sleep(_IDLE_SECONDS)
                continue
            del self._due[text]
            seen = await self._look(text)
            age = time.monotonic() - text.wrote
            if seen:
                self.latencies.append(Latency(at=text.at, seconds=age))
            else:
                self._due[text] = time.monotonic() + max(self.pause, _SHARE_OF_AGE * age)

    async def _look(self, text: Written) -> bool:
        try:
            return await self.is_seen(text)
        except StoryError:
            return False
