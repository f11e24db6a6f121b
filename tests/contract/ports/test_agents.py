"""The agents' rows on what every `Tables` is: the fake, and Azure Table Storage."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from shared.state.agent import Agent, LoadEntry, LoadKind
from shared.state.agents import Agents
from shared.state.draft import Room
from shared.state.loads import Obstacle
from shared.state.rows import encode
from shared.state.signs_of_life import SEEN, Seen, SignsOfLife
from shared.state.tables import Put, Table, Tables
from tests.fakes.clock import FakeClock


@pytest.fixture
def name() -> str:
    return uuid4().hex


def entry(version: int = 1, units: int = 30, at: FakeClock | None = None) -> LoadEntry:
    return LoadEntry(kind=LoadKind.HELD, version=version, queue="general", at=(at or FakeClock()).now(), units=units)


def _first(agent_id: str, _before: Agent | None) -> Agent:
    return Agent(id=agent_id, name="x")


async def hired(tables: Tables, name: str, clock: FakeClock | None = None) -> Agents:
    agents = Agents(tables, clock or FakeClock())
    await agents.save(name, lambda _: Agent(id=name, name="Ana", capacity=90))
    return agents


async def load_of(tables: Tables, name: str) -> dict[str, tuple[LoadKind, int]]:
    agent = await Agents(tables, FakeClock()).find(name)
    assert agent
    return {each: (entry.kind, entry.units) for each, entry in agent.load.items()}


async def test_agents_are_found_in_whatever_partition_they_lie(tables: Tables, name: str) -> None:
    names = [f"{name}-{each}" for each in range(40)]
    agents = Agents(tables, FakeClock())
    for each in names:
        await agents.save(each, partial(_first, each))
    assert {agent.id for agent in await agents.list()} >= set(names)
    found = await Agents(tables, FakeClock()).find(names[7].upper())
    assert found
    assert found.id == names[7]


async def test_several_conversations_are_reserved_in_one_write(tables: Tables, name: str) -> None:
    agents = await hired(tables, name)
    reservation = await agents.reserve(name, {each: entry() for each in "abcd"}, Room.CAPACITY)
    assert reservation.taken == {"a", "b", "c"}
    assert reservation.obstacles == {"d": Obstacle.NO_ROOM}
    assert await load_of(tables, name) == dict.fromkeys("abc", (LoadKind.HELD, 30))


async def test_workers_that_reserve_at_once_never_go_over_what_there_is_room_for(tables: Tables, name: str) -> None:
    await hired(tables, name)
    workers = [Agents(tables, FakeClock()) for _ in range(6)]
    for worker in workers:
        await worker.list()
    done = await asyncio.gather(
        *(worker.reserve(name, {f"c{at}": entry()}, Room.CAPACITY) for at, worker in enumerate(workers))
    )
    assert sum(len(each.taken) for each in done) == 3
    assert set(await load_of(tables, name)) == {each for reservation in done for each in reservation.taken}


async def test_a_worker_that_knows_an_old_row_says_no_only_after_reading(tables: Tables, name: str) -> None:
    agents = await hired(tables, name)
    await agents.reserve(name, {each: entry() for each in "abc"}, Room.CAPACITY)
    other = Agents(tables, FakeClock())
    await other.settle_entry(name, "a", replace(entry(2), kind=LoadKind.GONE, units=0))
    reservation = await agents.reserve(name, {"d": entry()}, Room.CAPACITY)
    assert reservation.taken == {"d"}


async def test_what_was_reserved_is_taken_back_at_its_version_only(tables: Tables, name: str) -> None:
    agents = await hired(tables, name)
    await agents.reserve(name, {"a": entry(3), "b": entry(5)}, Room.CAPACITY)
    await agents.remove(name, {"a": 3, "b": 4})
    assert await load_of(tables, name) == {"a": (LoadKind.GONE, 0), "b": (LoadKind.HELD, 30)}


async def test_an_empty_entry_is_gone_with_a_write_after_five_minutes(tables: Tables, name: str) -> None:
    clock = FakeClock()
    agents = await hired(tables, name, clock)
    await agents.reserve(name, {"a": entry(3)}, Room.CAPACITY)
    await agents.remove(name, {"a": 3})
    clock.step(301)
    await agents.reserve(name, {"b": entry(3, at=clock)}, Room.CAPACITY)
    assert set(await load_of(tables, name)) == {"b"}


async def test_an_orphan_is_mended_once_its_commit_can_not_come_any_more(tables: Tables, name: str) -> None:
    clock = FakeClock()
    agents = await hired(tables, name, clock)
    await agents.reserve(name, {"a": entry(3, at=clock)}, Room.CAPACITY)
    again = await agents.mend_entry(name, "a", None)
    assert again
    assert (again - clock.now()).total_seconds() == 60
    clock.step(61)
    assert await agents.mend_entry(name, "a", None) is None
    assert await load_of(tables, name) == {"a": (LoadKind.GONE, 0)}


async def test_without_a_record_there_is_no_load_to_keep(tables: Tables, name: str) -> None:
    agents = Agents(tables, FakeClock())
    assert (await agents.reserve(name, {"a": entry()}, Room.CAPACITY)).taken == {"a"}
    assert not await agents.settle_entry(name, "a", entry())
    assert await agents.find(name) is None


async def test_a_desk_that_was_heard_of_and_the_last_roll_call_are_remembered(tables: Tables, name: str) -> None:
    signs, at = SignsOfLife(tables), FakeClock().now()
    await tables.commit(Table.AGENTS, SEEN, [Put(name, encode(Seen(agent=name.upper(), at=at)))])
    assert (await signs.seen())[name] == at
    for later in (at, at + timedelta(minutes=1)):
        await signs.end_roll_call(later)
        assert await signs.roll_call_ended() == later
    assert name not in {agent.id.lower() for agent in await Agents(tables, FakeClock()).list()}
