"""Some seeds of the simulation; `python -m tests.simulation --seeds 1000` plays as many as wanted."""

import pytest

from tests.simulation.simulation import Simulation

SEEDS = range(6)
STEPS = 45


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_lost_doubled_or_forgotten(seed: int) -> None:
    await Simulation(seed, kills=False).run(STEPS)


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_lost_doubled_or_forgotten_while_workers_die(seed: int) -> None:
    await Simulation(seed, kills=True).run(STEPS)


@pytest.mark.parametrize("seed", SEEDS[:3])
async def test_nothing_is_lost_doubled_or_forgotten_where_clocks_differ(seed: int) -> None:
    await Simulation(seed, kills=True, clocks_differ=True).run(STEPS)


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_lost_doubled_or_forgotten_at_meta_while_workers_die(seed: int) -> None:
    await Simulation(seed, kills=True, at_meta=True).run(STEPS)
