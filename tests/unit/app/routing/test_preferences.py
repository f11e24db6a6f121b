"""What a customer tells WhatsApp of marketing messages is heeded as an opt-out."""

import json
from datetime import datetime, timedelta

import pytest

from shared.state.tables import Table
from tests.fakes.meta import about_number, at_meta, writes
from tests.fakes.world import PHONE, World


async def tells(world: World, value: str, at: datetime, *, bsuid: str | None = None) -> None:
    wish = {"wa_id": PHONE, "category": "marketing_messages", "value": value, "timestamp": int(at.timestamp())}
    await about_number(world, "user_preferences", user_preferences=[wish | ({"user_id": bsuid} if bsuid else {})])


@pytest.fixture(name="world")
async def after_a_message() -> World:
    document = json.loads(at_meta())
    document["workstreams"]["support"]["opt_out"] = {"keywords": ["STOP"], "resume": ["START"]}
    world = World(json.dumps(document))
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


async def test_words_after_whatsapps_stop_are_not_taken_back_by_whatsapp_either(world: World) -> None:
    await tells(world, "stop", world.clock.now())
    await writes(world, "STOP", phone=PHONE)
    assert wants(world) == (True, None)
    world.clock.step(60)
    await tells(world, "resume", world.clock.now())
    assert wants(world) == (True, None)


@pytest.mark.parametrize("in_words", [True, False])
async def test_what_was_said_under_another_name_stays_said(world: World, *, in_words: bool) -> None:
    resumed = world.clock.now()
    world.clock.step(60)
    await tells(world, "stop", world.clock.now())
    if in_words:
        await writes(world, "STOP", phone=PHONE)
    await writes(world, "C'est moi", bsuid="FR.1")
    stays = world.contact_with("FR.1").id
    await writes(world, "Encore", bsuid="FR.1", phone=PHONE)
    await world.drain()
    world.clock.step(60)
    for at in (resumed, *([world.clock.now()] if in_words else [])):
        await tells(world, "resume", at, bsuid="FR.1")
    contact = world.contact_with(stays)
    assert len(contact.merged_from) == 1
    assert (contact.opted_out, contact.opted_out_code) == (True, None if in_words else "131050")


@pytest.mark.parametrize("value", ["maybe", "stop"])
async def test_nothing_is_kept_of_an_unknown_wish_or_customer(value: str) -> None:
    world = World(at_meta())
    await tells(world, value, world.clock.now(), bsuid="FR.1")
    assert world.contacts == []
    assert world.tables.partitions(Table.ALIASES) == []
