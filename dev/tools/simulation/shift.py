"""A day of a team on a stack: customers write, agents are given what they can take, and all of it is read back.

In: the load and the agents. Out: how long conversations waited, and what went wrong.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from dev.stack.story.api import ContactCentre
from dev.stack.story.beside import beside
from dev.stack.story.errors import StoryError
from dev.stack.story.phones import Phones
from dev.tools.simulation.load import AT_ONCE, Customer, Load, Writing, numbers_in
from dev.tools.simulation.tally import Tally, tally
from dev.tools.simulation.team import Team
from shared.at_once import each_of

_LOOK_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftOutcome:
    """What became of a day.

    Attributes:
        waits: Seconds in line of each conversation that an agent was given.
        left: Conversations that nobody was given.
        over_capacity: Looks at an agent who had more than the agent's capacity.
        held_twice: Conversations that two agents had at once.
        error: The last that anybody met, if any.
    """

    ended: int
    waits: Sequence[float]
    left: int
    over_capacity: int
    held_twice: int
    refused: int
    texts: Tally
    error: StoryError | None

    @property
    def is_clean(self) -> bool:
        return self.texts.is_clean and not (self.left or self.over_capacity or self.held_twice)


class Shift:
    """A day; `written` and `team` say how far it is."""

    def __init__(
        self,
        load: Load,
        *,
        customers: Sequence[Customer],
        phones: Phones,
        supervisor: ContactCentre,
        team: Team,
        channel: str,
        drain_seconds: float = 120.0,
    ) -> None:
        self.written = 0
        self.team = team
        self._customers = customers
        self._supervisor = supervisor
        self._drain_seconds = drain_seconds
        self._writing = Writing(load=load, customers=customers, phones=phones, channel=channel, told=self._wrote)
        self._over_capacity = 0
        self._held = Counter[str]()
        self._held_twice = set[str]()

    async def run(self) -> ShiftOutcome:
        """Raises StoryError if the stack can't be written to, or its API refuses."""
        await self.team.come_to_work()
        async with beside(self.team.run()), beside(self._watch()):
            await self._writing.run()
            await self._drain()
        await self.team.go_home()
        return await self._read_back()

    def _wrote(self, _: object) -> None:
        self.written += 1

    async def _drain(self) -> None:
        """Wait until nobody is in line or in an agent's hand, or the time is over."""
        deadline = time.monotonic() + self._drain_seconds
        while time.monotonic() < deadline:
            running = [each.status for each in await self._supervisor.conversations() if self._is_ours(each.phone)]
            if not {"open", "active"} & set(running):
                return
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def _watch(self) -> None:
        """Look at the agents' loads again and again."""
        while True:
            try:
                agents = await self._supervisor.agents()
            except StoryError as error:
                self.team.ledger.error = error
            else:
                self._over_capacity += sum(agent.load > agent.capacity for agent in agents)
                held = Counter(each for agent in agents for each in agent.conversations)
                twice = {each for each, count in held.items() if count > 1}
                # A load follows its conversation a moment later: only what two agents have at two looks is had twice.
                self._held_twice |= {each for each in twice if self._held[each] > 1}
                self._held = held
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def _read_back(self) -> ShiftOutcome:
        ledger, running = self.team.ledger, await self._supervisor.conversations()
        ledger.phones.update({each.conversation_id: each.phone for each in running if each.phone})
        ours = sorted(name for name, phone in ledger.phones.items() if self._is_ours(phone))
        found, waits = defaultdict[str, list[int]](list), list[float]()

        async def read(name: str) -> tuple[list[int], list[float]]:
            history = await self._supervisor.history(name)
            return numbers_in(history), (await self._supervisor.conversation(name)).waits

        for name, (numbers, waited) in zip(ours, await each_of(ours, read, at_once=AT_ONCE), strict=True):
            found[ledger.phones[name]] += numbers
            waits += waited
        tallies = [tally([text.number for text in each.texts], found[each.phone]) for each in self._customers]
        return ShiftOutcome(
            ended=ledger.ended,
            waits=waits,
            left=sum(each.status == "open" and self._is_ours(each.phone) for each in running),
            over_capacity=self._over_capacity,
            held_twice=len(self._held_twice),
            refused=ledger.refused,
            texts=sum(tallies, start=Tally()),
            error=ledger.error,
        )

    def _is_ours(self, phone: str | None) -> bool:
        return phone in {customer.phone for customer in self._customers}
