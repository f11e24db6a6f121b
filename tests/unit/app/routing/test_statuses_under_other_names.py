"""A status shows the customer under a name that nobody knows yet: what it says of the attempt that it names counts."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from shared.adapters.whatsapp_cloud_bodies import message_of
from shared.vocabulary.words import MessageStatus
from tests.fakes.meta import about_number, at_meta, writes
from tests.fakes.world import PHONE, World, refusal

OLD, NEW = "FR.OLD", "FR.NEW"
OTHER_PHONE = "33699999999"


async def tell(world: World, callback: object = None, **recipient: str) -> None:
    body = message_of(next(each for each in world.channel.sent if each.content.text == "Un"))
    status = {
        "id": "wamid.of-the-attempt",
        "status": "delivered",
        "timestamp": str(int(world.clock.now().timestamp())),
        "biz_opaque_callback_data": callback or body["biz_opaque_callback_data"],
        **recipient,
    }
    await about_number(world, "messages", statuses=[status])


@pytest.fixture(name="world")
async def with_a_reply_in_doubt() -> World:
    world = World(at_meta())
    world.channel.repeatable = False
    await writes(world, "Bonjour", bsuid=OLD)
    world.channel.lose_next_answer()
    await refusal(world.reply("Un"))
    return world


def statuses(world: World, contact: str) -> list[MessageStatus | None]:
    return [line.status for line in world.history(contact) if line.text == "Un"]


async def later(world: World) -> list[str]:
    """Webhooks come through, and the doubt ends: what was sent of the reply."""
    world.clock.step(120)
    await writes(world, "Autre", phone=OTHER_PHONE)
    await world.pass_time(700)
    return [each.content.text or "" for each in world.channel.sent if each.content.text == "Un"]


async def test_before_the_change_of_the_name_is_told(world: World) -> None:
    contact = world.contact.id
    await tell(world, recipient_user_id=NEW)
    assert await later(world) == ["Un"]
    assert statuses(world, contact) == [MessageStatus.DELIVERED]


async def test_after_the_customer_has_written_under_it(world: World) -> None:
    contact = world.contact.id
    await writes(world, "C'est moi", bsuid=NEW)
    await tell(world, recipient_user_id=NEW)
    assert await later(world) == ["Un"]
    assert statuses(world, contact) == [MessageStatus.DELIVERED]


async def test_by_a_bsuid_that_was_never_seen_of_a_number() -> None:
    world = World(at_meta())
    world.channel.repeatable = False
    await writes(world, "Bonjour", phone=PHONE)
    world.channel.lose_next_answer()
    await refusal(world.reply("Un"))
    await tell(world, recipient_user_id=NEW)
    assert await later(world) == ["Un"]


@pytest.mark.parametrize("callback", ["of another app's", "a.b", "x." + "0" * 32, 17, {"an": "object"}])
async def test_what_names_nobody_changes_nothing(world: World, callback: object) -> None:
    await tell(world, callback, recipient_user_id=NEW)
    assert world.line("Un").status is MessageStatus.PENDING


async def test_no_number_or_name_is_handed_through(world: World) -> None:
    body: Mapping[str, Any] = message_of(world.channel.sent[-1])
    assert len(body["biz_opaque_callback_data"]) < 100
    assert OLD not in json.dumps(body["biz_opaque_callback_data"])
