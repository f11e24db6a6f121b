"""Whatever a centre does, however late and by whomever it is logged: in the end each desk shows what the lists say."""

import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import pytest

from shared.composition import ContactCentre
from shared.state.tables import Operation, Table
from tests.fakes.clock import FakeClock, OffClock
from tests.fakes.faults import Faults, Killed
from tests.fakes.tables import FakeTables
from tests.fakes.world import World
from tests.unit.app.api.desk import ADA, ANA, BOB, SUE, Answer, Desk

DAYS: Final = 30
CLOCKS: Final = (0, 3, -3)
PHONES: Final = [f"3360000000{number}" for number in range(4)]
QUEUES: Final = ("general", "billing")
CALLERS: Final = (ANA, BOB, SUE)
OF_THE_READER: Final = ("waitReason",)
"""What a list says of a row by what it knows now."""


class Screen:
    """A desk that polls, now at one worker, now at another, and applies what it is told by version."""

    def __init__(self, day: "Day", caller: Mapping[str, str]) -> None:
        self.day = day
        self.caller = caller
        self.agent = caller["X-Agent-Id"]
        self.rows: dict[str, dict[str, Any]] = {}
        self.cursor = ""

    async def poll(self, wait: int = 0) -> None:
        """One poll, and the lists where they are to be read anew."""
        answer = await self.get(f"/changes?client={self.agent}&wait={wait}&cursor={self.cursor}")
        begins, self.cursor = not self.cursor, answer["cursor"]
        if begins or answer["resync"]:
            self.rows = await self.lists()
        for row in answer["rows"]:
            self.day.check_right(self, row)
        self.merge(answer["rows"])
        for gone in answer["gone"]:
            known = self.rows.get(gone["id"])
            if not known or gone["version"] > known["version"]:
                self.rows[gone["id"]] = {"version": gone["version"], "status": "closed"}

    def merge(self, rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            known = self.rows.get(row["conversationId"])
            if not known or row["version"] > known["version"]:
                self.rows[row["conversationId"]] = row

    async def lists(self) -> dict[str, Any]:
        """What the lists say to the caller."""
        items = (await self.get("/conversations?limit=100"))["items"]
        return {each["conversationId"]: each for each in items}

    async def get(self, path: str) -> Any:
        answer = await Desk(self.day.world, centre=self.day.any_worker()).get(path, self.caller)
        assert answer.status == 200, answer.json
        return answer.json

    def shown(self) -> dict[str, Any]:
        """The rows that are in a list."""
        return {each: _plain(row) for each, row in self.rows.items() if row["status"] != "closed"}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in OF_THE_READER}


class LateTables(FakeTables):
    """A row of the log takes up to three seconds until it is there, and meanwhile desks poll."""

    def __init__(self, day: "Day") -> None:
        super().__init__()
        self.day = day

    async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> Mapping[str, str]:
        """As `Tables.commit`."""
        if table is Table.CHANGES and self.day.begun:
            await self.day.meanwhile()
        return await super().commit(table, partition, operations)


class Day:
    """A centre of three workers, whose clocks differ by six seconds, shortly before the end of an hour."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.begun = self.polling = False
        self.world = World()
        self.world.clock = FakeClock(self.world.clock.now().replace(minute=59, second=self.chance.randrange(20, 59)))
        self.world.tables = LateTables(self)
        self.workers = [self.worker(off) for off in CLOCKS]
        self.world.centre = self.workers[0]
        self.desk = Desk(self.world)
        self.screens = [Screen(self, caller) for caller in CALLERS]
        self.queues = {"ana": {"general"}, "bob": {"billing"}, "sue": set(QUEUES)}

    def worker(self, off: float, **ports: Any) -> ContactCentre:
        """A worker whose clock is off by some seconds."""
        return self.world.worker(clock=OffClock(self.world.clock, off), **ports)

    def any_worker(self) -> ContactCentre:
        return self.chance.choice(self.workers)

    async def meanwhile(self) -> None:
        """What happens while a row is on its way."""
        patience = 2.9
        while not self.polling and patience > 0 and self.chance.random() < 0.6:
            step = min(self.chance.random() * 2, patience)
            patience -= step
            self.world.clock.step(step)
            await self.somebody_polls()

    async def somebody_polls(self, wait: int = 0) -> None:
        self.polling = True
        try:
            await self.chance.choice(self.screens).poll(wait)
        finally:
            self.polling = False

    def check_right(self, screen: Screen, row: Mapping[str, Any]) -> None:
        """Nobody is told of a conversation that is not theirs."""
        holders = {row["agent"], (row["offer"] or {}).get("agent")}
        assert row["queue"] in self.queues[screen.agent] or screen.agent in holders

    async def run(self, steps: int = 30) -> None:
        """So many things happen; then every desk is told what is left."""
        await self.desk.hire("ana", "general")
        await self.desk.hire("bob", "billing")
        for screen in self.screens:
            await screen.poll()
        self.begun = True
        for _ in range(steps):
            happens = self.chance.choices(
                [self.writes, self.acts, self.dies, self.polls, self.passes], [3, 5, 1, 6, 3]
            )[0]
            await happens()
        self.begun = False
        await self.world.drain(by=self.any_worker())
        for _ in range(3):
            self.world.clock.step(1)
            for screen in self.screens:
                await screen.poll()
        for screen in self.screens:
            listed = {each: _plain(row) for each, row in (await screen.lists()).items()}
            assert screen.shown() == listed, screen.agent

    async def writes(self) -> None:
        await self.world.customer("Bonjour", phone=self.chance.choice(PHONES), by=self.any_worker())

    async def dies(self) -> None:
        """A worker is killed while it handles a message, which another is given."""
        faults = Faults(call=self.chance.randint(1, 12), error=Killed(), after=self.chance.random() < 0.5, lasting=True)
        world = self.world
        dying = self.worker(
            self.chance.choice(CLOCKS), tables=faults.wrap(world.tables), sender=faults.wrap(world.sender)
        )
        event = world.inbound("Allô", phone=self.chance.choice(PHONES))
        with suppress(Killed):
            await world.event(event, by=dying)
        await world.event(event, by=self.any_worker(), delivery=2)

    async def acts(self) -> None:
        """Somebody at a desk does something, which may not be allowed."""
        conversations = [each.conversation for each in self.world.contacts if each.conversation]
        if not conversations:
            return
        name = self.chance.choice(conversations).id
        at, desk = f"/conversations/{name}", Desk(self.world, centre=self.any_worker())
        agent, queue = self.chance.choice(["ana", "bob"]), self.chance.choice(QUEUES)
        acts: list[Callable[[], Awaitable[Answer]]] = [
            lambda: desk.post(f"{at}/assign", {"agent": agent}, SUE),
            lambda: desk.post(f"{at}/transfer", {"queue": queue}, SUE),
            lambda: desk.post(f"{at}/transfer", {"queue": queue}, ANA),
            lambda: desk.post(f"{at}/transfer", {"agent": agent}, SUE),
            lambda: desk.post(f"{at}/release", {}, SUE),
            lambda: desk.post(f"{at}/close", {}, SUE),
            lambda: desk.post(f"{at}/wait", {}, SUE),
            lambda: desk.patch(at, {"tags": [f"t{self.chance.randrange(9)}"]}, SUE),
            lambda: desk.reply(name, "Voici", self.chance.choice([ANA, BOB, SUE])),
            lambda: desk.delete(f"/contacts/{name.partition('-')[0]}", ADA),
        ]
        assert (await self.chance.choice(acts)()).status < 500

    async def hires(self) -> None:
        """A record changes, which the other workers know a little later."""
        agent, queues = self.chance.choice(["ana", "bob"]), self.chance.choice([QUEUES[:1], QUEUES[1:], QUEUES])
        await self.desk.hire(agent, *queues)
        self.queues[agent] = set(queues)
        self.world.clock.step(6)

    async def polls(self) -> None:
        await self.somebody_polls(self.chance.randrange(3))

    async def passes(self) -> None:
        self.world.clock.step(self.chance.choice([0.1, 1, 3, 9, 70, 1800]))
        await self.world.drain(by=self.any_worker())
        if self.chance.random() < 0.2:  # a worker is replaced
            place = self.chance.randrange(len(CLOCKS))
            self.workers[place] = self.worker(CLOCKS[place])


@pytest.mark.parametrize("seed", range(DAYS))
async def test_each_desk_shows_in_the_end_what_the_lists_say(seed: int) -> None:
    await Day(seed).run()
