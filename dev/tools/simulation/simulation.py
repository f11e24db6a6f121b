"""Runs a load on a stack, waits until it is handled, and reads everything back.

In: the load, and where the stack answers. Out: the latencies, and the tallies of texts and greetings.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from dev.stack.story.api import ContactCentre
from dev.stack.story.beside import beside
from dev.stack.story.errors import StoryError
from dev.stack.story.phones import PhoneMessage, Phones
from dev.tools.simulation.load import AT_ONCE, Customer, Load, Writing, numbers_in
from dev.tools.simulation.sampling import Latency
from dev.tools.simulation.tally import Tally, tally
from dev.tools.simulation.watching import Watch
from shared.at_once import each_of

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
        self,
        load: Load,
        *,
        customers: Sequence[Customer],
        phones: Phones,
        supervisor: ContactCentre,
        channel: str,
        drain_seconds: float = 120.0,
    ) -> None:
        self.watch = Watch(load, customers, phones, supervisor)
        self._writing = Writing(load=load, customers=customers, phones=phones, channel=channel, told=self.watch.wrote)
        self._customers = customers
        self._drain_seconds = drain_seconds
        self._phones = phones
        self._supervisor = supervisor

    async def run(self) -> Outcome:
        """Raises StoryError if the stack can't be written to, or its API refuses."""
        await self._supervisor.conversations()  # so that neither a wrong key nor the first call spoils the measurement
        async with beside(self.watch.run()):
            await self._writing.run()
            await self._drain()
        return await self._read_back()

    async def _drain(self) -> None:
        """Wait until each text is in the list of conversations and each customer is greeted, or the time is over."""
        deadline = time.monotonic() + self._drain_seconds
        waiting = self._customers_who_wrote
        while time.monotonic() < deadline:
            phones = await each_of(waiting, self._on_phone, at_once=AT_ONCE)
            waiting = [customer for customer, phone in zip(waiting, phones, strict=True) if not _greetings(phone)]
            if not waiting and not self.watch.in_flight:
                return
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _read_back(self) -> Outcome:
        """Count what is on the phones and in the histories."""
        customers = self._customers_who_wrote
        phones = await each_of(customers, self._on_phone, at_once=AT_ONCE)
        histories = await each_of(customers, self._in_history, at_once=AT_ONCE)
        return Outcome(
            accepted=self.watch.accepted.latencies,
            stored=self.watch.stored.latencies,
            greeted=[
                Latency(at=customer.texts[0].at, seconds=(greeting.at - phone[0].at).total_seconds())
                for customer, phone in zip(customers, phones, strict=True)
                for greeting in _greetings(phone)[:1]
            ],
            texts=sum(
                (
                    tally([text.number for text in customer.texts], found)
                    for customer, found in zip(customers, histories, strict=True)
                ),
                start=Tally(),
            ),
            greetings=sum((tally([1], [1] * len(_greetings(phone))) for phone in phones), start=Tally()),
            error=self.watch.last_error,
        )

    @property
    def _customers_who_wrote(self) -> list[Customer]:
        return [customer for customer in self._customers if customer.texts]

    async def _on_phone(self, customer: Customer) -> list[PhoneMessage]:
        return await self._phones.messages(customer.phone)

    async def _in_history(self, customer: Customer) -> list[int]:
        """The numbers of the texts that the contact centre has of a customer, in its order."""
        conversations = self.watch.conversations.get(customer.phone, [])
        history = [message for each in conversations for message in await self._supervisor.history(each)]
        return numbers_in(history)


def _greetings(phone: Sequence[PhoneMessage]) -> list[PhoneMessage]:
    """What reached the phone: nobody but the contact centre's greeting writes to these customers."""
    return [message for message in phone if message.incoming and message.is_delivered]
