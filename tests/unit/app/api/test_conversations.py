"""Conversations over the API: the lists by queue, and one conversation."""

from datetime import timedelta
from typing import Any

import pytest

from shared.state.conversation import Offer
from shared.vocabulary.words import ConversationStatus, Priority
from tests.fakes.sample import sample, without_billing
from tests.fakes.world import CHANNEL, World
from tests.unit.app.api.desk import BOB, NO_SUCH_CONVERSATION, SUE, Desk


async def listed(desk: Desk, query: str = "", **caller: Any) -> list[str]:
    """The conversation ids of one page."""
    answer = await desk.get(f"/conversations{query}", **caller)
    assert answer.status == 200, answer.json
    return [item["conversationId"] for item in answer.json["items"]]


async def test_a_list_shows_what_the_index_holds() -> None:
    desk = Desk(World(sample()))
    await desk.hire("ana", "general")
    conversation_id = await desk.conversation("Salut", bsuid="FR.123")

    answer = await desk.get("/conversations")

    assert answer.json == {
        "items": [
            {
                "conversationId": conversation_id,
                "status": "open",
                "channel": {"id": CHANNEL, "name": "support_fr"},
                "workstream": "support",
                "queue": "general",
                "agent": None,
                "contact": {
                    "contactId": desk.world.contact.id,
                    "name": None,
                    "phone": "+33612345678",
                    "bsuid": "FR.123",
                    "language": None,
                },
                "priority": "normal",
                "createdAt": "2026-11-24T09:00:00Z",
                "lastMessageAt": "2026-11-24T09:00:00Z",
                "lastMessage": {"direction": "in", "kind": "text", "preview": "Salut", "at": "2026-11-24T09:00:00Z"},
                "unread": 1,
                "waitingSince": "2026-11-24T09:00:00Z",
                "queuedSince": "2026-11-24T09:00:00Z",
                "waitReason": "nobody_available",
                "window": {"open": True, "closesAt": "2026-11-25T09:00:00Z"},
                "offer": None,
                "failed": 0,
                "held": 0,
                "tags": [],
                "closure": None,
                "version": 1,
            }
        ],
        "nextCursor": None,
    }


async def test_an_agent_sees_its_own_queues_whatever_it_asks_for() -> None:
    desk = await Desk.staffed()
    general, billing = await desk.conversation(), await desk.conversation("Ma facture", phone="33699999999")

    assert await listed(desk) == [general]
    assert await listed(desk, "?queue=general,billing") == [general]
    assert await listed(desk, "?queue=billing") == []
    assert await listed(desk, caller=BOB) == [billing]


async def test_an_agent_without_a_record_or_no_longer_active_has_no_queues() -> None:
    desk = Desk()
    conversation_id = await desk.conversation()
    assert await listed(desk) == []
    await desk.hire("ana", "general")
    assert await listed(desk) == [conversation_id]

    await desk.hire("ana", "general", active=False)

    assert await listed(desk) == []
    assert (await desk.get(f"/conversations/{conversation_id}")).refusal == (404, "conversation_not_found")


async def test_a_supervisor_sees_every_queue_merged_or_those_asked_for() -> None:
    desk = await Desk.staffed()
    general = await desk.conversation()
    desk.world.clock.step(1)
    billing = await desk.conversation("Ma facture", phone="33699999999")

    assert await listed(desk, caller=SUE) == [general, billing]
    assert await listed(desk, "?queue=billing,general", caller=SUE) == [general, billing]
    assert await listed(desk, "?queue=billing", caller=SUE) == [billing]


async def test_a_list_can_be_narrowed() -> None:
    desk = await Desk.staffed()
    mine = await desk.conversation()
    await desk.reply(mine)
    waiting = await desk.conversation(phone="33699999999")

    assert await listed(desk, "?agent=me") == [mine]
    assert await listed(desk, "?agent=ana", caller=SUE) == [mine]
    assert await listed(desk, "?agent=bob", caller=SUE) == []
    assert await listed(desk, "?agent=none", caller=SUE) == [waiting]
    assert await listed(desk, "?agent=NONE&queue=general") == [waiting]
    assert await listed(desk, "?agent=none&status=active") == []
    assert await listed(desk, "?status=open") == [waiting]
    assert await listed(desk, "?status=active&agent=me&queue=general") == [mine]
    assert set(await listed(desk, "?channel=support_fr")) == {mine, waiting}
    assert set(await listed(desk, f"?channel={CHANNEL.upper()}")) == {mine, waiting}


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("?status=closed", {"day"}),
        ("?day=2026-11-24", {"day"}),
        ("?status=open&day=2026-11-24", {"day"}),
        ("?status=closed&day=2026-11-31", {"day"}),
        ("?status=closed&day=1764374400", {"day"}),
        ("?unanswered=yes&failed=1&held=", {"unanswered", "failed"}),
        ("?status=asleep&sort=size&limit=0", {"status", "sort", "limit"}),
        ("?limit=101", {"limit"}),
        ("?channel=none", {"channel"}),
        ("?stauts=open", {"stauts"}),
        ("?queue=billin", {"queue"}),
        ("?queue=bil%2Fling", {"queue[0]"}),
        ("?cursor=nonsense", {"cursor"}),
        ("?cursor=waiting.1.2", {"cursor"}),
        ("?queue=nope&status=closed&channel=zzz", {"queue", "day", "channel"}),
        ("?queue=general,nope,bil%2Fling&limit=0&x=1", {"queue", "queue[2]", "limit", "x"}),
        ("?limit=abc&cursor=x&queue=nope", {"limit", "cursor", "queue"}),
        ("?limit=abc&sort=recent&cursor=priority.0.0.c", {"limit", "cursor"}),
        ("?sort=size&cursor=x", {"sort", "cursor"}),
        ("?limit=", {"limit"}),
        ("?limit=1_0", {"limit"}),
        ("?limit=5.0", {"limit"}),
        ("?limit=%205", {"limit"}),
        ("?limit=%2B5", {"limit"}),
        ("?limit=%D9%A5", {"limit"}),
        ("?limit=" + "9" * 5000, {"limit"}),
    ],
)
async def test_a_list_that_cannot_be_made_is_refused_with_every_reason(query: str, paths: set[str]) -> None:
    desk = await Desk.staffed()
    await desk.conversation()

    answer = await desk.get(f"/conversations{query}", SUE)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == paths


async def test_empty_parameters_and_the_hosts_own_count_as_left_out() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    assert await listed(desk, "?queue=&status=&agent=&channel=&code=key&clientId=x") == [conversation_id]


async def test_a_queue_that_the_configuration_lost_is_listed_with_what_is_in_it() -> None:
    desk = await Desk.staffed()
    lost, other = await desk.conversation("Ma facture"), await desk.conversation(phone="33699999999")
    without = Desk(World(without_billing()))
    without.world.tables = desk.world.tables
    without.centre = without.world.worker()

    assert set(await listed(without, caller=SUE)) == {lost, other}
    assert await listed(without, "?queue=billing", caller=SUE) == [lost]
    assert (await without.get("/conversations?queue=billing&limit=0", SUE)).paths == {"limit"}


async def test_whose_customer_has_waited_longest_comes_first_and_then_the_newest_message() -> None:
    desk = await Desk.staffed()
    first, second, third, fourth = [await desk.conversation(phone=f"3360000000{number}") for number in range(4)]
    now = desk.world.clock.now()
    for conversation_id, waited, last in ((first, None, 1), (second, 5, 2), (third, 9, 3), (fourth, None, 4)):
        await desk.change_conversation(
            conversation_id,
            waiting_since=now - timedelta(minutes=waited) if waited else None,
            last_message_at=now + timedelta(minutes=last),
        )

    assert await listed(desk) == await listed(desk, "?sort=waiting") == [third, second, fourth, first]
    assert await listed(desk, "?unanswered=true") == [third, second]
    assert await listed(desk, "?unanswered=false") == [fourth, first]


async def test_what_failed_and_what_is_held_can_be_found() -> None:
    desk = await Desk.staffed()
    failed, held = await desk.conversation(), await desk.conversation(phone="33699999999")
    await desk.change_conversation(failed, failed=2)
    await desk.change_conversation(held, held_count=1, tags=("vip",))

    assert await listed(desk, "?failed=true") == await listed(desk, "?held=false") == [failed]
    assert await listed(desk, "?held=true") == [held]
    (row,) = (await desk.get("/conversations?held=true")).json["items"]
    assert (row["failed"], row["held"], row["tags"]) == (0, 1, ["vip"])


async def test_an_agent_sees_what_it_is_offered_or_has_in_other_queues() -> None:
    desk = await Desk.staffed()
    offered, had = await desk.conversation(), await desk.conversation(phone="33699999999")
    now = desk.world.clock.now()
    offer = Offer(agent="Bob", at=now, expires_at=now + timedelta(minutes=2))
    await desk.change_conversation(offered, offer=offer)
    await desk.change_conversation(had, agent="BOB", status=ConversationStatus.ACTIVE)

    shown = [(await desk.get(f"/conversations/{each}", BOB)).json for each in (offered, had)]

    assert [each["conversationId"] for each in shown] == [offered, had]
    assert shown[0]["offer"] == {"agent": "Bob", "expiresAt": "2026-11-24T09:02:00Z"}


async def test_what_an_agent_has_elsewhere_is_listed_by_its_load() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    assert (await desk.post(f"/conversations/{conversation_id}/assign", {"agent": "bob"}, SUE)).status == 200

    for query in ("", "?agent=me", "?queue=general", "?queue=general&agent=BOB", "?status=active"):
        assert await listed(desk, query, caller=BOB) == [conversation_id]
    assert await listed(desk, "?agent=bob", caller=SUE) == [conversation_id]
    assert await listed(desk, "?queue=billing", caller=BOB) == []
    assert await listed(desk, "?agent=none", caller=BOB) == []
    assert (await desk.post(f"/conversations/{conversation_id}/wait", {}, BOB)).status == 200
    assert await listed(desk, "?agent=me", caller=BOB) == [conversation_id]


async def test_the_most_urgent_come_first_and_then_the_oldest() -> None:
    desk = await Desk.staffed()
    ids = []
    for number, priority in enumerate((Priority.LOW, Priority.NORMAL, Priority.URGENT, Priority.NORMAL, Priority.HIGH)):
        ids.append(await desk.conversation(phone=f"3360000000{number}"))
        await desk.change_conversation(ids[-1], priority=priority)
        desk.world.clock.step(1)
    low, normal, urgent, later, high = ids

    assert await listed(desk, "?sort=priority", caller=SUE) == [urgent, high, normal, later, low]


async def test_the_newest_message_comes_first_when_asked_for_recent() -> None:
    desk = await Desk.staffed()
    first = await desk.conversation()
    desk.world.clock.step(1)
    second = await desk.conversation(phone="33699999999")
    assert await listed(desk, "?sort=recent") == [second, first]
    desk.world.clock.step(1)

    await desk.reply(first)

    assert await listed(desk, "?sort=recent") == [first, second]


@pytest.mark.parametrize("sort", ["waiting", "priority", "recent"])
async def test_pages_hold_every_conversation_once(sort: str) -> None:
    desk = await Desk.staffed()
    ids = {await desk.conversation(phone=f"3360000000{number}") for number in range(7)}

    items = await desk.pages(f"/conversations?sort={sort}&", 3)

    assert len(items) == 7
    assert {item["conversationId"] for item in items} == ids


async def test_what_comes_and_goes_between_two_pages_hides_nothing() -> None:
    desk = await Desk.staffed()
    ids = []
    for number in range(4):
        ids.append(await desk.conversation(phone=f"3360000000{number}"))
        desk.world.clock.step(1)
    first = (await desk.get("/conversations?limit=2&sort=priority", SUE)).json
    await desk.close(ids[0])
    await desk.centre.conversation_lists.record(await desk.stored(ids[0]), desk.world.clock.now())
    await desk.change_conversation(await desk.conversation(phone="33699999999"), priority=Priority.URGENT)

    second = await listed(desk, f"?limit=2&sort=priority&cursor={first['nextCursor']}", caller=SUE)

    assert [item["conversationId"] for item in first["items"]] + second == ids


async def test_a_cursor_of_another_order_is_refused() -> None:
    desk = await Desk.staffed()
    await desk.conversation()
    await desk.conversation(phone="33699999999")
    cursor = (await desk.get("/conversations?limit=1")).json["nextCursor"]

    answer = await desk.get(f"/conversations?limit=1&sort=recent&cursor={cursor}")

    assert answer.refusal == (422, "invalid_request")


async def test_a_conversation_shows_all_that_is_known_of_it() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation("Ma facture, svp")

    answer = await desk.get(f"/conversations/{conversation_id}", BOB)

    assert answer.status == 200
    shown = answer.json
    assert (shown["queue"], shown["status"], shown["unread"]) == ("billing", "open", 1)
    assert shown["variables"] == {"topic": "billing"}
    assert shown["skills"] == [{"name": "billing", "level": None}]
    assert (shown["previousConversationId"], shown["closure"], shown["agent"]) == (None, None, None)


async def test_why_a_conversation_waits_is_said_in_lists_and_of_one() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    path = f"/conversations/{conversation_id}"

    async def said() -> set[str | None]:
        (row,) = (await desk.get("/conversations")).json["items"]
        (of_contact,) = (await desk.get(f"/contacts/{row['contact']['contactId']}/conversations")).json["items"]
        explained = (await desk.get(f"{path}/explain", SUE)).json
        one = (await desk.get(path)).json
        return {each["waitReason"] for each in (row, of_contact, explained, one)}

    assert await said() == {"nobody_available"}
    await desk.hire("ana", "general", active=False)
    await desk.hire("sue", "general", active=False)
    desk.world.clock.step(6)
    assert (await desk.get(path, SUE)).json["waitReason"] == "no_agents"
    await desk.change_conversation(conversation_id, agent="ana", status=ConversationStatus.ACTIVE)
    assert (await desk.get(path, SUE)).json["waitReason"] is None


async def test_a_conversation_explains_where_it_has_been_and_by_which_rules() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation("Ma facture, svp")

    answer = await desk.get(f"/conversations/{conversation_id}/explain", SUE)

    assert answer.status == 200
    assert set(answer.json) == {"segments", "matched", "waitReason"}
    began = {"queue": "billing", "agent": None, "from": "2026-11-24T09:00:00Z", "to": None, "reason": None}
    assert answer.json["segments"] == [began]
    assert "billing" in " ".join(answer.json["matched"])
    assert (await desk.get(f"/conversations/{conversation_id}/explain", BOB)).refusal == (403, "forbidden")
    assert (await desk.get(f"/conversations/{NO_SUCH_CONVERSATION}/explain", SUE)).status == 404


async def test_a_closed_conversation_stays_and_the_next_names_it() -> None:
    desk = await Desk.staffed()
    first = await desk.conversation()
    await desk.close(first)
    desk.world.clock.step(60)
    second = await desk.conversation("Encore moi")

    assert second != first
    assert (await desk.get(f"/conversations/{second}")).json["previousConversationId"] == first
    shown = (await desk.get(f"/conversations/{first}")).json
    assert (shown["status"], shown["closure"]) == ("closed", {"reason": "merged", "at": "2026-11-24T09:00:00Z"})


@pytest.mark.parametrize("path", ["", "/messages"])
async def test_a_conversation_out_of_sight_is_not_there(path: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    assert (await desk.get(f"/conversations/{conversation_id}{path}", BOB)).refusal == (404, "conversation_not_found")
    assert (await desk.get(f"/conversations/{NO_SUCH_CONVERSATION}{path}", SUE)).refusal == (
        404,
        "conversation_not_found",
    )
    unknown_episode = f"{conversation_id.partition('-')[0]}-{'0' * 26}"
    assert (await desk.get(f"/conversations/{unknown_episode}{path}", SUE)).refusal == (404, "conversation_not_found")


async def test_an_agent_is_the_same_however_its_id_is_written() -> None:
    desk = Desk()
    await desk.hire("Ana", "general")
    await desk.hire("bob", "general")
    conversation_id = await desk.conversation()
    written = [{"X-Agent-Id": spelled, "X-Agent-Role": "Agent"} for spelled in ("ana", "ANA", "Ana")]

    assert [(await desk.reply(conversation_id, "Oui", caller)).status for caller in written] == [201, 201, 201]
    assert (await desk.get(f"/conversations/{conversation_id}", written[0])).json["agent"] == "Ana"
    for query in ("?agent=ana", "?agent=ANA", "?agent=Ana"):
        assert await listed(desk, query) == [conversation_id]
    for caller in written:
        mine = (await desk.get("/conversations?agent=ME", caller)).json["items"]
        assert [each["conversationId"] for each in mine] == [conversation_id]
    lines = (await desk.get(f"/conversations/{conversation_id}/messages", written[0])).json["items"]
    assert {line["author"]["id"] for line in lines if line["author"]["type"] == "agent"} == {"Ana"}
    assert (await desk.reply(conversation_id, "Non", BOB)).refusal == (409, "not_assigned_to_you")


async def test_an_agent_without_a_record_is_the_same_however_its_id_is_written() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    await desk.change_conversation(conversation_id, agent="ANA", status=ConversationStatus.ACTIVE)

    assert (await desk.reply(conversation_id, "Oui")).status == 201
    assert (await desk.get(f"/conversations/{conversation_id}")).json["agent"] == "ANA"
