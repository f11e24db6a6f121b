"""Changes, live: who is told what, how soon, and what happens to those who are many, late, or lose their right."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from shared.live.places import CROWDED, MOST_WAITERS
from shared.sending.channel import Postponed
from shared.state.changes import ChangeKind, LoggedChange, hour_of
from shared.state.tables import Table
from shared.telemetry import Metric
from tests.fakes.world import PHONE, World
from tests.unit.app.api.desk import ADA, ANA, BOB, SUE, Desk
from tests.unit.app.api.poller import Poller

NOTHING: tuple[list[str], list[str], list[str]] = ([], [], [])


async def test_a_desk_takes_a_cursor_and_is_told_what_comes_as_lists_show_it() -> None:
    desk = await Desk.staffed()
    first = await Poller(desk).poll(wait=25)
    assert (first["rows"], first["gone"], first["resync"], "pollAfterMs" in first) == ([], [], False, False)
    poller = await Poller(desk).begin()
    conversation_id = await desk.conversation("Bonjour")
    answer = await poller.poll()
    listed = (await desk.get("/conversations")).json["items"]
    assert answer["rows"] == listed
    assert [row["conversationId"] for row in listed] == [conversation_id]
    desk.world.clock.step(5)  # queues are counted that often
    answer = await poller.poll()
    assert answer["queues"] == {"general": {"length": 1, "oldestWaitSeconds": 7}}
    assert await poller.told() == NOTHING


async def test_it_waits_as_long_as_it_asked_to_and_is_answered_as_soon_as_something_changes() -> None:
    desk = await Desk.staffed()
    poller, clock = await Poller(desk).begin(), desk.world.clock
    began = clock.now()
    assert (await poller.poll(wait=25))["rows"] == []
    assert timedelta(seconds=24) <= clock.now() - began <= timedelta(seconds=26)
    waiting = asyncio.create_task(poller.poll(wait=25))
    await asyncio.sleep(0)
    began = clock.now()
    await desk.conversation()
    assert len((await waiting)["rows"]) == 1
    assert clock.now() - began <= timedelta(seconds=5)  # time passes here while the message is handled


@pytest.mark.parametrize(
    ("caller", "queue", "before", "after"),
    [
        (ANA, "billing", "row", "gone"),  # it left a queue of hers
        (BOB, "billing", "nothing", "row"),  # it came to a queue of his
        (SUE, "billing", "row", "row"),
        (ADA, "billing", "row", "row"),
        ({"X-Agent-Id": "eve", "X-Agent-Role": "Agent"}, "billing", "nothing", "nothing"),  # has no record
    ],
)
async def test_a_row_is_given_to_whoever_may_see_it_and_taken_from_whoever_could(
    caller: Mapping[str, str], queue: str, before: str, after: str
) -> None:
    desk = await Desk.staffed()
    poller = await Poller(desk, caller).begin()
    conversation_id = await desk.conversation()
    kinds = {"row": ([conversation_id], [], []), "gone": ([], [conversation_id], []), "nothing": NOTHING}
    assert await poller.told() == kinds[before]
    assert (await desk.post(f"/conversations/{conversation_id}/transfer", {"queue": queue}, SUE)).status == 200
    assert await poller.told() == kinds[after]


async def test_who_has_it_or_is_offered_it_is_told_whatever_the_queue_and_that_it_was_taken() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    poller = await Poller(desk, BOB).begin()
    await desk.post(f"/conversations/{conversation_id}/assign", {"agent": "bob"}, SUE)
    assert await poller.told() == ([conversation_id], [], [])
    await desk.post(f"/conversations/{conversation_id}/assign", {"agent": "ana"}, SUE)
    assert await poller.told() == ([], [conversation_id], [])
    await desk.reply(conversation_id)
    assert await poller.told(conversation_id) == NOTHING


async def test_what_was_given_to_somebody_just_before_the_first_cursor_stands_in_the_lists_that_are_read_after() -> (
    None
):
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    await desk.get("/conversations", BOB)  # the worker knows Bob's record
    elsewhere = Desk(desk.world, centre=desk.world.worker())
    assert (await elsewhere.post(f"/conversations/{conversation_id}/assign", {"agent": "bob"}, SUE)).status == 200
    poller = await Poller(desk, BOB).begin()
    assert [each["conversationId"] for each in (await desk.get("/conversations", BOB)).json["items"]] == [
        conversation_id
    ]
    assert await poller.told() == NOTHING


async def test_messages_of_an_open_conversation_are_told_from_the_oldest_changed_line_on() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    reading, elsewhere = await Poller(desk).begin(), await Poller(desk, SUE).begin()
    await reading.poll(conversation_id)
    desk.world.clock.step(30)
    reply = (await desk.reply(conversation_id)).json
    at = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][0]["at"]
    answer = await reading.poll(conversation_id)
    assert [(each["id"], each["from"]) for each in answer["threads"]] == [(conversation_id, at)]
    assert len(answer["rows"]) == 1
    await elsewhere.poll()
    await desk.world.status(reply["messageId"], "Delivered")
    assert await elsewhere.told() == NOTHING  # statuses wake nobody who does not look
    answer = await reading.poll(conversation_id)
    revision = (await desk.get(f"/conversations/{conversation_id}")).json["revision"]
    assert answer["threads"] == [{"id": conversation_id, "revision": revision, "from": at}]
    assert answer["rows"] == []


async def test_a_message_that_is_sent_later_than_it_was_told_of_is_told_of_again() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.channel.answer_next(Postponed(code="no_answer", message="the connection broke"))
    await desk.reply(conversation_id)
    poller = await Poller(desk).begin()
    await desk.world.pass_time(120)
    assert desk.world.phone[-1] == "Voici"
    assert conversation_id in (await poller.told(conversation_id))[2]


async def test_of_one_conversation_an_answer_holds_the_newest_change_only() -> None:
    desk = await Desk.staffed()
    poller = await Poller(desk).begin()
    conversation_id = await desk.conversation("un")
    await desk.conversation("deux")
    (row,) = (await poller.poll())["rows"]
    assert row["version"] == (await desk.get(f"/conversations/{conversation_id}")).json["version"]
    assert row["lastMessage"]["preview"] == "deux"


async def test_a_closed_conversation_is_told_as_closed_also_by_one_who_did_not_close_it() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    poller = await Poller(desk).begin()
    await desk.post(f"/conversations/{conversation_id}/close", {}, SUE)
    (row,) = (await poller.poll())["rows"]
    assert (row["conversationId"], row["status"]) == (conversation_id, "closed")


async def test_who_looks_at_the_same_is_named_for_forty_seconds_and_never_of_what_one_may_not_see() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    ana, sue, bob = await Poller(desk).begin(), await Poller(desk, SUE).begin(), await Poller(desk, BOB).begin()
    await bob.poll(conversation_id)
    await ana.poll(conversation_id)
    assert (await sue.poll(conversation_id))["viewers"] == {conversation_id: ["ana"]}
    assert (await ana.poll(conversation_id, wait=3))["viewers"] == {conversation_id: ["sue"]}
    assert (await bob.poll(conversation_id, wait=3))["viewers"] == {}
    desk.world.clock.step(41)
    assert (await sue.poll(conversation_id))["viewers"] == {}
    await ana.poll(conversation_id)
    assert (await sue.poll(conversation_id))["viewers"] == {conversation_id: ["ana"]}
    await ana.poll()
    assert (await sue.poll(conversation_id))["viewers"] == {}


@pytest.mark.parametrize("while_waiting", [False, True])
async def test_who_looks_on_is_not_named_to_one_who_has_just_lost_the_right_to_see_it(while_waiting: bool) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    ana, sue = await Poller(desk).begin(), await Poller(desk, SUE).begin()
    await sue.poll(conversation_id)
    assert (await ana.poll(conversation_id))["viewers"] == {conversation_id: ["sue"]}
    polled = asyncio.create_task(ana.poll(conversation_id, wait=25)) if while_waiting else None
    await asyncio.sleep(0)
    await desk.hire("ana", "billing")
    await desk.conversation("Encore")
    answer = await (polled or ana.poll(conversation_id))
    assert (answer["viewers"], answer["resync"]) == ({}, True)


async def test_a_newer_call_of_a_client_ends_the_older_at_once() -> None:
    desk = await Desk.staffed()
    poller = await Poller(desk).begin()
    began = desk.world.clock.now()
    older = asyncio.create_task(poller.ask(wait=25))
    await asyncio.sleep(0)
    newer = asyncio.create_task(poller.ask(wait=3))
    assert (await older).status == 200
    assert desk.world.clock.now() - began <= timedelta(seconds=2)
    assert (await newer).status == 200


async def waiters(desk: Desk, number: int, caller: str = "agent") -> list[asyncio.Task[Any]]:
    """So many desks that wait, each of another supervisor, or clients of one."""
    pollers = [
        await Poller(desk, {"X-Agent-Id": caller.format(at), "X-Agent-Role": "Supervisor"}, f"c{at}").begin()
        for at in range(number)
    ]
    tasks = [asyncio.create_task(each.ask(wait=25)) for each in pollers]
    await asyncio.sleep(0)
    return tasks


@pytest.mark.parametrize(
    ("number", "caller", "later", "longest", "reason"),
    [
        (2, "sue", False, 25, None),
        (3, "sue", True, 0, "caller"),
        (CROWDED - 1, "agent{}", False, 25, None),
        (CROWDED, "agent{}", False, 10, None),
        (MOST_WAITERS, "agent{}", True, 0, "worker"),
    ],
)
async def test_many_wait_less_long_and_too_many_are_to_ask_again_later(
    number: int, caller: str, later: bool, longest: int, reason: str | None
) -> None:
    desk = await Desk.staffed()
    poller = await Poller(desk, SUE, "mine").begin()
    others = await waiters(desk, number, caller)
    began = desk.world.clock.now()
    answer = await poller.poll(wait=25)
    assert answer.get("pollAfterMs") == (5000 if later else None)
    waited = (desk.world.clock.now() - began).total_seconds()
    assert longest <= waited <= longest + 6  # time passes here while others work
    assert [each["reason"] for each in desk.world.telemetry.of(Metric.DESKS_TURNED_AWAY)] == ([reason] if later else [])
    await asyncio.gather(*others)


async def test_a_cursor_that_is_odd_or_old_or_of_other_queues_is_of_no_use() -> None:
    desk = await Desk.staffed()
    poller = await Poller(desk).begin()
    good = poller.cursor
    poller.cursor = "odd"
    assert (await poller.poll(wait=25))["resync"]
    poller.cursor = good
    await desk.hire("ana", "general", "billing")
    assert (await poller.poll())["resync"]
    assert not (await poller.poll())["resync"]
    desk.world.clock.step(111 * 60)
    assert (await poller.poll())["resync"]


async def test_a_right_that_is_lost_while_one_waits_is_noticed_with_the_next_change() -> None:
    desk = await Desk.staffed()
    poller = await Poller(desk).begin()
    waiting = asyncio.create_task(poller.poll(wait=25))
    await asyncio.sleep(0)
    await desk.hire("ana", "billing")
    await desk.conversation()
    answer = await waiting
    assert (answer["rows"], answer["resync"]) == ([], True)


async def test_more_than_fifty_rows_are_sooner_read_as_lists() -> None:
    desk = await Desk.staffed()
    poller = await Poller(desk).begin()
    for at in range(51):
        await desk.conversation(phone=f"336000000{at:02d}")
    answer = await poller.poll()
    assert (answer["rows"], answer["resync"]) == ([], True)
    assert await poller.told() == NOTHING


async def test_of_fifty_five_changes_a_second_one_who_sees_all_is_told_each_once() -> None:
    desk = await Desk.staffed()
    poller, clock = await Poller(desk, SUE).begin(), desk.world.clock
    for second in range(12):
        for number in range(55):
            change = LoggedChange(kind=ChangeKind.ROW, conversation_id=f"c{number}", version=second, queue="general")
            await desk.centre.changes.write(change)
        await poller.poll()
    began = clock.now()
    await poller.poll(wait=25)
    assert clock.now() - began >= timedelta(seconds=25)


async def test_a_desk_that_slept_for_an_hour_is_told_all_from_the_stored_log() -> None:
    desk = await Desk.staffed()
    poller = await Poller(desk).begin()
    conversation_id = await desk.conversation()
    desk.world.clock.step(100 * 60)
    assert await poller.told() == ([conversation_id], [], [])


def told_with(world: World, mark: str) -> list[str]:
    """The rows of the log that have a text."""
    tables, log = world.tables, Table.CHANGES
    return [row.key for each in tables.partitions(log) for row in tables.rows(log, each) if mark in row.body]


async def test_an_erased_customer_is_gone_from_the_log_and_from_desks() -> None:
    world = World()
    desk = Desk(world)
    await desk.hire("ana", "general")
    conversation_id = await desk.conversation()
    assert told_with(world, PHONE)
    poller = await Poller(desk).begin()
    assert (await desk.delete(f"/contacts/{world.contact.id}", ADA)).status == 202
    await world.drain()
    assert not told_with(world, PHONE)
    assert await poller.told() == ([], [conversation_id], [])


async def test_a_desk_that_slept_while_a_customer_was_erased_is_told_of_all_that_it_shows_of_them() -> None:
    world = World()
    desk = Desk(world)
    await desk.hire("ana", "general")
    ended = await desk.conversation()
    poller = await Poller(desk).begin()
    await desk.post(f"/conversations/{ended}/close", {}, SUE)
    other = await desk.conversation("Encore")
    assert (await desk.delete(f"/contacts/{world.contact.id}", ADA)).status == 202
    await world.pass_time(30 * 60)
    rows, gone, _ = await poller.told()
    assert (rows, sorted(gone)) == ([], sorted({ended, other}))


async def test_what_somebody_late_tells_of_an_erased_customer_is_erased_within_minutes() -> None:
    world = World()
    desk = Desk(world)
    await desk.conversation()
    late, contact_id = world.worker(), world.contact.id
    stored = await late.contacts.load(contact_id)
    assert stored
    assert (await desk.delete(f"/contacts/{contact_id}", ADA)).status == 202
    await world.drain()
    await late.tell_desks(stored)
    assert told_with(world, PHONE)
    await world.pass_time(6 * 60 + 1)
    assert not told_with(world, PHONE)


async def test_how_late_desks_are_told_is_measured_of_each_change_once_and_only_while_somebody_waits() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    poller, telemetry = await Poller(desk).begin(), desk.world.telemetry
    assert telemetry.values(Metric.CHANGE_DELAY) == []  # nobody waited when it was written
    await desk.reply(conversation_id)
    desk.world.clock.step(4)
    assert await poller.told() == ([conversation_id], [], [])
    (delay,) = telemetry.values(Metric.CHANGE_DELAY)
    assert 5 <= delay <= 6
    stored = await desk.world.worker().contacts.load(desk.world.contact.id)
    assert stored
    await desk.world.worker().tell_desks(stored)  # as a check does, a minute later
    await poller.poll()
    assert telemetry.values(Metric.CHANGE_DELAY) == [delay]


async def test_calls_are_counted_by_how_they_end_and_those_who_wait_with_each() -> None:
    desk = await Desk.staffed()
    poller, telemetry = await Poller(desk).begin(), desk.world.telemetry
    waiting = await waiters(desk, 2)
    await desk.conversation()
    await poller.poll()
    poller.cursor = "odd"
    await poller.poll()
    await asyncio.gather(*waiting)
    outcomes = [each["outcome"] for each in telemetry.of(Metric.DESK_CALLS)]
    assert outcomes == ["nothing_new"] * 3 + ["told"] * 3 + ["resync"]
    assert telemetry.values(Metric.DESKS_WAITING)[:5] == [1, 1, 1, 1, 2]


async def test_the_log_has_no_line_of_a_poll_unless_it_fails(caplog: pytest.LogCaptureFixture) -> None:
    desk = await Desk.staffed()
    caplog.set_level(logging.INFO)
    caplog.clear()
    await Poller(desk).begin()
    assert (await desk.get("/changes?wait=26")).status == 422
    assert [record for record in caplog.records if record.levelno < logging.WARNING] == []


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("wait=26", "wait"),
        ("wait=-1", "wait"),
        ("shift=2", "shift"),
        ("client=a%20b", "client"),
        ("open=x", "open"),
        (f"open={','.join([f'{each:032x}-{"0" * 26}' for each in range(6)])}", "open"),
        ("since=1", "since"),
    ],
)
async def test_each_odd_parameter_is_named(query: str, path: str) -> None:
    answer = await (await Desk.staffed()).get(f"/changes?{query}")
    assert (answer.refusal, {each.partition("/")[0].partition(".")[0].partition("[")[0] for each in answer.paths}) == (
        (422, "invalid_request"),
        {path},
    )


async def test_old_hours_are_erased_in_pieces() -> None:
    desk = await Desk.staffed()
    world, changes = desk.world, desk.centre.changes
    hour = hour_of(world.clock.now())
    for at in range(5_050):
        change = LoggedChange(kind=ChangeKind.GONE, conversation_id=f"c{at}", version=at)
        await changes.write(change)
    assert [each.message_id for each in world.timers if each.message_id == f"house:{hour}"] == [f"house:{hour}"]
    await world.pass_time(3 * 3600 - 60)
    assert len(world.tables.rows(Table.CHANGES, hour)) == 5_050
    await world.pass_time(120)
    assert world.tables.rows(Table.CHANGES, hour) == []
