"""Customers who write at a rate: who they are, and each text that they wrote.

The numbers start with +999, a country code that no country has. Each text carries its number in the order of its
customer, so that afterwards every text can be told from all others.
"""

import asyncio
import math
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dev.stack.story.api import HistoryMessage
from dev.stack.story.errors import StoryError
from dev.stack.story.phones import Phones

AT_ONCE = 8
"""Of what is read back, by customer or by conversation."""
_WRITERS = 32
_TEXT = "Message "


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much is written: `rate` texts a second by all customers together."""

    customers: int
    rate: float
    seconds: float

    def __post_init__(self) -> None:
        """Raises StoryError for a load whose outcome could not be judged."""
        if self.customers < 1 or self.rate <= 0 or self.texts < 1:
            raise StoryError("A simulation needs at least one customer, a rate above 0 and time for one text.")
        if self.rate > self.customers:
            raise StoryError(
                f"{self.customers} customers write at most {self.customers} texts a second: WhatsApp's times are whole "
                "seconds, so nobody can tell the order within one. "
                f"Take more customers: --customers {math.ceil(self.rate)}"
            )

    @property
    def texts(self) -> int:
        return round(self.rate * self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One text that was written; `wrote` is when, by `time.monotonic`, and `at` the same in seconds since the first."""

    phone: str
    number: int
    message_id: str
    wrote: float
    at: float


@dataclass(slots=True, kw_only=True)
class Customer:
    """A phone and what was written on it so far, in order."""

    phone: str
    texts: list[Written] = field(default_factory=list)


def new_customers(count: int) -> list[Customer]:
    """Customers whom no stack has seen before."""
    first = random.randrange(10**9, 10**10 - count)
    return [Customer(phone=f"+999{first + number}") for number in range(count)]


def numbered(number: int) -> str:
    """The text with this number."""
    return f"{_TEXT}{number}"


def _number_of(text: str) -> int | None:
    """The number of a text; None if it is no text of a simulation."""
    digits = text.removeprefix(_TEXT)
    return int(digits) if digits != text and digits.isdecimal() else None


def numbers_in(history: Iterable[HistoryMessage]) -> list[int]:
    """The numbers of the texts that customers wrote in a history, in its order."""
    numbers = [_number_of(message.text) for message in history if message.direction == "in"]
    return [number for number in numbers if number is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Has `customers` write in turn on a channel; `told` is called for each text."""

    load: Load
    customers: Sequence[Customer]
    phones: Phones
    channel: str
    told: Callable[[Written], None]

    async def run(self) -> None:
        """Write everything, at the load's rate. Raises StoryError if a phone refuses."""
        began, turns = time.monotonic(), iter(range(self.load.texts))
        try:
            async with asyncio.TaskGroup() as writers:
                for _ in range(_WRITERS):
                    writers.create_task(self._write(turns, began))
        except* StoryError as errors:
            raise StoryError(f"The load was not written: {errors.exceptions[0]}") from errors

    async def _write(self, turns: Iterator[int], began: float) -> None:
        """One writer of several: takes the next turn, waits until it is due, and writes."""
        for turn in turns:
            await asyncio.sleep(began + turn / self.load.rate - time.monotonic())
            customer = self.customers[turn % len(self.customers)]
            number, wrote = turn // len(self.customers) + 1, time.monotonic()
            message_id = await self.phones.write(customer.phone, numbered(number), channel=self.channel)
            text = Written(phone=customer.phone, number=number, message_id=message_id, wrote=wrote, at=wrote - began)
            customer.texts.append(text)
            self.told(text)
