"""A team whose number is at Meta, and what Meta's webhook brings to it."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import yaml

from shared.intake.whatsapp_batch import items_in
from shared.vocabulary.templates import ListedTemplate
from tests.fakes.channel import FakeChannel
from tests.fakes.sample import SAMPLE
from tests.fakes.world import World

META: Final = "106540352242922"
ACCOUNT: Final = "102290129340398"
OTHER_ACCOUNT: Final = "102290129340399"


def file_with(**channel: Any) -> str:
    """The sample configuration with this as its only channel."""
    document = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    document["channels"]["support_fr"] = {"number": "+33123456789", "workstream": "support", **channel}
    return json.dumps(document)


def at_meta(**more: Any) -> str:
    """The sample configuration with its channel at Meta."""
    return file_with(provider="whatsapp_cloud", id=META, account=ACCOUNT, **more)


async def webhook(world: World, field: str, value: dict[str, Any], *, account: str = ACCOUNT) -> None:
    """Meta calls the webhook once, with one change, and the worker handles all that is in it."""
    change = {"field": field, "value": value}
    entry = {"id": account, "time": _seconds(world.clock.now()), "changes": [change]}
    for event in items_in(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()):
        assert isinstance(event, dict)
        await world.event(event)


async def about_number(world: World, field: str, **value: Any) -> None:
    """Meta says something about a customer of the number's."""
    await webhook(world, field, {"messaging_product": "whatsapp", "metadata": {"phone_number_id": META}, **value})


async def writes(
    world: World, text: str, *, at: datetime | None = None, phone: str | None = None, bsuid: str | None = None
) -> None:
    """A customer writes by way of Meta."""
    message = {
        "id": f"wamid.{world.clock.new_id()}",
        "timestamp": str(_seconds(at or world.clock.now())),
        "type": "text",
        "text": {"body": text},
        **({"from": phone} if phone else {}),
        **({"from_user_id": bsuid} if bsuid else {}),
    }
    await about_number(world, "messages", messages=[message])


def listings(world: World, *channel_ids: str, while_asked: Callable[[], None] = lambda: None) -> list[str]:
    """The channels whose templates were asked for, from now on; each lists nothing, which takes a second."""

    class Lists(FakeChannel):
        async def templates(self, channel_id: str) -> Sequence[ListedTemplate]:
            asked.append(channel_id)
            world.clock.step(1)
            while_asked()
            return await super().templates(channel_id)

    asked: list[str] = []
    world.channel = Lists()
    world.channel.listed |= dict.fromkeys(channel_ids or (META,), ())
    world.restart()
    return asked


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
