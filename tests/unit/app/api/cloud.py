"""A team whose number is at Meta, and a customer who writes to it."""

import json
from typing import Any, Final

import yaml

from shared.intake.whatsapp_batch import items_in
from tests.fakes.sample import SAMPLE
from tests.fakes.world import PHONE, World
from tests.unit.app.api.desk import Desk

NUMBER_ID: Final = "106540352242922"


def at_meta(*, greeting: str | None = None) -> str:
    """The sample configuration, with its number at Meta."""
    document = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    document["channels"]["support_fr"] |= {
        "provider": "whatsapp_cloud",
        "id": NUMBER_ID,
        "account": "102290129340398",
    }
    document["workstreams"]["support"]["automated_messages"] = {"greeting": {"fr": greeting}} if greeting else {}
    return json.dumps(document)


async def team_at_meta(*, greeting: str | None = None, **settings: Any) -> Desk:
    """The desk of Ana, of a team whose number is at Meta."""
    desk = Desk(World(at_meta(greeting=greeting), **settings))
    await desk.hire("ana", "general")
    return desk


async def writes(world: World, message_id: str, text: str = "Bonjour", /, *, name: str = "Ana", **said: Any) -> str:
    """The customer writes, or sends what else Meta has; the id of the conversation.

    Args:
        name: In the profile.
        said: The message as Meta's webhook has it, in place of a text.
    """
    said = said or {"type": "text", "text": {"body": text}}
    stamp = str(int(world.clock.now().timestamp()))
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33123456789", "phone_number_id": NUMBER_ID},
        "contacts": [{"profile": {"name": name}, "wa_id": PHONE}],
        "messages": [{"from": PHONE, "id": message_id, "timestamp": stamp, **said}],
    }
    change = {"field": "messages", "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}
    for item in items_in(json.dumps(body).encode()):
        assert isinstance(item, dict)
        await world.event(item)
    return world.conversation.id
