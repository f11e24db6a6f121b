"""Conversations over the API: set aside, wrapped up, closed, labelled, noted, read; one by one and many at once."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from shared.state.agent import LoadEntry, LoadKind
from shared.vocabulary.errors import Unavailable
from tests.fakes.faults import Faults
from tests.fakes.sample import SAMPLE
from tests.fakes.world import World
from tests.unit.app.api.desk import ANA, BOB, NO_SUCH_CONVERSATION, SUE, Answer, Desk

CODES = "    wrap_up: {codes: {solved: {fr: Résolu}}, tags: [vip], required: true}\n"
STRICT = SAMPLE.read_text(encoding="utf-8").replace("  support:\n", f"  support:\n{CODES}")


async def in_hand(configuration: str | None = None) -> tuple[Desk, str]:
    """Ana has answered a customer."""
    desk = Desk(World(configuration))
    await desk.hire("ana", "general")
    await desk.hire("bob", "general")
    conversation_id = await desk.conversation()
    assert (await desk.reply(conversation_id)).status == 201
    return desk, conversation_id


async def do(
    desk: Desk, conversation_id: str, action: str, body: Any = None, caller: Any = ANA, **headers: str
) -> Answer:
    """POST an action on a conversation."""
    return await desk.call("POST", f"/conversations/{conversation_id}/{action}", body, {**caller, **headers})


async def test_what_is_set_aside_keeps_its_agent_and_frees_the_capacity() -> None:
    desk, conversation_id = await in_hand()
    answer = await do(desk, conversation_id, "wait", {"until": "2027-01-01T09:00:00+01:00"})
    assert (answer.status, answer.json["status"], answer.json["agent"]) == (200, "waiting", "ana")
    assert (await do(desk, conversation_id, "wait", {"until": "2027-01-01T08:00:00Z"})).status == 200
    assert (await desk.reply(conversation_id, caller=BOB)).refusal == (409, "not_assigned_to_you")
    assert (await desk.get("/agents/ana", SUE)).json["load"] == 0
    assert (await desk.reply(conversation_id)).status == 201
    assert desk.world.conversation.status == "active"
    assert (await desk.get("/agents/ana", SUE)).json["load"] == 30


async def test_a_conversation_says_what_may_be_noted_at_its_end() -> None:
    desk, conversation_id = await in_hand(STRICT)

    shown = (await desk.get(f"/conversations/{conversation_id}")).json

    assert shown["ending"] == {"codes": {"solved": {"fr": "Résolu"}}, "required": True, "tags": ["vip"]}


async def test_nobody_sets_more_than_two_hundred_aside() -> None:
    desk, conversation_id = await in_hand()
    entry = LoadEntry(kind=LoadKind.PARKED, version=1, queue="general", at=desk.world.clock.now())
    contact = "0" * 32
    parked = {f"{contact}-{number:026d}": entry for number in range(200)}
    await desk.centre.agents.revise("ana", lambda agent: replace(agent, load={**agent.load, **parked}))
    assert (await do(desk, conversation_id, "wait", {})).refusal == (409, "agent_full")
    first = next(iter(parked))
    await desk.centre.agents.revise("ana", lambda agent: replace(agent, load={conversation_id: agent.load[first]}))
    assert (await do(desk, conversation_id, "wait", {})).status == 200


async def test_what_the_lifecycle_does_not_allow_is_refused_with_what_would_be() -> None:
    desk, conversation_id = await in_hand()
    await do(desk, conversation_id, "wrap-up")
    refused = await do(desk, conversation_id, "wait", {})
    assert refused.refusal == (409, "invalid_transition")
    assert (refused.json["from"], refused.json["allowed"]) == ("wrap_up", ["reply", "note", "close", "read"])
    assert (await desk.get(f"/conversations/{conversation_id}")).json["allowed"] == refused.json["allowed"]


async def test_a_conversation_is_closed_with_what_its_workstream_asks_for() -> None:
    desk, conversation_id = await in_hand(STRICT)
    asked = await do(desk, conversation_id, "close")
    assert (asked.refusal, asked.paths) == ((422, "wrap_up_code_required"), {"wrapUpCode"})
    wrong = await do(desk, conversation_id, "close", {"wrapUpCode": "no", "tags": ["vip", "no"]})
    assert (wrong.refusal, wrong.paths) == ((422, "invalid_request"), {"wrapUpCode", "tags[1]"})
    untold = await do(desk, conversation_id, "close", {"tags": ["no"]})
    assert (untold.refusal, untold.paths) == ((422, "invalid_request"), {"wrapUpCode", "tags[0]"})
    body = {"wrapUpCode": "solved", "tags": ["vip", "vip"], "note": "Fini"}

    closed = await do(desk, conversation_id, "close", body)

    assert (closed.status, closed.json["status"], closed.json["closure"]["reason"]) == (200, "closed", "agent_closed")
    assert (closed.json["wrapUpCode"], closed.json["tags"], closed.json["allowed"]) == ("solved", ["vip"], ["note"])
    assert (await do(desk, conversation_id, "close", body)).status == 200
    assert (await do(desk, conversation_id, "close", body, BOB)).refusal == (409, "invalid_transition")
    assert (await do(desk, conversation_id, "assign", {})).refusal == (409, "invalid_transition")
    assert [line.text for line in desk.world.history() if line.direction == "internal"] == [
        "Prise par Ana.",
        "Fini",
        "Fermée par Ana.",
    ]


async def test_close_and_the_customers_message_at_once_lose_nothing() -> None:
    desk, conversation_id = await in_hand()
    other = Desk(desk.world, centre=desk.world.worker())
    closed, _ = await asyncio.gather(do(other, conversation_id, "close"), desk.world.customer("Attendez !"))
    assert closed.status == 200
    (line,) = [line for line in desk.world.history() if line.text == "Attendez !"]
    current = desk.world.conversation
    assert line.conversation_id == current.id
    assert current.closed or current.previous_id == conversation_id
    assert (await desk.get(f"/conversations/{conversation_id}")).json["status"] == "closed"


async def test_notes_are_lines_that_nobody_sends() -> None:
    desk, conversation_id = await in_hand()
    sent = len(desk.world.phone)
    before = (await desk.get(f"/conversations/{conversation_id}")).headers["ETag"]
    key = {"Idempotency-Key": "n"}

    first = await do(desk, conversation_id, "notes", {"text": "Rappeler"}, **key)
    again = await do(desk, conversation_id, "notes", {"text": "Rappeler"}, **key)

    assert (first.status, again.status) == (201, 201)
    assert first.json == again.json
    assert (first.json["direction"], first.json["kind"], first.json["author"]) == (
        "internal",
        "note",
        {"type": "agent", "id": "ana", "name": "Ana"},
    )
    assert len(desk.world.phone) == sent
    assert [line.text for line in desk.world.history()].count("Rappeler") == 1
    assert (await do(desk, conversation_id, "notes", {"text": "x"}, **key)).refusal == (422, "idempotency_key_reused")
    assert (await do(desk, conversation_id, "notes", {"text": "x"}, BOB)).refusal == (409, "not_assigned_to_you")
    assert (await do(desk, conversation_id, "notes", {"text": "x"}, SUE)).status == 201
    assert (await do(desk, conversation_id, "notes", {"text": "x" * 4097})).refusal == (422, "text_too_long")
    assert (await desk.get(f"/conversations/{conversation_id}")).headers["ETag"] == before


async def test_a_closed_conversation_can_still_be_noted_on_also_after_the_next_one() -> None:
    desk, conversation_id = await in_hand()
    await do(desk, conversation_id, "close")
    assert (await do(desk, conversation_id, "notes", {"text": "Après coup"}, BOB)).status == 201
    await desk.conversation("Encore moi")
    assert (await do(desk, conversation_id, "notes", {"text": "Bien après"})).status == 201
    assert (await do(desk, conversation_id, "release")).refusal == (409, "invalid_transition")
    lines = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"]
    assert {"Après coup", "Bien après"} <= {line.get("text") for line in lines}


async def test_its_own_agent_alone_moves_what_is_unread() -> None:
    desk, conversation_id = await in_hand()
    ids = []
    for text in ("Un", "Deux", "Trois"):
        desk.world.clock.step(1)
        ids.append(await desk.world.customer(text))
    assert desk.world.conversation.unread == 3
    await desk.get(f"/conversations/{conversation_id}/messages")

    assert (await do(desk, conversation_id, "read", {"upTo": ids[1]}, SUE)).refusal == (409, "not_assigned_to_you")
    read = await do(desk, conversation_id, "read", {"upTo": ids[1]})
    assert (read.status, read.json["unread"]) == (200, 1)
    assert read.json["waitingSince"] is not None
    assert (await do(desk, conversation_id, "read", {"upTo": ids[0]})).json["unread"] == 1
    assert (await do(desk, conversation_id, "read", {"upTo": ids[2]})).json["unread"] == 0
    unknown = await do(desk, conversation_id, "read", {"upTo": "nothing"})
    assert (unknown.refusal, unknown.paths) == ((422, "invalid_request"), {"upTo"})


async def test_agents_label_what_they_have_supervisors_also_order_it() -> None:
    desk, conversation_id = await in_hand()
    path = f"/conversations/{conversation_id}"
    labelled = await desk.patch(path, {"tags": ["vip"], "variables": {"order": "A-17", "paid": True}})
    assert (labelled.status, labelled.json["tags"], labelled.json["variables"]) == (
        200,
        ["vip"],
        {"order": "A-17", "paid": True},
    )
    assert labelled.headers["ETag"] == f'"{labelled.json["version"]}"'
    assert (await desk.patch(path, {"variables": {"order": None}})).json["variables"] == {"paid": True}
    assert (await desk.patch(path, {"priority": "urgent"})).refusal == (403, "forbidden")
    ordered = await desk.patch(path, {"priority": "urgent", "skills": [{"name": "billing", "level": 3}]}, SUE)
    assert (ordered.json["priority"], ordered.json["skills"]) == ("urgent", [{"name": "billing", "level": 3}])
    assert (await desk.patch(path, {"tags": []}, BOB)).refusal == (409, "not_assigned_to_you")
    stale = await desk.call("PATCH", path, {"tags": []}, {**ANA, "If-Match": labelled.headers["ETag"]})
    assert stale.refusal == (412, "changed_meanwhile")


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"skills": [{"name": f"s{at}"} for at in range(21)], "priority": "high!"}, ["priority", "skills"]),
        ({"skills": [{"name": "french"}, {"name": "french", "level": 2}]}, ["skills[1].name"]),
        ({"variables": {"x": [1], "y": "a\x00b", "z": 10**400}}, ["variables.x", "variables.y", "variables.z"]),
        ({"variables": {"": 1, "n" * 101: 1}}, ["variables.", f"variables.{'n' * 101}"]),
    ],
)
async def test_what_is_wrong_with_a_label_is_named_once(body: object, paths: list[str]) -> None:
    desk, conversation_id = await in_hand()
    wrong = await desk.patch(f"/conversations/{conversation_id}", body, SUE)
    assert wrong.refusal == (422, "invalid_request")
    assert sorted(error["path"] for error in wrong.json["errors"]) == paths
    assert not any("Tuple" in error["message"] for error in wrong.json["errors"])


@pytest.mark.parametrize(
    "until", [1893456000, "1893456000", "2030-01-01", "2030-01-01T00:00:00", "soon", "9999-12-31T23:59:59Z"]
)
async def test_until_is_a_time_with_its_zone_that_somebody_can_mean(until: object) -> None:
    desk, conversation_id = await in_hand()
    wrong = await do(desk, conversation_id, "wait", {"until": until})
    assert (wrong.refusal, wrong.paths) == ((422, "invalid_request"), {"until"})
    closed = await desk.put("/queues/billing/closed-until", {"until": until}, SUE)
    assert (closed.refusal, closed.paths) == ((422, "invalid_request"), {"until"})


async def many(desk: Desk, count: int) -> list[str]:
    return [await desk.conversation(phone=f"336{number:08}") for number in range(count)]


async def test_many_are_changed_each_as_the_single_call_would_change_it() -> None:
    desk = await Desk.staffed()
    ids = await many(desk, 12)
    await do(desk, ids[1], "close", {}, SUE)
    asked = [*ids, NO_SUCH_CONVERSATION]

    assigned = await desk.post("/conversations/bulk", {"ids": asked, "action": "assign", "agent": "ana"}, SUE)

    assert assigned.status == 200
    assert [each["conversationId"] for each in assigned.json] == asked
    assert [each["status"] for each in assigned.json] == [200, 409, *[200] * 10, 404]
    assert assigned.json[1]["problem"]["code"] == "invalid_transition"
    assert assigned.json[1]["problem"]["from"] == "closed"
    assert "problem" not in assigned.json[0]
    assert (await desk.get("/agents/ana", SUE)).json["load"] == 11 * 30
    for body in ({"action": "transfer", "queue": "billing"}, {"action": "release"}, {"action": "close"}):
        answer = await desk.post("/conversations/bulk", {"ids": ids[2:4], **body}, SUE)
        assert [each["status"] for each in answer.json] == [200, 200], answer.json


async def test_a_key_serves_each_of_many() -> None:
    desk = await Desk.staffed()
    ids = await many(desk, 2)
    body = {"ids": ids, "action": "assign", "agent": "ana"}
    first = await desk.post("/conversations/bulk", body, SUE, key="k")
    for conversation_id in ids:
        await do(desk, conversation_id, "release", None, SUE)
    again = await desk.post("/conversations/bulk", body, SUE, key="k")
    assert first.json == again.json
    assert {row.get("status", "open") for row in desk.world.listed()} == {"open"}
    other = await desk.post("/conversations/bulk", {**body, "agent": "bob"}, SUE, key="k")
    assert [each["problem"]["code"] for each in other.json] == ["idempotency_key_reused"] * 2


async def test_of_many_what_could_not_be_done_in_time_is_unavailable() -> None:
    desk = await Desk.staffed()
    ids = await many(desk, 3)
    faults = Faults(call=1, error=Unavailable("away"), lasting=True)
    away = Desk(desk.world, centre=desk.world.worker(tables=faults.wrap(desk.world.tables)))
    answer = await away.post("/conversations/bulk", {"ids": ids, "action": "release"}, SUE)
    assert [(each["status"], each["problem"]["code"]) for each in answer.json] == [(503, "unavailable")] * 3


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, {"action"}),
        ({"action": "paint", "ids": ["x"]}, {"action"}),
        ({"action": "close", "ids": []}, {"ids"}),
        ({"action": "close", "ids": ["x"] * 101}, {"ids"}),
        ({"action": "release", "ids": ["x"], "agent": "ana"}, {"agent"}),
        ({"action": "transfer", "ids": ["x"], "queue": "nowhere"}, {"queue"}),
    ],
)
async def test_what_is_wrong_with_a_bulk_is_named(body: Any, paths: set[str]) -> None:
    answer = await (await Desk.staffed()).post("/conversations/bulk", body, SUE)
    assert (answer.refusal, answer.paths) == ((422, "invalid_request"), paths)
