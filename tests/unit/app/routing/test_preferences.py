"""What a customer tells WhatsApp of marketing messages is heeded as an opt-out."""

from datetime import datetime, timedelta

import pytest

from shared.state.tables import Table
from tests.fakes.world import PHONE, World
from tests.unit.app.routing.meta import about_number, at_meta, writes


async def tells(world: World, value: str, at: datetime, *, bsuid: str | None = None) -> None:
    wish = {"wa_id": PHONE, "category": "marketing_messages", "value": value, "timestamp": int(at.timestamp())}
    await about_number(world, "user_preferences", user_preferences=[wish | ({"user_id": bsuid} if bsuid else {})])


@pytest.fixture(name="world")
async def after_a_message() -> World:
    world = World(at_meta())
    await writes(world, "Bonjour", phone=PHONE)
    world.clock.step(60)
    return world


def wants(world: World) -> tuple[bool, str | None]:
    return world.contact.opted_out, world.contact.opted_out_code


async def test_stop_and_resume(world: World) -> None:
    now = world.clock.now()
    await tells(world, "stop", now)
    assert wants(world) == (True, "131050")
    before = len(world.history())
    await tells(world, "stop", now)
    assert len(world.history()) == before
    await tells(world, "resume", now + timedelta(seconds=5))
    assert wants(world) == (False, None)


async def test_only_the_newest_counts_whatever_the_order(world: World) -> None:
    now = world.clock.now()
    await tells(world, "resume", now)
    await tells(world, "stop", now - timedelta(seconds=10))
    assert wants(world) == (False, None)


async def test_words_of_the_customer_are_not_taken_back_by_whatsapp(world: World) -> None:
    await world.change(opted_out=True)
    assert wants(world) == (True, None)
    await tells(world, "resume", world.clock.now())
    assert wants(world) == (True, None)


@pytest.mark.parametrize("value", ["maybe", "stop"])
async def test_nothing_is_kept_of_an_unknown_wish_or_customer(value: str) -> None:
    world = World(at_meta())
    await tells(world, value, world.clock.now(), bsuid="FR.1")
    assert world.contacts == []
    assert world.tables.partitions(Table.ALIASES) == []
