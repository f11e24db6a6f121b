"""Watches a load while it runs: samples how fast texts are accepted and stored, and counts what is in flight or lost.

Counted is by the list of conversations, whose `unread` is the number of a customer's texts that are stored.
"""

import asyncio
import math
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

from dev.stack.story.api import ContactCentre, Listed
from dev.stack.story.errors import StoryError
from dev.stack.story.phones import Phones
from dev.tools.simulation.load import Customer, Load, Written
from dev.tools.simulation.sampling import Sampling

_SAMPLES_A_SECOND = 4
_LOST_AFTER_SECONDS = 30.0
_LIST_EVERY_SECONDS = 1.0
_REST = 2  # times what reading the list took


class Watch:
    """What is known of a load so far. `conversations` are the ids of each customer's, by phone."""

    def __init__(self, load: Load, customers: Sequence[Customer], phones: Phones, supervisor: ContactCentre) -> None:
        self.conversations: dict[str, list[str]] = {}
        self.written = 0
        self.last_error: StoryError | None = None
        self.accepted = Sampling(is_seen=self._is_accepted, pause=0.01)
        self.stored = Sampling(is_seen=self._is_stored, pause=0.03)
        self._customers = customers
        self._phones = phones
        self._supervisor = supervisor
        self._one_in = math.ceil(load.rate / _SAMPLES_A_SECOND)
        self._counts = Counter[str]()
        self._newest: Written | None = None

    def wrote(self, text: Written) -> None:
        """A customer wrote. Whether it is stored can be looked for once the conversation is known."""
        if self.written % self._one_in == 0:
            self.accepted.add(text)
            if text.phone in self.conversations:
                self.stored.add(text)
        self.written += 1
        self._newest = text

    @property
    def rate(self) -> float:
        """Texts a second so far, while they were written."""
        return self.written / self._newest.at if self._newest and self._newest.at else 0.0

    @property
    def in_flight(self) -> int:
        """Texts that the list of conversations does not count yet."""
        return sum(max(len(each.texts) - self._counts[each.phone], 0) for each in self._customers)

    @property
    def lost(self) -> int:
        """Those in flight for so long that they count as lost, until they appear after all."""
        before = time.monotonic() - _LOST_AFTER_SECONDS
        due = {each.phone: sum(text.wrote < before for text in each.texts) for each in self._customers}
        return sum(max(count - self._counts[phone], 0) for phone, count in due.items())

    async def run(self) -> None:
        """Watch until cancelled."""
        await asyncio.gather(self.accepted.run(), self.stored.run(), self._read_list())

    async def _read_list(self) -> None:
        """Read the list of conversations again and again; one that can't be read changes nothing."""
        while True:
            began = time.monotonic()
            try:
                self._note(await self._supervisor.conversations())
            except StoryError as error:
                self.last_error = error
            await asyncio.sleep(max(_LIST_EVERY_SECONDS, _REST * (time.monotonic() - began)))

    def _note(self, listed: Sequence[Listed]) -> None:
        phones = {customer.phone for customer in self._customers}
        conversations, counts = defaultdict[str, list[str]](list), Counter[str]()
        for each in listed:
            if each.phone in phones:
                conversations[each.phone].append(each.conversation_id)
                counts[each.phone] += each.unread
        self.conversations, self._counts = dict(conversations), counts

    async def _is_accepted(self, text: Written) -> bool:
        messages = await self._phones.messages(text.phone)
        return any(each.message_id == text.message_id and each.is_delivered for each in messages)

    async def _is_stored(self, text: Written) -> bool:
        for conversation_id in self.conversations[text.phone]:
            if any(each.message_id == text.message_id for each in await self._supervisor.history(conversation_id)):
                return True
        return False
