"""People at once over Azure Table Storage, through the API: one gets it, and whatever a simulation does stays true."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from random import Random

import pytest
import pytest_asyncio

from shared.adapters.table_storage import AzureTables
from tests.simulation import rules
from tests.simulation.centre import CHANNELS, SimulatedWorld
from tests.simulation.simulation import Simulation
from tests.simulation.snapshot import Snapshot
from tests.unit.app.api.desk import SUE, Desk

PICKERS = 16
WAITING = 12
AT_ONCE = 16
SETTLES_WITHIN = 200.0


@pytest_asyncio.fixture
async def tables(own_table_storage: str) -> AsyncIterator[AzureTables]:
    adapter = AzureTables.from_connection_string(own_table_storage)
    yield adapter
    await adapter.close()


@pytest.fixture
def world(tables: AzureTables) -> SimulatedWorld:
    return SimulatedWorld(Random(0), tables)


async def test_sixteen_who_pick_the_same_conversations_get_each_once(world: SimulatedWorld) -> None:
    await _come_to_work(world, presence="away")
    await _write(world, WAITING, "picked")
    waiting = [each.id for each in (await world.look()).waiting()]

    async def pick(number: int) -> list[int]:
        desk = Desk(world, centre=world.workers[number % 2])
        return [
            (await desk.post(f"/conversations/{each}/assign", {}, _agent(_names()[number]))).status for each in waiting
        ]

    statuses = await asyncio.gather(*(pick(number) for number in range(PICKERS)))
    for each in zip(*statuses, strict=True):
        assert sorted(each) == [200] + [409] * (PICKERS - 1)
    await world.pass_time(SETTLES_WITHIN)
    seen = await world.look()
    _check(seen, rules.always, rules.settled)
    assert len(seen.holdings) == len(waiting)


async def test_a_simulated_stretch_is_as_true_on_real_tables(tables: AzureTables) -> None:
    await Simulation(3, kills=True, tables=tables).run(8)


def _check(seen: Snapshot, *held: Callable[[Snapshot], Iterable[str]]) -> None:
    assert [broken for each in held for broken in each(seen)] == []


def _names() -> list[str]:
    return [f"agent-{number}" for number in range(PICKERS)]


def _agent(name: str) -> dict[str, str]:
    return {"X-Agent-Id": name, "X-Agent-Role": "Agent"}


async def _come_to_work(world: SimulatedWorld, *, presence: str) -> None:
    desk = Desk(world)

    async def hire(name: str) -> None:
        await desk.hire(name, "billing", "general", "returns")
        await desk.put(f"/agents/{name}/presence", {"presence": presence}, SUE)

    await _at_once([hire(name) for name in _names()])


async def _write(world: SimulatedWorld, count: int, channel: str) -> None:
    """So many customers write for the first time."""
    numbers = [f"337{number:08}" for number in range(count)]
    await _at_once([world.customer("Bonjour", phone=each, to=CHANNELS[channel]) for each in numbers])


async def _at_once(work: Iterable[Awaitable[object]]) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def do(one: Awaitable[object]) -> None:
        async with slots:
            await one

    await asyncio.gather(*map(do, work))
