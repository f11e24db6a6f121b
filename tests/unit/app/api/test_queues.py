"""Queues over the API: how they are, closed for a while, and emptied into another."""

import json
from datetime import timedelta
from typing import Any

import pytest
import yaml

from shared.configuration.workstreams import Presence
from shared.queue.messages import Subject
from shared.state.agent import Agent
from shared.state.conversation import Declines, Offer
from shared.state.tables import Put, Table
from shared.vocabulary.words import ConversationStatus, SegmentEnd
from tests.fakes.clock import OffClock
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample, without_billing
from tests.fakes.world import PHONE, World
from tests.unit.app.api.desk import ADA, ANA, BOB, SUE, Desk

OTHER, THIRD = "33699999999", "33688888888"
BILL = "Ma facture"


async def shown(desk: Desk, caller: Any = SUE) -> dict[str, Any]:
    """The queues by name."""
    answer = await desk.get("/queues", caller)
    assert answer.status == 200, answer.json
    return {item["name"]: item for item in answer.json["items"]}


async def presence(desk: Desk, agent_id: str, wanted: Presence) -> None:
    """Let an agent be there, or not."""

    def changed(before: Agent | None) -> Agent:
        assert before
        return Agent(id=before.id, name=before.name, queues=before.queues, presence=wanted)

    await desk.centre.agents.save(agent_id, changed)


def with_hours() -> str:
    """The sample, with the queue `billing` open on weekday mornings in Paris, and `general` always."""
    document = yaml.safe_load(sample())
    document["hours"] = {"mornings": {"timezone": "Europe/Paris", "open": {"mon-fri": ["09:00-12:00"]}}}
    document["queues"] = {"billing": {"priority": 1, "hours": "mornings"}, "general": {"priority": 2}}
    for workstream in document["workstreams"].values():
        workstream.pop("classification", None)
        workstream["route_to_queue"] = {"fallback": "general"}
    return json.dumps(document)


def lost(desk: Desk) -> Desk:
    """The same after a deployment of a file without the queue `billing`."""
    without = Desk(World(without_billing()))
    without.world.tables, without.world.sender = desk.world.tables, desk.world.sender
    without.world.clock = desk.world.clock
    without.world.restart()
    without.centre = without.world.centre
    return without


async def test_a_queue_shows_who_waits_how_long_and_who_could_take_them() -> None:
    desk = await Desk.staffed()
    await desk.conversation()
    desk.world.clock.step(30)
    await desk.conversation(phone=OTHER)
    desk.world.clock.step(40)
    await presence(desk, "ana", Presence.AWAY)

    queue = (await shown(desk))["general"]

    assert (queue["configured"], queue["open"], queue["opensAt"]) == (True, True, None)
    assert (queue["length"], queue["lengthIsAtLeast"], queue["oldestWaitSeconds"]) == (2, False, 70)
    assert queue["agents"] == {"available": 0, "busy": 0, "do_not_disturb": 0, "away": 1, "offline": 0}
    assert queue["waitReasons"] == {"nobody_available": 2}
    assert queue["warnings"] == ["Customers wait, and nobody who could take them is there."]


async def test_a_queue_names_what_everybody_has_declined() -> None:
    desk = await Desk.staffed()
    await presence(desk, "ana", Presence.AVAILABLE)
    conversation_id = await desk.conversation()
    declined = {"ana": Declines(times=3, last=desk.world.clock.now())}
    await desk.change_conversation(conversation_id, declines=declined)

    queue = (await shown(desk))["general"]

    assert queue["waitReasons"] == {"declined_by_all": 1}
    assert queue["warnings"] == ["Customers wait whom everybody there has declined."]


async def test_what_is_offered_or_assigned_is_not_in_line() -> None:
    desk = await Desk.staffed()
    offered, had = await desk.conversation(), await desk.conversation(phone=OTHER)
    now = desk.world.clock.now()
    await desk.change_conversation(offered, offer=Offer(agent="ana", at=now, expires_at=now + timedelta(minutes=2)))
    await desk.change_conversation(had, agent="ana", status=ConversationStatus.ACTIVE)

    queue = (await shown(desk))["general"]

    assert (queue["length"], queue["oldestWaitSeconds"], queue["waitReasons"]) == (0, None, {})


async def test_agents_see_their_own_queues() -> None:
    desk = await Desk.staffed()

    assert set(await shown(desk, ANA)) == {"general"}
    assert set(await shown(desk, BOB)) == {"billing"}
    assert {"general", "billing"} <= set(await shown(desk))
    nobody = {"X-Agent-Id": "carl", "X-Agent-Role": "Agent"}
    assert set(await shown(desk, nobody)) == set()


async def test_queues_are_counted_at_most_every_five_seconds() -> None:
    desk = await Desk.staffed()
    await desk.conversation()
    assert (await shown(desk))["general"]["length"] == 1
    await desk.conversation(phone=OTHER)

    desk.world.clock.step(4)
    assert (await shown(desk))["general"]["length"] == 1
    desk.world.clock.step(2)
    assert (await shown(desk))["general"]["length"] == 2


async def test_a_queue_that_the_configuration_lost_is_shown_while_conversations_are_in_it() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation(BILL)
    without = lost(desk)

    queue = (await shown(without))["billing"]
    assert (queue["configured"], queue["priority"], queue["length"]) == (False, None, 1)
    assert queue["waitReasons"] == {"queue_removed": 1}
    assert queue["warnings"] == ["The configuration does not have this queue: transfer its conversations, or drain it."]

    await without.close(conversation_id)
    await without.centre.conversation_lists.record(await without.stored(conversation_id), without.world.clock.now())
    without.world.clock.step(6)
    assert "billing" not in await shown(without)


async def test_hours_are_shown_and_a_supervisor_may_close_a_queue_over_them() -> None:
    desk = Desk(World(with_hours()))  # it is Tuesday, 10:00 in Paris
    queue = (await shown(desk))["billing"]
    assert (queue["open"], queue["opensAt"], queue["closesAt"]) == (True, None, "2026-11-24T11:00:00Z")
    body = {"until": "2026-11-24T09:30:00Z", "reason": "Panne"}

    answer = await desk.put("/queues/billing/closed-until", body)

    assert (answer.status, answer.json) == (200, {"name": "billing", **body})
    queue = (await shown(desk))["billing"]
    assert (queue["open"], queue["opensAt"]) == (False, "2026-11-24T09:30:00Z")
    assert "Closed until 2026-11-24T09:30:00Z: Panne" in queue["warnings"]
    cleared = await desk.put("/queues/billing/closed-until", {"until": None})
    assert (cleared.status, cleared.json["until"]) == (200, None)
    assert (await shown(desk))["billing"]["open"]


@pytest.mark.parametrize(
    ("path", "body", "status", "paths"),
    [
        ("/queues/nope/closed-until", {"until": None}, 404, set()),
        ("/queues/billing/closed-until", {"until": "2026-11-24T09:00:00Z"}, 422, {"until"}),
        ("/queues/billing/closed-until", {"until": "tomorrow", "reason": " ", "x": 1}, 422, {"until", "reason", "x"}),
        ("/queues/billing/closed-until", {}, 422, {"until"}),
    ],
)
async def test_a_queue_is_closed_until_a_time_to_come(path: str, body: object, status: int, paths: set[str]) -> None:
    answer = await Desk(World(with_hours())).put(path, body)

    assert answer.status == status
    assert answer.paths == paths


async def test_a_drain_moves_all_that_was_in_the_queue_whoever_has_it() -> None:
    desk = await Desk.staffed()
    waits, active = await desk.conversation(BILL), await desk.conversation(BILL, phone=OTHER)
    parked, elsewhere = await desk.conversation(BILL, phone=THIRD), await desk.conversation(phone="33677777777")
    for conversation_id, status in ((active, ConversationStatus.ACTIVE), (parked, ConversationStatus.WAITING)):
        await desk.change_conversation(conversation_id, agent="bob", status=status)

    answer = await desk.post("/queues/billing/drain", {"to": "general"}, ADA)
    desk.world.clock.step(1)
    late = await desk.conversation(BILL, phone="33666666666")
    await desk.world.pass_time(300)

    assert (answer.status, answer.json) == (202, {"conversations": 3})
    for conversation_id, agent in ((waits, None), (active, "bob"), (parked, "bob")):
        conversation = (await desk.stored(conversation_id)).contact.conversation
        assert conversation
        assert (conversation.queue, conversation.agent) == ("general", agent)
        assert conversation.segments[-2].reason is SegmentEnd.DRAINED
    queues = {row.conversation_id: name for name in ("general", "billing") for row in await rows(desk, name)}
    assert queues == {waits: "general", active: "general", parked: "general", elsewhere: "general", late: "billing"}


async def rows(desk: Desk, queue: str) -> Any:
    """What is listed in a queue."""
    return await desk.centre.conversation_lists.list(queue)


async def test_a_conversation_that_was_listed_late_is_moved_all_the_same() -> None:
    """Committed before the drain began, and not yet in the list when the drain read it."""
    desk = await Desk.staffed()
    faults = Faults(call=1, error=Killed(), only="commit")
    with pytest.raises(Killed):
        await desk.world.customer(BILL, by=lists_fail(desk, faults))
    (contact,) = desk.world.contacts
    assert await rows(desk, "billing") == []
    await desk.post("/queues/billing/drain", {"to": "general"}, ADA)
    await desk.world.drain()

    again = desk.world.worker()
    found = await again.contacts.load(contact.id)
    assert found
    await again._settler.settle(found)
    await desk.world.pass_time(300)

    assert await rows(desk, "billing") == []
    assert [row.queue for row in await rows(desk, "general")] == ["general"]


def lists_fail(desk: Desk, faults: Faults) -> Any:
    """A worker that dies before it writes to a list."""
    worker = desk.world.worker()
    worker.conversation_lists._tables = faults.wrap(desk.world.tables)
    return worker


@pytest.mark.parametrize("after", [False, True])
async def test_a_drain_survives_a_crash_anywhere(after: bool) -> None:
    for call in range(1, 100):
        desk = await Desk.staffed()
        first, second = await desk.conversation(BILL), await desk.conversation(BILL, phone=OTHER)
        await desk.change_conversation(second, agent="bob", status=ConversationStatus.ACTIVE)
        await desk.post("/queues/billing/drain", {"to": "general"}, ADA)
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        dying = desk.world.worker(tables=faults.wrap(desk.world.tables), sender=faults.wrap(desk.world.sender))
        try:
            await desk.world.drain(by=dying)
        except Killed:
            desk.world.restart()
        await desk.world.pass_time(600)

        desk.centre = desk.world.centre
        assert await rows(desk, "billing") == []
        assert {row.conversation_id for row in await rows(desk, "general")} == {first, second}
        if not faults.reached:
            return
    raise AssertionError("the drain never ends")


async def test_a_contact_that_cannot_be_read_keeps_no_other_back() -> None:
    desk = await Desk.staffed()
    broken, other = await desk.conversation(BILL), await desk.conversation(BILL, phone=OTHER)
    await desk.world.tables.commit(Table.CONTACTS, broken.partition("-")[0], [Put("contact", "{")])
    desk.world.restart()
    desk.centre = desk.world.centre

    await desk.post("/queues/billing/drain", {"to": "general"}, ADA)
    await desk.world.drain()

    assert [row.conversation_id for row in await rows(desk, "general")] == [other]
    assert [row.conversation_id for row in await rows(desk, "billing")] == [broken]


async def test_a_drain_looks_again_once_where_the_workers_clock_is_behind_the_queues() -> None:
    desk = await Desk.staffed()
    await desk.conversation(BILL)
    behind = Desk(desk.world, centre=desk.world.worker(clock=OffClock(desk.world.clock, -3)))
    await behind.post("/queues/billing/drain", {"to": "general"}, ADA)
    await desk.world.pass_time(300, by=behind.centre)
    assert len([message for message in desk.world.sender.sent if message.subject is Subject.DRAIN]) == 2


async def test_a_queue_that_is_not_configured_any_more_can_be_drained() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation(BILL)
    without = lost(desk)

    answer = await without.post("/queues/billing/drain", {"to": "general"}, ADA)
    await without.world.pass_time(300)

    assert (answer.status, answer.json) == (202, {"conversations": 1})
    assert [row.conversation_id for row in await rows(without, "general")] == [conversation_id]
    assert "billing" not in await shown(without)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/queues/billing/drain", {"to": "billing"}, 422),
        ("/queues/billing/drain", {"to": "nope"}, 422),
        ("/queues/billing/drain", {}, 422),
        ("/queues/nope/drain", {"to": "general"}, 404),
    ],
)
async def test_a_drain_goes_to_another_queue_of_the_configuration(path: str, body: object, status: int) -> None:
    answer = await Desk().post(path, body, ADA)

    assert answer.status == status
    assert status == 404 or answer.paths == {"to"}


async def test_a_drain_is_harmless_when_repeated() -> None:
    desk = await Desk.staffed()
    await desk.conversation(BILL)
    for _ in range(2):
        assert (await desk.post("/queues/billing/drain", {"to": "general"}, ADA)).status == 202
    await desk.world.pass_time(300)

    assert (await desk.post("/queues/billing/drain", {"to": "general"}, ADA)).json == {"conversations": 0}
    contact = desk.world.contact_with(PHONE)
    assert contact.conversation
    assert [segment.queue for segment in contact.conversation.segments] == ["billing", "general"]
