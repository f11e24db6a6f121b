"""Runs a load on a stack, waits until it is handled, and reads everything back.

In: the load, and where the stack answers. Out: the latencies, and the tallies of texts and greetings.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from dev.simulation.load import Customer, Load, Writing, number_of
from dev.simulation.sampling import Latency
from dev.simulation.tally import Tally, tally
from dev.simulation.watching import Watch
from dev.story.api import ContactCentre
from dev.story.errors import StoryError
from dev.story.phones import PhoneMessage, Phones

_AT_ONCE = 8
_DRAIN_SECONDS = 120.0
_LOOK_AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a load. Each customer expects one greeting. `error` is the last that a look met, if any."""

    accepted: Sequence[Latency]
    stored: Sequence[Latency]
    greeted: Sequence[Latency]
    texts: Tally
    greetings: Tally
    error: StoryError | None

    @property
    def is_clean(self) -> bool:
        return self.texts.is_clean and self.greetings.is_clean


class Simulation:
    """A load on a stack; `watch` says how far it is."""

    def __init__(
        self, load: Load, customers: Sequence[Customer], phones: Phones, supervisor: ContactCentre, channel: str
    ) -> None:
        self.watch = Watch(load, customers, phones, supervisor)
        self._writing = Writing(
            load=load, customers=customers, phones=phones, channel=channel, told=self.watch.wrote
        )
        self._customers = customers
        self._phones = phones
        self._supervisor = supervisor

    async def run(self) -> Outcome:
        """Raises StoryError if the stack can't be written to."""
        watching = asyncio.create_task(self.watch.run())
        try:
            await self._writing.run()
            await self._drain()
        except* StoryError as errors:
            raise errors.exceptions[0] from None
        finally:
            watching.cancel()
            await asyncio.wait([watching])
        return await self._read_back()
