"""One simulated stretch of a team's life, by its seed; it ends with an AssertionError as soon as a rule is broken."""

import asyncio
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from shared.composition import ContactCentre
from shared.queue.sender import QueueMessage
from shared.state.tables import Tables
from shared.vocabulary.errors import Unavailable
from tests.fakes.faults import Killed
from tests.simulation import reply_rules, rules
from tests.simulation.centre import SimulatedWorld
from tests.simulation.ledger import Ledger
from tests.simulation.people import Deed, People
from tests.simulation.records import Records
from tests.simulation.snapshot import Snapshot

_SETTLES_WITHIN = 2_400.0
"""A stopped channel, the pace of forty messages, the last pause before an end."""
_DOUBTS_END_WITHIN = 3_600.0
"""Two doubts of one message, and those of the ones behind it."""
_TWO_TURNS = timedelta(seconds=10)
_REPAIRED_WITHIN = timedelta(seconds=130)
_MADE_UP_FOR_WITHIN = timedelta(seconds=190)
_MOST_DELIVERIES = 10
_MOST_ROUNDS = 3_000
_KILLED_ONE_IN = 12
_KEPT_FOR = 48
"""Hours; later, retention may have erased something."""
_LONG_PAUSES = 0.008
_A_DAY_AND_MORE = 40 * 3600


@dataclass(frozen=True)
class Doing:
    """A piece of work for one worker: a deed, or a message of the queue."""

    name: str
    act: Callable[[ContactCentre], Awaitable[None]]
    about: frozenset[str] = field(default_factory=frozenset)
    message: QueueMessage | None = None


class Simulation:
    """A world, its people, and the order in which things happen.

    Args:
        seed: Decides everything.
        kills: Whether workers die.
        tables: Where rows lie, if not in memory.
        clocks_differ: Whether workers' clocks are not the queues'.
        at_meta: Whether the numbers are at Meta.
    """

    def __init__(
        self,
        seed: int,
        *,
        kills: bool,
        tables: Tables | None = None,
        clocks_differ: bool = False,
        at_meta: bool = False,
    ) -> None:
        self._random = Random(seed)
        self._seed = seed
        self._kills = kills
        self._clocks_differ = clocks_differ
        self._rests = _SETTLES_WITHIN + (_DOUBTS_END_WITHIN if at_meta else 0)
        self.world = SimulatedWorld(self._random, tables, clocks_differ=clocks_differ, at_meta=at_meta)
        self._people = People(self.world, self._random)
        self._ledger = Ledger()
        if tables is None:  # elsewhere, what is told of first need not have been written first
            self.world.storage.watch = self._ledger
        self._began = self.world.clock.now()
        self._seen: Snapshot
        self._free_since: dict[str, datetime] = {}
        self._told: deque[str] = deque(maxlen=60)

    @property
    def hours(self) -> float:
        """How much time has passed in the world."""
        return (self.world.clock.now() - self._began) / timedelta(hours=1)

    async def run(self, steps: int) -> None:
        """Let people and time do so many things."""
        await self._people.come_to_work()
        self.world.whatsapp.calm = False
        self._seen = await self.world.look()
        for step in range(1, steps + 1):
            await self._pass(self._pause())
            crowd = self._random.choice((1, 1, 1, 2, 4))
            await self._together([_of(self._people.deed(self._seen)) for _ in range(crowd)])
            if step % 50 == 0 or step == steps:
                await self._come_to_rest()
            if self._random.random() < 0.02:
                self.world.restart_all()

    def _pause(self) -> float:
        """Seconds until somebody does something again: mostly few, now and then hours."""
        longest = self._random.choice((0, 1, 5, 30, 30, 120, 600, 5000))
        if self._random.random() < _LONG_PAUSES:
            longest = _A_DAY_AND_MORE
        return self._random.random() * longest

    async def _come_to_rest(self) -> None:
        kills, self._kills = self._kills, False
        self.world.whatsapp.calm = True
        await self._pass(self._rests)
        records, whatsapp, letters = await Records.of(self.world.storage), self.world.whatsapp, self._people.letters
        erased: dict[str, datetime] = {}
        for contact_id, phone in letters.erased.items():
            if at := records.erased.get(contact_id):
                erased[phone] = max(at, erased.get(phone, at))
        self._check(rules.settled(self._seen))
        self._check(reply_rules.quiet(self._seen, records))
        self._check(reply_rules.heard(letters.wrote, erased, self._seen.at, records))
        self._check(reply_rules.forgotten(letters.wrote, erased, letters.erased, records, self.world.blobs.contents))
        complete = not erased and self.hours < _KEPT_FOR
        self._check(reply_rules.spoken(list(whatsapp.since), whatsapp.arrived, records, complete=complete))
        self._check(reply_rules.phones(whatsapp.arrived, records))
        self._check(reply_rules.pings(whatsapp.arrived, whatsapp.since))
        self._kills, whatsapp.calm = kills, False

    async def _pass(self, seconds: float) -> None:
        """Let time pass, and deliver each message at its time."""
        end = self.world.clock.now() + timedelta(seconds=seconds)
        while True:
            await self._deliver_due()
            due = self.world.queues.next_due()
            if due is None or due > end:
                break
            self.world.clock.step(max((due - self.world.clock.now()).total_seconds(), 0))
        self.world.clock.step(max((end - self.world.clock.now()).total_seconds(), 0))
        await self._deliver_due()

    async def _deliver_due(self) -> None:
        for _ in range(_MOST_ROUNDS):
            due = list(self.world.queues.due(self.world.clock.now()))
            if not due:
                return
            at_once = self._random.choice((1, 1, 3))
            chosen = self._random.sample(due, min(at_once, len(due)))
            await self._together([self._delivery(message) for message in chosen])
        self._check(["the queues never come to rest"])

    def _delivery(self, message: QueueMessage) -> Doing:
        async def act(worker: ContactCentre) -> None:
            await self.world.deliver(message, by=worker)

        return Doing(f"{message.subject} {message.body if message.subject != 'event' else ''}", act, message=message)

    async def _together(self, doings: Sequence[Doing]) -> None:
        """Do things at once, each by some worker, and look at what became of them."""
        before = self._seen
        survived = await asyncio.gather(*(self._attempt(doing) for doing in doings))
        self._seen = await self.world.look()
        self._check(rules.always(self._seen))
        self._check(self._ledger.problems)
        if len(doings) == 1 and all(survived) and not self._clocks_differ:  # else five minutes are not five minutes
            self._check(rules.of_a_turn(before, self._seen, doings[0].about))
        self._check(self._kept_waiting())

    async def _attempt(self, doing: Doing) -> bool:
        doomed = self._kills and self._random.randrange(_KILLED_ONE_IN) == 0
        worker = self.world.doomed_worker() if doomed else self._random.choice(self.world.workers)
        self._told.append(f"{self.world.clock.now():%d %H:%M:%S.%f} {doing.name}{' (doomed)' if doomed else ''}")
        try:
            await doing.act(worker)
        except Unavailable as error:
            self._abandon(doing, str(error))
        except BaseException as error:
            if not _died(error):
                self._told.append("".join(traceback.format_exception(error)))
                self._check([f"{doing.name} raised {error!r}"])
            return False
        else:
            if doing.message:
                self.world.queues.done(doing.message)
        return True

    def _abandon(self, doing: Doing, why: str) -> None:
        if doing.message and self.world.queues.failed(doing.message) > _MOST_DELIVERIES:
            self._check([f"{doing.name} is never handled: {why}"])

    def _kept_waiting(self) -> Iterable[str]:
        """Nothing waits while somebody who could take it is free, longer than two turns (or than a repair takes)."""
        could = set(rules.could_be_served(self._seen))
        self._free_since = {name: self._free_since.get(name, self._seen.at) for name in could}
        longest = _REPAIRED_WITHIN if self._kills else _TWO_TURNS
        if self._clocks_differ:  # an id that was used is made up for two minutes later
            longest = _MADE_UP_FOR_WITHIN
        for name, since in self._free_since.items():
            if self._seen.at - since > longest:
                yield f"{name} waits since {since:%H:%M:%S} though somebody is free"

    def _check(self, broken: Iterable[str]) -> None:
        problems = list(broken)
        if problems:
            story = "\n  ".join(self._told)
            listed = "\n".join(problems)
            raise AssertionError(f"What happened:\n  {story}\nSeed {self._seed}, after {self.hours:.1f} h:\n{listed}")


def _of(deed: Deed) -> Doing:
    return Doing(deed.name, deed.act, deed.about)


def _died(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_died(each) for each in error.exceptions)
    return isinstance(error, Killed)
