"""Queues that overflow: on entry by a rule, and by waiting; and what the customer is told."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.state.closed_queues import ClosedUntil
from shared.state.tables import Table
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import AuthorType, ClosureReason, ConversationStatus, SegmentEnd
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import World
from tests.unit.app.api.desk import SUE, Desk

OPEN = datetime(2026, 11, 27, 10, tzinfo=UTC)
"""A Friday morning; at night the office is closed."""
NIGHT = OPEN + timedelta(hours=10)
CHRISTMAS = datetime(2026, 12, 25, 10, tzinfo=UTC)


def file(**queues: str) -> str:
    texts = ", ".join(
        f'{trigger}: {{en: "{trigger} in {{queue.name}}"}}'
        for trigger in ("greeting", "out_of_hours", "holiday", "overflow_closed", "conversation_closed")
    )
    listed = {"office": "{hours: office}", "general": "{}", "night": "{}", **queues}
    return f"""
version: 1
channels: {{support: {{id: 11111111-1111-1111-1111-111111111111, workstream: support}}}}
workstreams:
  support:
    languages: [en]
    route_to_queue:
      rules:
        - {{name: bill, when: {{message.text: {{contains: bill}}}}, to: office}}
        - {{name: urgent, when: {{message.text: {{contains: urgent}}}}, to: night}}
        - name: vip
          when: {{message.text: {{contains: vip}}}}
          to: night
          overflow: [{{when: {{length: 1}}, do: close}}]
      fallback: general
    automated_messages: {{{texts}}}
queues: {{{", ".join(f"{name}: {queue}" for name, queue in listed.items())}}}
hours:
  office: {{timezone: UTC, open: {{mon-fri: ["09:00-18:00"]}}, holidays: {{dates: [2026-12-25]}}}}
"""


def world_at(at: datetime, **queues: str) -> World:
    world = World(file(**queues))
    world.clock.step((at - world.clock.now()).total_seconds())
    return world


@pytest.mark.parametrize(
    ("at", "office", "queue", "said"),
    [
        (OPEN, "{hours: office}", "office", "greeting in office"),
        (NIGHT, "{hours: office}", "office", "out_of_hours in office"),
        (CHRISTMAS, "{hours: office}", "office", "holiday in office"),
        (
            NIGHT,
            "{hours: office, overflow: [{when: {out_of_hours: true}, do: {transfer: general}}]}",
            "general",
            "greeting in general",
        ),
        (
            NIGHT,
            "{hours: office, overflow: [{when: {out_of_hours: true}, do: close}]}",
            "office",
            "overflow_closed in office",
        ),
    ],
    ids=["in hours", "at night", "on a holiday", "passed on at night", "closed at night"],
)
async def test_one_thing_is_said_by_what_becomes_of_the_conversation(
    at: datetime, office: str, queue: str, said: str
) -> None:
    world = world_at(at, office=office)
    await world.customer("my bill")
    assert (world.conversation.queue, world.phone) == (queue, [said])


async def test_what_decided_is_stored() -> None:
    world = world_at(NIGHT, office="{hours: office, overflow: [{when: {out_of_hours: true}, do: {transfer: general}}]}")
    await world.customer("my bill")
    conversation = world.conversation
    assert (conversation.route_rule, conversation.matched) == ("bill", ("bill",))
    assert conversation.configuration == world.centre.configuration.version_hash
    assert conversation.overflowed_from == ("office",)
    assert [(each.queue, each.reason) for each in conversation.segments] == [
        ("office", SegmentEnd.OVERFLOW_TRANSFERRED),
        ("general", None),
    ]
    assert "Overflow: moved to the queue general." in notes(world)


async def test_close_on_entry_keeps_the_conversation_in_its_queue_with_its_reason() -> None:
    world = world_at(NIGHT, office="{hours: office, overflow: [{when: {out_of_hours: true}, do: close}]}")
    await world.customer("my bill")
    conversation = world.conversation
    assert conversation.closure
    assert (conversation.queue, conversation.closure.reason) == ("office", ClosureReason.OVERFLOW_CLOSED)
    assert "Closed: the queue office overflowed." in notes(world)
    assert not [row for row in world.listed("office") if not row.get("gone")]


def notes(world: World) -> list[str | None]:
    return [line.text for line in world.history() if line.author.type is AuthorType.SYSTEM]


async def test_a_line_is_counted_when_its_rule_asks_and_the_next_conversation_is_passed_on() -> None:
    world = world_at(OPEN, night="{overflow: [{when: {length: 2}, do: {transfer: general}}]}")
    queues = [await queue_of(world, f"urgent {number}", f"3361234567{number}") for number in range(4)]
    assert queues == ["night", "night", "general", "general"]


async def test_a_rule_s_own_overflow_stands_for_its_queue_s() -> None:
    world = world_at(OPEN, night="{overflow: [{when: {length: 5}, do: {transfer: general}}]}")
    assert await queue_of(world, "urgent", "33612345670") == "night"
    await world.customer("vip", phone="33612345671")
    vip = world.contact_with("33612345671").conversation
    assert vip
    assert vip.status is ConversationStatus.CLOSED


async def queue_of(world: World, text: str, phone: str) -> str:
    await world.customer(text, phone=phone)
    conversation = world.contact_with(phone).conversation
    assert conversation
    return conversation.queue


async def test_a_queue_that_a_supervisor_closed_overflows() -> None:
    world = world_at(OPEN)
    await world.centre.closed_queues.put("office", ClosedUntil(until=OPEN + timedelta(hours=1), reason="outage"))
    await world.customer("my bill")
    assert world.phone == ["out_of_hours in office"]
    assert await queue_of(world, "bill, urgent", "33612345671") == "night"


async def test_a_conversation_that_waits_too_long_is_passed_on_to_the_minute() -> None:
    world = world_at(OPEN, office="{hours: office, overflow: [{when: {waiting: 30m}, do: {transfer: general}}]}")
    await world.customer("my bill")
    await world.pass_time(29 * 60)
    assert world.conversation.queue == "office"
    await world.pass_time(61)
    assert world.conversation.queue == "general"
    assert [row for row in world.listed("office") if not row.get("gone")] == []
    assert [row["conversation_id"] for row in world.listed("general")] == [world.conversation.id]


async def test_a_conversation_that_waits_too_long_is_closed_with_a_word() -> None:
    world = world_at(OPEN, office="{hours: office, overflow: [{when: {waiting: 30m}, do: close}]}")
    await world.customer("my bill")
    await world.pass_time(31 * 60)
    assert world.conversation.closure
    assert world.conversation.closure.reason is ClosureReason.WAITING_OVERFLOW_CLOSED
    assert world.phone == ["greeting in office", "overflow_closed in office"]


async def test_a_transfer_waits_for_its_target_to_open() -> None:
    world = world_at(NIGHT, night="{overflow: [{when: {waiting: 30m}, do: {transfer: office}}]}")
    await world.customer("urgent")
    await world.pass_time(3600)
    assert world.conversation.queue == "night"
    opens = datetime(2026, 11, 30, 9, tzinfo=UTC)
    await world.pass_time((opens - world.clock.now()).total_seconds() + 5)
    assert world.conversation.queue == "office"
    assert rfc3339(world.conversation.segments[-1].started_at).startswith("2026-11-30T09:00:0")


NIGHT_SHIFT = "{hours: office, overflow: [{when: {out_of_hours: true}, do: {transfer: night}}]}"


@pytest.mark.parametrize(
    ("minutes_until_open", "queue"),
    [
        pytest.param(2 * 60, "night", id="while its queue is closed"),
        pytest.param(13 * 60, "office", id="not once its queue is open again"),
    ],
)
async def test_a_transfer_on_entry_is_looked_at_again_when_its_target_opens(
    minutes_until_open: int, queue: str
) -> None:
    night = OPEN - timedelta(days=1) + timedelta(hours=10)
    world = world_at(night, office=NIGHT_SHIFT)
    until = night + timedelta(minutes=minutes_until_open)
    await world.centre.closed_queues.put("night", ClosedUntil(until=until))
    await world.customer("my bill")
    assert world.conversation.queue == "office"
    place = world.conversation.queued_since
    await world.pass_time(minutes_until_open * 60 - 5)
    assert world.conversation.queue == "office"
    await world.pass_time(20)
    assert (world.conversation.queue, world.conversation.queued_since) == (queue, place)
    await world.pass_time(24 * 3600)
    assert world.conversation.queue == queue
    assert [text for text in world.phone if text] == ["out_of_hours in office"]


async def test_whoever_was_taken_meanwhile_is_not_passed_on() -> None:
    world = world_at(NIGHT, office=NIGHT_SHIFT)
    await world.centre.closed_queues.put("night", ClosedUntil(until=NIGHT + timedelta(hours=2)))
    await world.customer("my bill")
    await world.reply("Yes?")
    await Desk(world).post(f"/conversations/{world.conversation.id}/release", {}, SUE)
    await world.pass_time(3 * 3600)
    assert world.conversation.queue == "office"


TRANSFER = "{hours: office, overflow: [{when: {waiting: 30m}, do: {transfer: general}}]}"
CLOSES = "{hours: office, overflow: [{when: {waiting: 30m}, do: close}]}"


async def overflowing(office: str, faults: Faults) -> World:
    """A worker dies while a conversation overflows; another goes on."""
    world = world_at(OPEN, office=office)
    await world.customer("my bill", message_id="m1")
    await world.pass_time(29 * 60)
    world.clock.step(62)
    doomed = world.worker(
        tables=faults.wrap(world.tables), sender=faults.wrap(world.sender), channel=faults.wrap(world.channel)
    )
    try:
        await world.drain(by=doomed)
    except Killed:
        world.restart()
    await world.pass_time(600)
    return world


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
@pytest.mark.parametrize("office", [TRANSFER, CLOSES], ids=["transfer", "close"])
async def test_killed_at_any_call_a_conversation_overflows_once(office: str, after: bool) -> None:
    counting = Faults(error=Killed())
    expected = outcome(await overflowing(office, counting))
    for call in range(1, len(counting.calls) + 1):
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        world = await overflowing(office, faults)
        assert faults.reached
        assert outcome(world) == expected, f"killed at {faults.calls[call - 1]} ({call})"


def outcome(world: World) -> object:
    """What an outsider sees of it."""
    lists = {queue: [row.get("gone", False) for row in world.listed(queue)] for queue in ("office", "general")}
    lines = {
        queue: sum(row.key.startswith("line:") for row in world.tables.rows(Table.INBOX, queue))
        for queue in ("office", "general")
    }
    return world.conversation.queue, world.conversation.status, notes(world), world.phone, lists, lines
