"""Conversations that the team begins, and contacts that are looked for."""

import asyncio
import contextlib
from typing import Any

import pytest

from shared.sending.channel import Postponed
from shared.state.agent import LoadKind
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import PHONE, World
from tests.unit.app.api.desk import ANA, BOB, SUE, Answer, Desk

TEMPLATE = {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["Ana", "A-17"]}
TEXT = {"kind": "text", "text": "Bonjour"}
BSUID = "FR.13491208655302741918"
TO = {"phone": f"+{PHONE}"}


async def begin(desk: Desk, caller: Any = ANA, *, key: str | None = None, **fields: Any) -> Answer:
    """A start with a template to the usual customer, unless told otherwise."""
    body = {"channel": "support_fr", "to": TO, "reply": TEMPLATE, **fields}
    return await desk.post("/conversations", body, caller, key=key)


async def test_a_template_begins_a_conversation_that_waits_for_its_customer() -> None:
    desk = await Desk.staffed()

    answer = await begin(desk)

    assert answer.status == 201
    begun, reply = answer.json["conversation"], answer.json["reply"]
    assert (begun["status"], begun["agent"], begun["queue"]) == ("waiting", "ana", "general")
    assert begun["contact"]["phone"] == f"+{PHONE}"
    assert (reply["delivery"], reply["status"]) == ("template", "sent")
    assert answer.headers["ETag"] == f'"{begun["version"]}"'
    (sent,) = desk.world.channel.sent  # the template alone: no greeting
    assert (sent.to, sent.content.text) == (f"+{PHONE}", "Bonjour Ana, votre commande A-17 est en route.")
    listed = (await desk.get("/conversations?agent=me")).json["items"]
    assert [each["conversationId"] for each in listed] == [begun["conversationId"]]
    agent = await desk.centre.agents.find("ana")
    assert agent
    assert agent.conversations(LoadKind.PARKED)
    assert not agent.conversations(LoadKind.HELD)


async def test_the_customers_answer_goes_to_the_agent_who_began_it() -> None:
    desk = await Desk.staffed()
    await desk.put("/agents/me/presence", {"presence": "available"}, ANA)
    begun = (await begin(desk)).json["conversation"]["conversationId"]

    assert await desk.conversation("Oui ?") == begun

    shown = (await desk.get(f"/conversations/{begun}")).json
    assert (shown["status"], shown["agent"]) == ("active", "ana")


async def test_one_that_nobody_has_joins_the_line_with_the_customers_first_word() -> None:
    desk = await Desk.staffed()
    begun = (await begin(desk, SUE, queue="billing")).json["conversation"]
    assert (begun["agent"], begun["queue"], begun["queuedSince"]) == (None, "billing", None)

    await desk.conversation("Oui ?")

    shown = (await desk.get(f"/conversations/{begun['conversationId']}", SUE)).json
    assert (shown["status"], shown["queue"]) == ("open", "billing")
    assert shown["queuedSince"]


async def test_words_need_an_open_window() -> None:
    desk = await Desk.staffed()

    refused = await begin(desk, reply=TEXT)

    assert refused.refusal == (409, "window_closed")
    assert "only a template" in refused.json["detail"]
    assert {each["name"] for each in refused.json["templates"]} == {"follow_up", "order_update"}
    assert desk.world.contacts == []
    await desk.close(await desk.conversation())
    begun = await begin(desk, reply=TEXT)
    assert (begun.status, begun.json["reply"]["delivery"]) == (201, "message")


async def test_a_conversation_that_goes_on_is_joined_by_whoever_may_reply_there() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answer = await begin(desk, reply=TEXT, queue="general", agent="ana")

    assert (answer.status, answer.json["conversation"]["conversationId"]) == (200, conversation_id)
    assert answer.json["conversation"]["status"] == "active"
    busy = await begin(desk, BOB, reply=TEXT)
    assert busy.refusal == (409, "contact_busy")
    assert set(busy.json) == {"type", "title", "status", "detail", "code", "errors", "requestId"}


async def test_nobody_learns_of_a_conversation_in_other_queues_more_than_that_there_is_one() -> None:
    desk = await Desk.staffed()
    await desk.conversation()

    assert (await begin(desk, BOB, reply=TEXT)).refusal == (409, "contact_busy")


@pytest.mark.parametrize(
    ("fields", "caller", "refusal", "paths"),
    [
        ({"queue": "billing"}, ANA, (403, "forbidden"), set()),
        ({"agent": "bob"}, ANA, (403, "forbidden"), set()),
        ({"queue": "nowhere"}, SUE, (422, "invalid_request"), {"queue"}),
        ({"agent": "nobody"}, SUE, (422, "invalid_request"), {"agent"}),
        ({"channel": "nothing"}, SUE, (422, "invalid_request"), {"channel"}),
        ({"to": {"phone": "12"}}, SUE, (422, "invalid_request"), {"to.phone"}),
        ({"to": {"bsuid": "33612345678"}}, SUE, (422, "invalid_request"), {"to"}),
        ({"to": {}}, SUE, (422, "invalid_request"), {"to"}),
        ({"to": {**TO, "bsuid": BSUID}}, SUE, (422, "invalid_request"), {"to"}),
        ({"reply": {"kind": "text", "text": ""}}, SUE, (422, "invalid_request"), {"reply.text"}),
        ({"reply": {**TEMPLATE, "parameters": []}}, SUE, (422, "template_parameters"), {"reply.parameters"}),
        (
            {"reply": {**TEMPLATE, "header": {"mediaUri": "https://10.0.0.1/a.jpg"}}},
            SUE,
            (422, "media_not_allowed"),
            {"reply.header.mediaUri"},
        ),
    ],
)
async def test_what_is_wrong_is_named_and_claims_nothing(
    fields: dict[str, Any], caller: Any, refusal: tuple[int, str], paths: set[str]
) -> None:
    desk = await Desk.staffed()

    answer = await begin(desk, caller, **fields)

    assert (answer.refusal, answer.paths) == (refusal, paths)
    assert desk.world.contacts == []


async def test_an_agent_without_queues_begins_nothing() -> None:
    assert (await begin(Desk())).refusal == (403, "forbidden")


async def test_whoever_opted_out_is_left_in_peace() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    await desk.change_contact(conversation_id, opted_out=True)
    await desk.close(conversation_id)

    for reply in (TEMPLATE, TEXT):
        assert (await begin(desk, reply=reply)).refusal == (409, "opted_out")


async def test_a_bsuid_will_do_and_the_two_names_may_turn_out_to_be_one_person() -> None:
    """What was begun goes to the contact that stays."""
    desk = await Desk.staffed()
    await desk.put("/agents/me/presence", {"presence": "available"}, ANA)
    begun = (await begin(desk)).json["conversation"]
    await desk.patch(f"/conversations/{begun['conversationId']}", {"tags": ["vip"], "variables": {"order": "A-17"}})

    await desk.world.customer("Oui ?", bsuid=BSUID)
    await desk.world.drain()

    stays = next(each for each in desk.world.contacts if each.bsuid)
    conversation = stays.conversation
    assert conversation
    assert (conversation.queue, conversation.agent, conversation.tags) == ("general", "ana", ("vip",))
    assert conversation.variables == {"order": "A-17"}
    assert (await begin(desk, to={"bsuid": BSUID}, reply=TEXT)).json["conversation"]["conversationId"] == (
        conversation.id
    )


@pytest.mark.parametrize(
    ("spelled", "known"),
    [("06 12 34 56 78", "33612345678"), ("+551187654321", "5511987654321"), ("+525512345678", "5215512345678")],
)
async def test_a_known_contact_is_found_by_another_spelling_and_addressed_as_it_came(spelled: str, known: str) -> None:
    desk = await Desk.staffed()
    await desk.close(await desk.conversation(phone=known))

    answer = await begin(desk, to={"phone": spelled})

    assert answer.json["conversation"]["contact"]["phone"] == f"+{known}"
    assert desk.world.channel.sent[-1].to == f"+{known}"
    assert len(desk.world.contacts) == 1


class TestRepetitions:
    """The same key begins it once."""

    async def test_also_when_it_is_over_by_then(self) -> None:
        desk = await Desk.staffed()
        first = await begin(desk, key="k")
        await desk.close(first.json["conversation"]["conversationId"])

        again = await begin(desk, key="k")

        assert (first.status, again.status) == (201, 201)
        assert again.json["reply"]["replyId"] == first.json["reply"]["replyId"]
        assert len(desk.world.channel.sent) == 1
        assert (await begin(desk, key="k", queue="general")).status == 201
        assert (await begin(desk, key="k", reply=TEXT)).refusal == (422, "idempotency_key_reused")

    async def test_of_one_that_joined(self) -> None:
        desk = await Desk.staffed()
        await desk.conversation()
        first = await begin(desk, key="k", reply=TEXT)
        await desk.close(first.json["conversation"]["conversationId"])

        again = await begin(desk, key="k", reply=TEXT)

        assert (first.status, again.status) == (200, 200)
        assert again.json["reply"]["replyId"] == first.json["reply"]["replyId"]

    async def test_at_the_same_moment(self) -> None:
        desk = await Desk.staffed()

        answers = await asyncio.gather(*(begin(desk, key="k") for _ in range(4)))

        assert {answer.status for answer in answers} == {201}
        assert len({answer.json["reply"]["replyId"] for answer in answers}) == 1
        assert len(desk.world.channel.sent) == 1


async def test_two_who_begin_with_the_same_person_at_once_have_one_conversation() -> None:
    desk = await Desk.staffed()
    await desk.hire("cleo", "general")

    one, other = await asyncio.gather(
        begin(desk), begin(desk, {"X-Agent-Id": "cleo", "X-Agent-Role": "Agent"}, reply=TEMPLATE)
    )

    assert sorted((one.status, other.status)) == [201, 409]
    assert len(desk.world.contacts) == 1


async def test_the_customer_may_write_at_the_same_moment() -> None:
    """One conversation, with both messages in it."""
    desk = await Desk.staffed()

    answer, _ = await asyncio.gather(begin(desk, reply=TEMPLATE), desk.world.customer("Bonjour"))

    assert answer.status in (200, 201)
    (contact,) = desk.world.contacts
    assert contact.conversation
    assert contact.conversation.id == answer.json["conversation"]["conversationId"]


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
async def test_a_repetition_completes_what_a_worker_that_died_at_any_call_left(after: bool) -> None:
    """One contact, one message; what was committed goes out without a repetition, too."""
    call, reached = 0, True
    while reached:
        call += 1
        desk = await Desk.staffed()
        world, faults = desk.world, Faults(call=call, error=Killed(), after=after, lasting=True)
        ports = {name: faults.wrap(getattr(world, name)) for name in ("tables", "sender", "channel")}
        with contextlib.suppress(Killed):
            await begin(Desk(world, centre=world.worker(**ports)), key="k")
        reached = faults.reached
        world.restart()
        if call % 2:
            await world.pass_time(90)

        again = await begin(Desk(world, centre=world.centre), key="k")

        assert again.status == 201
        assert len(world.channel.sent) == 1
        assert len(world.contacts) == 1
    assert call > 8


async def test_a_channel_that_does_not_answer_keeps_the_reply() -> None:
    desk = await Desk.staffed()
    desk.world.channel.answer_next(Postponed(code="503", message="away"))

    answer = await begin(desk)

    assert answer.refusal == (503, "channel_unavailable")
    await desk.world.pass_time(60)
    assert len(desk.world.channel.sent) == 1


class TestFind:
    """`POST /contacts/find`."""

    @pytest.mark.parametrize("wanted", [{"phone": "06.12.34.56.78"}, {"phone": "+33 6 12 34 56 78"}, {"bsuid": BSUID}])
    async def test_by_any_name(self, wanted: dict[str, str]) -> None:
        desk = await Desk.staffed()
        await desk.conversation(bsuid=BSUID)

        answer = await desk.post("/contacts/find", {**wanted, "channel": "support_fr"})

        assert (answer.status, answer.json["nextCursor"]) == (200, None)
        (found,) = answer.json["items"]
        assert (found["phone"], found["bsuid"]) == (f"+{PHONE}", BSUID)

    async def test_nobody_or_nobody_that_the_caller_may_see(self) -> None:
        desk = await Desk.staffed()
        assert (await desk.post("/contacts/find", TO)).json["items"] == []
        await desk.conversation()
        assert (await desk.post("/contacts/find", TO, BOB)).json["items"] == []
        assert len((await desk.post("/contacts/find", TO, SUE)).json["items"]) == 1

    async def test_what_is_no_number_is_refused(self) -> None:
        answer = await Desk(World()).post("/contacts/find", {"phone": "x"}, SUE)
        assert (answer.refusal, answer.paths) == ((422, "invalid_request"), {"phone"})
