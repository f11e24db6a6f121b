"""A team whose number is at Meta, and a customer who writes to it."""

import json
from typing import Any, Final

import yaml

from shared.intake.events import CustomerIdentity, InboundMessage
from shared.vocabulary.words import MessageKind, Provider
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


async def writes(world: World, message_id: str, text: str | None = "Bonjour", **fields: Any) -> str:
    """The customer writes; the id of the conversation."""
    customer = CustomerIdentity(channel_id=NUMBER_ID, phone=f"+{PHONE}", bsuid=None)
    usual: dict[str, Any] = {
        "kind": MessageKind.TEXT,
        "original_kind": "text",
        "provider": Provider.WHATSAPP_CLOUD,
        "at": world.clock.now(),
    }
    event = InboundMessage(event_id=message_id, message_id=message_id, customer=customer, text=text, **usual | fields)
    channel = world.centre.configuration.channels["support_fr"]
    conversation_id = await world.centre._take_inbound(event, channel)
    assert conversation_id
    return conversation_id
