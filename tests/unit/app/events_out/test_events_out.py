"""Other systems are told what happens: in order, at least once, and nobody waits for them."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from shared.configuration import WhenWindowClosed
from shared.sending.channel import Accepted, Refusal
from shared.state.tables import Table
from shared.telemetry import Metric
from shared.vocabulary.identity import message_hash
from shared.vocabulary.words import MediaProblem
from tests.fakes.faults import Faults, Killed
from tests.fakes.meta import META
from tests.fakes.topic import FakeTopic
from tests.fakes.world import World
from tests.unit.app.api.cloud import team_at_meta, writes
from tests.unit.app.api.desk import ADA, Desk
from tests.unit.app.media.files import KEEPS, sends_file

SECRET = "Un secret"


def telling(**settings: Any) -> World:
    return World(events_topic="events", **settings)


def types(topic: FakeTopic) -> list[str]:
    """What was told, each event once, in the order of the ids."""
    told = {event.id: event.type for event in topic.events}
    return [told[event_id] for event_id in sorted(told)]


async def test_a_conversation_is_told_from_its_beginning_to_its_end() -> None:
    desk = Desk(telling())
    await desk.hire("ana", "general")
    conversation_id = await desk.conversation(SECRET)
    await desk.reply(conversation_id)
    await desk.world.status(desk.world.channel_id_of("Voici"), "Delivered")
    await desk.post(f"/conversations/{conversation_id}/wait", {})
    await desk.post(f"/conversations/{conversation_id}/close", {})

    assert types(desk.world.topic) == [
        "conversation.opened",
        "conversation.queued",
        "message.received",
        "message.sent",
        "conversation.assigned",
        "conversation.accepted",
        "message.sent",
        "message.status",
        "conversation.waiting",
        "conversation.closed",
    ]
    told = [event.encode().decode() for event in desk.world.topic.events]
    assert not any(SECRET in each or "33612345678" in each for each in told)
    first = json.loads(told[0])
    assert (first["specversion"], first["subject"]) == ("1.0", desk.world.contact.id)
    assert first["data"]["conversationId"] == conversation_id


async def test_texts_and_numbers_are_told_where_the_team_wants_it() -> None:
    world = telling(events_in_full=True)
    await world.customer(SECRET)

    (received,) = [event for event in world.topic.events if event.type == "message.received"]

    assert (received.data["text"], received.data["phone"]) == (SECRET, "+33612345678")


@pytest.mark.parametrize("full", [False, True])
async def test_an_id_of_metas_has_a_number_in_it_and_is_told_as_its_hash_unless_numbers_are_told(full: bool) -> None:
    wamid, sent = "wamid.HBgLMzM2MTIzNDU2NzgVAgASGA==", "wamid.HBgLMzM2MTIzNDU2NzgVAgARGA=="
    desk = await team_at_meta(events_topic="events", events_in_full=full)
    world = desk.world
    world.channel.answer_next(Accepted(message_id=sent))
    conversation_id = await writes(world, wamid)
    await desk.reply(conversation_id, "Voici")
    await world.status(sent, "Delivered", channel=META)
    world.channel.answer_next(Refusal(code="131053", message="no"))
    await desk.reply(conversation_id, "Encore")

    ids = {event.type: event.data.get("messageId") for event in world.topic.events if event.type.startswith("message.")}
    received, out = (wamid, sent) if full else (message_hash(wamid), message_hash(sent))
    assert ids == {
        "message.received": received,
        "message.sent": out,
        "message.status": out,
        "message.failed": None,
    }


async def test_no_text_is_so_long_that_a_contact_could_not_be_stored() -> None:
    world = telling(events_in_full=True)
    world.topic.away = True
    await world.customer("é" * 100_000)

    (received,) = [event for event in world.contact.events_out if event.type == "message.received"]

    assert received.data["text"] == "é" * 4096


async def test_held_replies_are_told_with_what_becomes_of_them() -> None:
    world = telling()
    await world.customer()
    await world.pass_time(25 * 3600)
    world.topic.events.clear()
    replies = [await world.reply(text, when_closed=WhenWindowClosed.HOLD) for text in ("Un", "Deux")]
    await world.cancel(replies[-1].words.id)
    await world.customer("Me voici")

    told = [event for event in world.topic.events if event.type.startswith("reply.")]
    assert [event.type for event in told] == ["reply.held", "reply.held", "reply.cancelled", "reply.released"]
    assert [event.data["replyId"] for event in told] == [replies[place].words.id for place in (0, 1, 1, 0)]
    assert {event.data["conversationId"] for event in told} == {world.conversation.id}


async def test_what_happened_once_is_told_once_whoever_writes_of_it_later() -> None:
    """A worker that never saw the message records its status; a file turns out to be gone, and its line says so."""
    world = telling(**KEEPS)
    await sends_file(world, None)
    await world.reply("Bonjour")
    world.restart()
    await world.status(world.channel_id_of("Bonjour"), "Delivered")
    await world.pass_time(60)

    told = types(world.topic)
    assert [line.media.problem for line in world.history() if line.media] == [MediaProblem.GONE]
    assert [told.count(f"message.{what}") for what in ("received", "sent", "status")] == [1, 2, 1]


async def test_a_status_before_its_send_is_told_after_it() -> None:
    world = telling()
    await world.customer()
    world.topic.events.clear()
    await world.status(f"00000000-0000-0000-0000-{len(world.channel.sent):012}", "Delivered")
    await world.reply("Bonjour")

    sent, status = [event for event in world.topic.events if event.type.startswith("message.")]
    assert (sent.type, status.type) == ("message.sent", "message.status")
    assert status.data == {
        "conversationId": world.conversation.id,
        "messageId": sent.data["messageId"],
        "replyId": sent.data["replyId"],
        "status": "delivered",
    }


async def test_without_a_topic_nothing_is_stored() -> None:
    world = World()
    await world.customer()

    assert world.contact.events_out == ()
    assert "events_out" not in world.tables.rows(Table.CONTACTS, world.contact.id)[0].body


async def test_once_the_team_tells_nobody_any_more_what_was_to_be_told_goes_with_the_next_commit() -> None:
    world = telling()
    world.topic.away = True
    await world.customer()
    assert world.contact.events_out
    world.settings = replace(world.settings, events_topic=None)
    world.restart()

    await world.customer()
    await world.pass_time(120)

    assert world.contact.events_out == ()
    assert world.topic.calls == 1


async def test_a_topic_that_is_away_delays_nothing_and_is_told_by_a_check() -> None:
    world = telling()
    world.topic.away = True
    await world.customer()
    await world.reply("Bonjour")
    assert world.channel_id_of("Bonjour")
    assert world.topic.calls == 1  # nobody else waits for it
    world.topic.away = False

    await world.pass_time(62)

    assert types(world.topic)[:3] == ["conversation.opened", "conversation.queued", "message.received"]
    assert types(world.topic)[-1] == "message.sent"


async def test_what_was_told_goes_with_the_next_commit_or_by_one_of_its_own() -> None:
    world = telling()
    for number in range(12):
        await world.customer(f"{number}")
        assert len(world.contact.events_out) < 10


async def test_of_too_many_the_oldest_statuses_go_first_and_are_counted() -> None:
    world = telling()
    world.topic.away = True
    await world.customer()
    for number in range(7):
        await world.reply(f"{number}")
        for status in ("Delivered", "Read"):
            await world.status(world.channel_id_of(f"{number}"), status)
    kept = [event.type for event in world.contact.events_out]

    assert len(kept) == 20
    assert kept[:3] == ["conversation.opened", "conversation.queued", "message.received"]
    assert sum(world.telemetry.values(Metric.EVENTS_OUT_DROPPED)) == 7


@pytest.mark.parametrize("after", [False, True])
async def test_killed_at_any_call_every_event_is_told(after: bool) -> None:
    for call in range(1, 40):
        world = telling()
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        wrapped = {name: faults.wrap(getattr(world, name)) for name in ("tables", "sender", "topic")}
        message = world.inbound("Bonjour", message_id="m1")
        with suppress(Killed):
            await world.event(message, by=world.worker(**wrapped))
        world.restart()
        await world.event(message)

        told = types(world.topic)
        assert told[:3] == ["conversation.opened", "conversation.queued", "message.received"]
        if not faults.reached:
            return
    raise AssertionError("it never ends")


@pytest.mark.parametrize("away", [False, True])
async def test_an_erasure_is_told_and_waits_for_nobody(away: bool) -> None:
    world = telling()
    await world.customer(SECRET)
    contact_id = world.contact.id
    world.topic.away = away

    assert (await Desk(world).delete(f"/contacts/{contact_id}", ADA)).status == 202
    await world.pass_time(10)

    assert world.contacts == []
    assert ("contact.erased" in types(world.topic)) is not away
    world.topic.away = False
    await world.pass_time(120)
    erased = [event for event in world.topic.events if event.type == "contact.erased"]
    assert [(event.contact_id, event.data) for event in erased] == [(contact_id, {})]
