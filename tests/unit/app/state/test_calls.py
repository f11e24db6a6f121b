"""What a message costs in calls to Table Storage, cold, warm, and with a cache that is out of date."""

from typing import Any

import pytest

from shared.composition import ContactCentre
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import World

COMMIT, GET, SEND = "FakeTables.commit", "FakeTables.get", "FakeSender.send"


def counted(world: World) -> tuple[ContactCentre, list[str]]:
    """A worker, and the calls that it makes to Table Storage and the queues."""
    faults = Faults(error=Killed())
    return world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender)), faults.calls


@pytest.mark.parametrize("names", [{}, {"bsuid": "FR.1"}, {"phone": "", "bsuid": "FR.1"}], ids=str)
async def test_a_warm_contact_costs_one_transaction_and_two_writes(
    names: dict[str, Any],
) -> None:
    world = World(sample())
    worker, calls = counted(world)
    await world.customer("Un", by=worker, **names)
    for text in ("Deux", "Trois"):
        calls.clear()
        await world.customer(text, by=worker, **names)
        assert calls == [COMMIT, COMMIT, COMMIT]


async def test_a_contact_is_still_warm_after_a_reply_of_this_worker() -> None:
    world = World(sample())
    worker, calls = counted(world)
    await world.customer("Un", by=worker)
    await world.reply("Me voici", by=worker)
    calls.clear()
    await world.customer("Deux", by=worker)
    assert calls == [
        SEND,
        COMMIT,
        COMMIT,
        COMMIT,
    ]  # a timer, should the agent be gone
    calls.clear()
    await world.customer("Trois", by=worker)
    assert calls == [COMMIT, COMMIT, COMMIT]


async def test_a_cache_that_is_out_of_date_costs_a_reload_and_loses_nothing() -> None:
    world = World(sample())
    worker, calls = counted(world)
    await world.customer("Un", by=worker)
    await world.customer("Deux", by=world.worker())
    calls.clear()
    await world.customer("Trois", by=worker)
    assert calls.count(COMMIT) <= 5
    assert calls.count(GET) <= 4
    assert world.texts() == [("in", "Un"), ("in", "Deux"), ("in", "Trois")]
    calls.clear()
    await world.customer("Quatre", by=worker)
    assert calls == [COMMIT, COMMIT, COMMIT]


async def test_a_contact_that_another_worker_merged_is_not_served_from_the_cache() -> None:
    world = World(sample())
    worker, _ = counted(world)
    await world.customer("Un", by=worker)
    await world.customer("Par nom", phone="", bsuid="FR.1", by=world.worker())
    await world.customer("C'est moi", bsuid="FR.1", by=world.worker())
    await world.drain(by=world.worker())
    await world.customer("Deux", by=worker)
    stays = world.contact_with("FR.1")
    assert [line.text for line in world.history(stays.id)] == ["Par nom", "C'est moi", "Deux"]


async def test_the_same_event_again_reads_before_it_does_nothing() -> None:
    world = World(sample())
    worker, calls = counted(world)
    await world.customer("Un", message_id="m1", by=worker)
    calls.clear()
    await world.customer("Un", message_id="m1", by=worker)
    assert GET in calls
