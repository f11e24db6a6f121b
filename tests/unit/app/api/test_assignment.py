"""Conversations over the API: taken, assigned, offered, handed on, given back."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.configuration.workstreams import Presence
from shared.queue.messages import Pair
from shared.state.agent import LoadEntry, LoadKind
from shared.state.conversation import Offer
from shared.vocabulary.words import ConversationStatus
from tests.fakes.sample import SAMPLE
from tests.fakes.world import World
from tests.unit.app.api.desk import ANA, BOB, NO_SUCH_CONVERSATION, SUE, Desk

EVE = {"X-Agent-Id": "eve", "X-Agent-Role": "Agent"}
ACTIVE, WAITING = ConversationStatus.ACTIVE, ConversationStatus.WAITING
PUSHED = SAMPLE.read_text(encoding="utf-8")
PICKED = PUSHED.replace("  support:\n", "  support:\n    distribution: {allow_pick: true}\n")


async def staffed(configuration: str = PICKED) -> tuple[Desk, str]:
    """Ana and Eve in the queue `general`, Bob in `billing`, and a conversation in `general`'s line."""
    desk = Desk(World(configuration))
    await desk.hire("ana", "general")
    await desk.hire("eve", "general")
    await desk.hire("bob", "billing")
    return desk, await desk.conversation()


async def do(desk: Desk, conversation_id: str, action: str, body: Any = None, caller: Any = ANA, **headers: str) -> Any:
    """POST an action on a conversation."""
    return await desk.call("POST", f"/conversations/{conversation_id}/{action}", body, {**caller, **headers})


async def set_presence(desk: Desk, agent_id: str, **fields: Any) -> None:
    """Change an agent's row as no route here does."""
    await desk.centre.agents.save(agent_id, lambda before: replace(before, **fields) if before else _none())


def _none() -> Any:
    raise AssertionError("there is no such agent")


async def offer(desk: Desk, conversation_id: str, agent: str) -> None:
    now = desk.world.clock.now()
    offered = Offer(agent=agent, at=now, expires_at=now + timedelta(minutes=2))
    await desk.change_conversation(conversation_id, offer=offered, units=30)


async def load(desk: Desk, agent_id: str) -> dict[str, tuple[str, int]]:
    agent = await desk.centre.agents.find(agent_id)
    assert agent
    return {each: (entry.kind, entry.units) for each, entry in agent.load.items() if entry.kind != "gone"}


async def test_who_takes_a_conversation_has_it_and_the_answer_is_as_reading_it() -> None:
    desk, conversation_id = await staffed()

    taken = await do(desk, conversation_id, "assign")

    assert taken.status == 200
    read = await desk.get(f"/conversations/{conversation_id}")
    assert taken.json == read.json
    assert taken.headers["ETag"] == read.headers["ETag"] == f'"{taken.json["version"]}"'
    assert (taken.json["status"], taken.json["agent"]) == ("active", "ana")
    assert await load(desk, "ana") == {conversation_id: ("held", 30)}
    assert desk.world.history()[-1].text == "Prise par Ana."


async def test_of_two_who_take_it_one_is_told_who_was_first() -> None:
    desk, conversation_id = await staffed()
    await do(desk, conversation_id, "assign", {})

    late = await do(desk, conversation_id, "assign", {}, EVE)

    assert late.refusal == (409, "not_assigned_to_you")
    assert (late.json["agent"], late.json["agentName"], late.json["detail"]) == (
        "ana",
        "Ana",
        "The conversation is Ana's.",
    )
    assert await load(desk, "eve") == {}


async def test_of_16_who_take_it_at_once_one_has_it() -> None:
    desk, conversation_id = await staffed()
    names = [f"a{number}" for number in range(16)]
    for name in names:
        await desk.hire(name, "general")

    answers = await asyncio.gather(
        *(
            Desk(desk.world, centre=desk.world.worker()).post(
                f"/conversations/{conversation_id}/assign", {}, {"X-Agent-Id": name, "X-Agent-Role": "Agent"}
            )
            for name in names
        )
    )

    assert sorted(answer.status for answer in answers) == [200] + [409] * 15
    assert {answer.code for answer in answers if answer.status == 409} == {"not_assigned_to_you"}
    await desk.world.pass_time(130)
    holder = desk.world.conversation.agent
    loads = {name: await load(desk, name) for name in names}
    assert loads == {name: {conversation_id: ("held", 30)} if name == holder else {} for name in names}


async def test_a_loser_who_dies_before_taking_its_reservation_back_is_mended() -> None:
    desk, conversation_id = await staffed()
    stored = await desk.stored(conversation_id)
    assert stored.contact.conversation
    now = desk.world.clock.now()
    version = stored.contact.version + 1
    reserved = LoadEntry(kind=LoadKind.HELD, version=version, queue="general", units=30, at=now)
    await set_presence(desk, "eve", load={conversation_id: reserved})
    pair = Pair(conversation_id=conversation_id, agent="eve")
    await desk.centre._committer.check_later(stored.contact, now + timedelta(seconds=60), pair)
    await do(desk, conversation_id, "assign")

    await desk.world.pass_time(130)

    assert await load(desk, "eve") == {}
    assert await load(desk, "ana") == {conversation_id: ("held", 30)}


async def test_where_conversations_are_pushed_nobody_takes_them_and_a_reply_does() -> None:
    desk, conversation_id = await staffed(PUSHED)

    assert (await do(desk, conversation_id, "assign")).refusal == (409, "pick_not_allowed")
    assert (await do(desk, conversation_id, "assign", None, SUE)).status == 200
    other = await desk.conversation(phone="33699999999")
    assert (await desk.reply(other)).status == 201
    assert (await desk.get(f"/conversations/{other}")).json["agent"] == "ana"
    assert await load(desk, "ana") == {other: ("held", 30)}


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("assign", {}),
        ("accept", None),
        ("decline", None),
        ("transfer", {"queue": "billing"}),
        ("release", None),
        ("wait", {}),
        ("wrap-up", None),
        ("close", {}),
        ("notes", {"text": "x"}),
        ("read", {"upTo": "m"}),
    ],
)
async def test_what_is_out_of_sight_is_not_there(action: str, body: Any) -> None:
    desk, conversation_id = await staffed()
    for asked, caller in ((conversation_id, BOB), (NO_SUCH_CONVERSATION, SUE), ("nonsense", SUE)):
        assert (await do(desk, asked, action, body, caller)).refusal == (404, "conversation_not_found")


async def test_what_an_agent_has_it_sees_whatever_the_queue() -> None:
    desk, conversation_id = await staffed()
    assert (await do(desk, conversation_id, "assign", {"agent": "bob"}, SUE)).status == 200
    assert (await desk.get(f"/conversations/{conversation_id}", BOB)).status == 200
    assert (await do(desk, conversation_id, "wait", {}, BOB)).status == 200
    await do(desk, conversation_id, "release", None, SUE)
    await do(desk, conversation_id, "assign", {"agent": "ana"}, SUE)
    assert (await desk.get(f"/conversations/{conversation_id}", BOB)).refusal == (404, "conversation_not_found")


async def test_only_a_supervisor_gives_conversations_to_others() -> None:
    desk, conversation_id = await staffed()
    assert (await do(desk, conversation_id, "assign", {"agent": "eve"})).refusal == (403, "forbidden")
    assert (await do(desk, conversation_id, "assign", {"agent": "ANA"})).json["agent"] == "ana"
    unknown = await do(desk, conversation_id, "assign", {"agent": "nobody"}, SUE)
    assert (unknown.refusal, unknown.paths) == ((422, "invalid_request"), {"agent"})
    assigned = await do(desk, conversation_id, "assign", {"agent": "EVE"}, SUE)
    assert (assigned.json["agent"], assigned.json["segments"][-1]["agent"]) == ("eve", "eve")
    assert await load(desk, "ana") == {}


async def test_who_is_offered_a_conversation_accepts_or_declines_it() -> None:
    desk, conversation_id = await staffed()
    await offer(desk, conversation_id, "ana")
    assert (await do(desk, conversation_id, "accept", None, EVE)).refusal == (409, "offer_ended")
    assert (await do(desk, conversation_id, "assign", None, EVE)).refusal == (409, "not_assigned_to_you")

    assert (await do(desk, conversation_id, "decline")).json["status"] == "open"
    assert (await do(desk, conversation_id, "accept")).refusal == (409, "offer_ended")
    await offer(desk, conversation_id, "ana")
    assert (await do(desk, conversation_id, "accept")).json["agent"] == "ana"
    assert (await do(desk, conversation_id, "accept")).status == 200


async def test_a_reply_to_what_is_offered_accepts_it_and_to_what_is_offered_elsewhere_is_refused() -> None:
    desk, conversation_id = await staffed()
    await offer(desk, conversation_id, "ana")
    assert (await desk.reply(conversation_id, caller=EVE)).refusal == (409, "not_assigned_to_you")
    assert (await desk.reply(conversation_id)).status == 201
    assert [line.text for line in desk.world.history()][-2] == "Acceptée par Ana."
    assert (desk.world.conversation.agent, desk.world.conversation.offer) == ("ana", None)


async def test_a_handover_needs_somebody_who_is_there_and_has_room() -> None:
    desk, conversation_id = await staffed()
    await do(desk, conversation_id, "assign")
    body = {"agent": "eve", "note": "Cliente fidèle"}
    assert (await do(desk, conversation_id, "transfer", body)).refusal == (409, "agent_not_available")
    await set_presence(desk, "eve", presence=Presence.AVAILABLE, capacity=29)
    assert (await do(desk, conversation_id, "transfer", body)).refusal == (409, "agent_not_available")
    await set_presence(desk, "eve", capacity=30)

    handed_on = await do(desk, conversation_id, "transfer", body)

    assert (handed_on.status, handed_on.json["agent"], handed_on.json["allowed"]) == (200, "eve", [])
    assert await load(desk, "ana") == {}
    assert await load(desk, "eve") == {conversation_id: ("held", 30)}
    texts = [line.text for line in desk.world.history()]
    assert texts.index("Cliente fidèle") < texts.index("Transférée par Ana à Eve.")


async def test_a_repetition_is_answered_although_the_transfer_took_it_out_of_sight() -> None:
    desk, conversation_id = await staffed()
    await do(desk, conversation_id, "assign")
    first = await do(desk, conversation_id, "transfer", {"queue": "billing"}, **{"Idempotency-Key": "k"})
    again = await do(desk, conversation_id, "transfer", {"queue": "billing"}, **{"Idempotency-Key": "k"})
    assert (first.status, again.status, again.json["queue"]) == (200, 200, "billing")
    desk.world.clock.step(700)
    late = await do(desk, conversation_id, "transfer", {"queue": "billing"}, **{"Idempotency-Key": "k"})
    assert late.refusal == (404, "conversation_not_found")


async def test_a_key_is_good_for_one_body_one_path_and_one_caller() -> None:
    desk, conversation_id = await staffed()
    key = {"Idempotency-Key": "k"}
    assert (await do(desk, conversation_id, "assign", {}, **key)).status == 200
    assert (await do(desk, conversation_id, "release", **key)).json["status"] == "open"
    await do(desk, conversation_id, "assign", {}, EVE)
    assert (await do(desk, conversation_id, "assign", {}, **key)).json["agent"] == "eve"
    other = await do(desk, conversation_id, "assign", {"agent": "ana"}, **key)
    assert other.refusal == (422, "idempotency_key_reused")
    assert (await do(desk, conversation_id, "assign", {}, BOB, **key)).refusal == (404, "conversation_not_found")


async def test_what_changed_since_it_was_read_is_left_alone() -> None:
    desk, conversation_id = await staffed()
    etag = (await desk.get(f"/conversations/{conversation_id}")).headers["ETag"]
    await desk.world.customer("Encore moi")

    assert (await do(desk, conversation_id, "assign", {}, **{"If-Match": etag})).refusal == (412, "changed_meanwhile")
    now = (await desk.get(f"/conversations/{conversation_id}")).headers["ETag"]
    assert (await do(desk, conversation_id, "assign", {}, **{"If-Match": f'"0", W/{now}'})).status == 200
    assert (await do(desk, conversation_id, "wait", {}, **{"If-Match": "*"})).status == 200
    assert (await do(desk, conversation_id, "close", {}, **{"If-Match": "nonsense"})).status == 412


async def test_a_late_settle_of_an_older_version_brings_nothing_back() -> None:
    """The worker that took it hangs before it settles; meanwhile the conversation has gone to another queue."""
    desk, conversation_id = await staffed()
    await do(desk, conversation_id, "assign")
    late = await desk.stored(conversation_id)
    await do(desk, conversation_id, "transfer", {"queue": "billing"})

    slow = desk.world.worker()
    await slow._settler.settle(replace(late, loaded=None, listed=None, settled=False))

    assert await load(desk, "ana") == {}
    assert [row["conversation_id"] for row in desk.world.listed("billing")] == [conversation_id]
    assert [row.get("gone") for row in desk.world.listed("general")] == [True]


@pytest.mark.parametrize(
    ("action", "body", "paths"),
    [
        ("transfer", {}, {""}),
        ("transfer", {"queue": "billing", "agent": "eve"}, {""}),
        ("transfer", {"queue": "nowhere"}, {"queue"}),
        ("transfer", {"agent": "none", "note": ""}, {"agent", "note"}),
        ("assign", {"agent": "me", "x": 1}, {"agent", "x"}),
        ("wait", {"until": "yesterday"}, {"until"}),
        ("wait", {"until": "2020-01-01T00:00:00Z"}, {"until"}),
        ("close", {"tags": ["a"] * 21, "wrapUpCode": ""}, {"tags", "wrapUpCode"}),
        ("notes", {"text": " "}, {"text"}),
        ("read", {}, {"upTo"}),
        ("accept", {"x": 1}, {"x"}),
    ],
)
async def test_what_is_wrong_with_a_request_is_named(action: str, body: Any, paths: set[str]) -> None:
    desk, conversation_id = await staffed()
    answer = await do(desk, conversation_id, action, body)
    assert (answer.refusal, answer.paths) == ((422, "invalid_request"), paths)
