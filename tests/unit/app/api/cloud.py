"""A team whose number is at Meta, and a customer who writes to it."""

import json
from typing import Any

from tests.fakes.meta import about_number, at_meta
from tests.fakes.world import PHONE, World
from tests.unit.app.api.desk import Desk


async def team_at_meta(*, greeting: str | None = None, **settings: Any) -> Desk:
    """The desk of Ana, of a team whose number is at Meta; without a greeting its workstream says nothing by itself."""
    document = json.loads(at_meta())
    document["workstreams"]["support"]["automated_messages"] = {"greeting": {"fr": greeting}} if greeting else {}
    desk = Desk(World(json.dumps(document), **settings))
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
    await about_number(
        world,
        "messages",
        contacts=[{"profile": {"name": name}, "wa_id": PHONE}],
        messages=[{"from": PHONE, "id": message_id, "timestamp": stamp, **said}],
    )
    return world.conversation.id
