"""The agents' records over the API."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.configuration.workstreams import Presence
from shared.state.agent import Agent, LoadEntry, LoadKind
from shared.state.tables import Table
from tests.unit.app.api.desk import ANA, BOB, SUE, Desk

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)

RECORD = {
    "name": "Ana",
    "queues": ["billing", "general"],
    "capacity": 60,
    "skills": [{"name": "billing", "level": 5}],
    "active": False,
}


async def test_a_record_is_written_and_read_with_what_the_app_adds() -> None:
    desk = Desk()

    written, read = await desk.put("/agents/ana", RECORD), await desk.get("/agents/ana", SUE)

    assert (written.status, read.status) == (200, 200)
    assert written.json == read.json
    assert read.json == {
        "agentId": "ana",
        **RECORD,
        "presence": "offline",
        "presenceSince": None,
        "load": 0,
        "conversations": [],
        "lastAssignedAt": None,
    }


async def test_what_is_left_out_takes_its_default() -> None:
    desk = Desk()

    answer = await desk.put("/agents/ana", {"name": "Ana", "queues": []})

    assert (answer.json["capacity"], answer.json["skills"], answer.json["active"]) == (100, [], True)


def held(units: int) -> LoadEntry:
    return LoadEntry(kind=LoadKind.HELD, version=1, queue="billing", at=AT, units=units)


async def test_a_record_is_replaced_but_keeps_what_the_agents_work_made_of_it() -> None:
    desk = Desk()
    await desk.put("/agents/ana", RECORD)
    at_work = Agent(id="ana", name="Ana", presence=Presence.BUSY, load={"c": held(30), "d": held(12)})
    await desk.centre.agents.save("ana", lambda _: at_work)

    answer = await desk.put("/agents/ana", {"name": "Ana B.", "queues": ["general"]})

    assert (answer.json["name"], answer.json["queues"]) == ("Ana B.", ["general"])
    assert (answer.json["presence"], answer.json["load"]) == ("busy", 42)
    assert answer.json["conversations"] == ["c", "d"]


async def test_only_the_fields_that_are_named_are_replaced() -> None:
    desk = Desk()
    await desk.put("/agents/ana", RECORD)

    answer = await desk.put("/agents/ana", {"active": True})

    assert {key: answer.json[key] for key in RECORD} == {**RECORD, "active": True}


async def test_a_new_record_needs_a_name() -> None:
    answer = await Desk().put("/agents/ana", {"queues": ["general"]})

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"name"}


async def test_a_record_that_was_changed_since_it_was_read_is_not_overwritten() -> None:
    desk = Desk()
    first = (await desk.put("/agents/ana", RECORD)).headers["ETag"]
    if_first = {**SUE, "If-Match": first}
    second = await desk.put("/agents/ana", {"capacity": 90}, if_first)
    assert (second.status, second.headers["ETag"] == first) == (200, False)

    late = await desk.put("/agents/ana", {"capacity": 30}, if_first)

    assert late.refusal == (412, "changed_meanwhile")
    assert (await desk.get("/agents/ana", SUE)).json["capacity"] == 90
    for fits in (f'"nope", W/{second.headers["ETag"]}', "*"):
        assert (await desk.put("/agents/ana", {}, {**SUE, "If-Match": fits})).status == 200
    assert (await desk.put("/agents/new", RECORD, {**SUE, "If-Match": "*"})).refusal == (412, "changed_meanwhile")


async def test_the_etag_is_that_of_what_supervisors_decide() -> None:
    desk = Desk()
    etag = (await desk.put("/agents/ana", RECORD)).headers["ETag"]
    await desk.put("/agents/me/presence", {"presence": "busy"}, ANA)

    read = await desk.get("/agents/ana", SUE)

    assert (read.json["presence"], read.headers["ETag"]) == ("busy", etag)


async def test_an_agents_own_record_can_be_read_and_nobody_elses() -> None:
    desk = await Desk.staffed()

    assert (await desk.get("/agents/ANA", ANA)).json["agentId"] == "ana"
    assert (await desk.get("/agents/bob", ANA)).refusal == (403, "forbidden")
    assert (await desk.get("/agents/nobody", ANA)).refusal == (403, "forbidden")


async def test_a_record_stays_small_enough() -> None:
    desk = Desk()
    skills = [{"name": f"{at:02d}" + "é" * 126, "level": 1} for at in range(50)]

    assert (await desk.put("/agents/ana", {**RECORD, "skills": skills})).paths == {"skills"}
    assert (await desk.put("/agents/ana", {**RECORD, "queues": ["general"] * 51})).paths == {"queues"}


async def test_any_printable_id_can_be_an_agents_and_is_no_row_key() -> None:
    desk = Desk()

    answer = await desk.put("/agents/ana%2F%23%3F%20b", {"name": "Ève", "queues": []})

    assert answer.json["agentId"] == "ana/#? b"
    (partition,) = desk.world.tables.partitions(Table.AGENTS)
    (row,) = desk.world.tables.rows(Table.AGENTS, partition)
    assert len(row.key) == 32
    assert row.key[0] == partition


@pytest.mark.parametrize("agent_id", ["%6De", "none", "%07", "a" * 129, "%C3%A9ve", "%20ana", "ana%20"])
async def test_an_id_that_no_caller_can_have_is_refused_with_the_rest(agent_id: str) -> None:
    desk = Desk()

    answer = await desk.put(f"/agents/{agent_id}?dry=1", {**RECORD, "queues": ["nope"], "capacity": -1})

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"agentId", "queues[0]", "capacity", "dry"}
    assert desk.world.tables.partitions(Table.AGENTS) == []


async def test_ids_are_compared_without_case_and_shown_as_first_written() -> None:
    desk = Desk()
    await desk.hire("Ana", "general", name="Ana Lima")
    at_work = Agent(id="Ana", name="Ana Lima", presence=Presence.AVAILABLE)
    await desk.centre.agents.save("ana", lambda _: at_work)

    again = await desk.hire("aNA", "billing", name="Ana L.")

    assert (again.json["agentId"], again.json["name"]) == ("Ana", "Ana L.")
    assert (again.json["presence"], again.json["queues"]) == ("available", ["billing"])
    assert (await desk.get("/agents/ANA", SUE)).json == again.json
    assert [agent["agentId"] for agent in (await desk.get("/agents", SUE)).json["items"]] == ["Ana"]
    assert (await desk.put("/agents/ME", {"name": "x", "queues": []})).paths == {"agentId"}
    assert (await desk.put("/agents/None", {"name": "x", "queues": []})).paths == {"agentId"}


async def test_an_agent_without_a_record_is_not_found() -> None:
    assert (await Desk().get("/agents/ana", SUE)).refusal == (404, "not_found")


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"queues": ["general", "nope", "neither"]}, {"queues[1]", "queues[2]"}),
        ({"queues": "general"}, {"queues"}),
        ({"queues": None, "name": ""}, {"queues", "name"}),
        ({"capacity": -1}, {"capacity"}),
        ({"capacity": True}, {"capacity"}),
        ({"capacity": "100"}, {"capacity"}),
        ({"skills": [{"name": "billing"}]}, {"skills[0].level"}),
        ({"skills": [{"name": "billing", "level": 0, "since": 1}]}, {"skills[0].level", "skills[0].since"}),
        ({"agentId": "ana", "presence": "busy"}, {"agentId", "presence"}),
        ({"active": "yes"}, {"active"}),
        ({"name": "", "queues": ["general", "nope"], "role": "Admin"}, {"name", "queues[1]", "role"}),
        ({"name": " \t\u200b"}, {"name"}),
        ({"name": "Ana\nAdmin"}, {"name"}),
        ({"name": "Ana\u2028"}, {"name"}),
        (
            {"skills": [{"name": skill, "level": 5} for skill in "abcab"], "active": 1},
            {"skills[3].name", "skills[4].name", "active"},
        ),
    ],
)
async def test_a_bad_record_is_refused_with_every_path(fields: dict[str, Any], paths: set[str]) -> None:
    desk = Desk()

    answer = await desk.put("/agents/ana", {**RECORD, **fields})

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == paths
    assert desk.world.tables.partitions(Table.AGENTS) == []


async def test_a_whole_number_is_one_however_a_system_writes_it() -> None:
    skills = [{"name": "billing", "level": 5.0}]

    answer = await Desk().put("/agents/ana", {**RECORD, "capacity": 60.0, "skills": skills})

    assert (answer.json["capacity"], answer.json["skills"][0]["level"]) == (60, 5)
    assert (await Desk().put("/agents/ana", {**RECORD, "capacity": 60.5})).refusal == (422, "invalid_request")


@pytest.mark.parametrize(
    ("query", "paths"),
    [("limit=abc&cursor=x", {"limit", "cursor"}), ("cursor=x&order=name", {"cursor", "order"})],
)
async def test_a_list_that_cannot_be_made_is_refused_with_every_reason_even_when_there_are_no_agents(
    query: str, paths: set[str]
) -> None:
    answer = await Desk().get(f"/agents?{query}", SUE)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == paths


async def test_supervisors_list_all_agents_or_those_of_a_queue() -> None:
    desk = await Desk.staffed()

    everybody, billing = await desk.get("/agents", SUE), await desk.get("/agents?queue=billing", SUE)

    assert [agent["agentId"] for agent in everybody.json["items"]] == ["ana", "bob"]
    assert [(agent["agentId"], agent["queues"]) for agent in billing.json["items"]] == [("bob", ["billing"])]


async def test_agents_see_names_and_presence_in_their_own_queues() -> None:
    desk = await Desk.staffed()
    await desk.hire("eve", "general", "billing")

    assert (await desk.get("/agents", ANA)).json["items"] == [
        {"agentId": "ana", "name": "Ana", "presence": "offline"},
        {"agentId": "eve", "name": "Eve", "presence": "offline"},
    ]
    shared = (await desk.get("/agents?queue=general", BOB)).json["items"]
    assert [agent["agentId"] for agent in shared] == ["eve"]


async def test_the_agents_come_in_pages() -> None:
    desk = await Desk.staffed()
    first = (await desk.get("/agents?limit=1", SUE)).json

    second = (await desk.get(f"/agents?limit=1&cursor={first['nextCursor']}", SUE)).json

    assert [page["items"][0]["agentId"] for page in (first, second)] == ["ana", "bob"]
    assert second["nextCursor"] is None
