"""What customers see of the team's reading."""

import asyncio
from typing import Any

from shared.settings import WhatsAppCloud
from shared.vocabulary.errors import Unavailable
from tests.fakes.channel import FakeChannel
from tests.fakes.meta import META
from tests.fakes.world import World
from tests.unit.app.api.cloud import team_at_meta, writes
from tests.unit.app.api.desk import SUE, Desk

WANTED = WhatsAppCloud(marks_read=True)


async def reads(desk: Desk, conversation_id: str, up_to: str, *, key: str | None = None) -> Any:
    answer = await desk.post(f"/conversations/{conversation_id}/read", {"upTo": up_to}, key=key)
    await desk.world.background()
    assert answer.status == 200
    return answer.json


async def reading(*, settings: WhatsAppCloud = WANTED, channel: FakeChannel | None = None) -> tuple[Desk, str]:
    """Ana has the conversation of a customer who wrote twice."""
    desk = await team_at_meta(whatsapp=settings)
    if channel:
        desk.centre = desk.world.centre = desk.world.worker(channel=channel)
    await writes(desk.world, "wamid.1")
    conversation_id = await writes(desk.world, "wamid.2", "Il y a quelqu'un ?")
    await desk.post(f"/conversations/{conversation_id}/assign", {"agent": "ana"}, SUE)
    return desk, conversation_id


async def test_a_customer_sees_once_what_was_read() -> None:
    desk, conversation_id = await reading()

    assert (await reads(desk, conversation_id, "wamid.1"))["unread"] == 1
    assert (await reads(desk, conversation_id, "wamid.2"))["unread"] == 0
    assert (await reads(desk, conversation_id, "wamid.2"))["unread"] == 0

    assert desk.world.channel.marked_read == [(META, "wamid.1"), (META, "wamid.2")]


async def test_a_call_that_is_repeated_is_one_reading() -> None:
    desk, conversation_id = await reading()
    for _ in range(2):
        await reads(desk, conversation_id, "wamid.2", key="k1")
    assert desk.world.channel.marked_read == [(META, "wamid.2")]


async def test_who_reads_on_to_the_teams_own_line_has_read_the_customers() -> None:
    desk, conversation_id = await reading()
    note = await desk.post(f"/conversations/{conversation_id}/notes", {"text": "Cliente fidèle"})
    await writes(desk.world, "wamid.3", "Allô ?")

    await reads(desk, conversation_id, note.json["messageId"])

    assert desk.world.channel.marked_read == [(META, "wamid.2")]


async def test_a_reaction_is_no_message_that_is_read() -> None:
    desk, conversation_id = await reading()
    await writes(desk.world, "wamid.3", type="reaction", reaction={"message_id": "wamid.1", "emoji": "👍"})
    await reads(desk, conversation_id, "wamid.3")
    assert desk.world.channel.marked_read == [(META, "wamid.2")]


async def test_a_colleague_who_looks_on_shows_nothing() -> None:
    desk, conversation_id = await reading()
    await desk.hire("bob", "general")
    answer = await desk.post(
        f"/conversations/{conversation_id}/read", {"upTo": "wamid.2"}, {"X-Agent-Id": "bob", "X-Agent-Role": "Agent"}
    )
    await desk.world.background()
    assert answer.refusal == (409, "not_assigned_to_you")
    assert desk.world.channel.marked_read == []


async def test_nothing_is_shown_where_the_team_does_not_want_it() -> None:
    desk, conversation_id = await reading(settings=WhatsAppCloud())
    await reads(desk, conversation_id, "wamid.2")
    assert desk.world.channel.marked_read == []


async def test_what_acs_brought_is_not_shown_and_nobody_is_asked_for_it() -> None:
    desk = Desk(World(whatsapp=WANTED))
    await desk.hire("ana", "general")
    conversation_id = await desk.conversation(message_id="m1")
    await desk.post(f"/conversations/{conversation_id}/assign", {"agent": "ana"}, SUE)
    note = (await desk.post(f"/conversations/{conversation_id}/notes", {"text": "Cliente fidèle"})).json["messageId"]
    await desk.world.background()

    answer = await desk.post(f"/conversations/{conversation_id}/read", {"upTo": note})

    assert (answer.status, answer.json["unread"]) == (200, 0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert desk.world.channel.marked_read == []


async def test_a_provider_that_is_away_keeps_nobody_from_reading() -> None:
    class Away(FakeChannel):
        async def mark_read(self, channel_id: str, message_id: str) -> None:
            await super().mark_read(channel_id, message_id)
            raise Unavailable("away")

    channel = Away()
    desk, conversation_id = await reading(channel=channel)
    assert (await reads(desk, conversation_id, "wamid.2"))["unread"] == 0
    assert channel.marked_read == [(META, "wamid.2")]
