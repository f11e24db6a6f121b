"""Replies that may not go out, or not by this caller, and replies taken back."""

from typing import Any

import pytest

from shared.vocabulary.templates import ListedTemplate
from tests.unit.app.api.desk import BOB, NO_SUCH_CONVERSATION, SUE, Desk, closed_window


async def test_a_reply_takes_an_unassigned_conversation_for_an_agent() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    await desk.reply(conversation_id)

    conversation = (await desk.get(f"/conversations/{conversation_id}")).json
    assert (conversation["agent"], conversation["status"]) == ("ana", "active")


async def test_a_supervisors_reply_assigns_nobody() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    assert (await desk.reply(conversation_id, caller=SUE)).status == 201

    conversation = (await desk.get(f"/conversations/{conversation_id}")).json
    assert (conversation["agent"], conversation["status"]) == (None, "open")


async def test_another_agents_conversation_takes_no_reply_but_a_supervisors() -> None:
    desk = await Desk.staffed()
    await desk.hire("bob", "general", "billing")
    conversation_id = await desk.conversation()
    await desk.reply(conversation_id)

    assert (await desk.reply(conversation_id, caller=BOB)).refusal == (409, "not_assigned_to_you")
    assert (await desk.reply(conversation_id, caller=SUE)).status == 201


async def test_a_conversation_of_other_queues_is_not_there_for_an_agent() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    reply = await desk.reply(conversation_id)
    path = f"/conversations/{conversation_id}/replies/{reply.json['replyId']}"

    assert (await desk.reply(conversation_id, caller=BOB)).refusal == (404, "conversation_not_found")
    assert (await desk.get(path, BOB)).refusal == (404, "conversation_not_found")
    assert (await desk.delete(path, BOB)).refusal == (404, "conversation_not_found")


@pytest.mark.parametrize("conversation_id", [NO_SUCH_CONVERSATION, "nonsense", "a#b?c"])
async def test_a_conversation_that_never_was_is_not_found(conversation_id: str) -> None:
    desk = await Desk.staffed()

    answer = await desk.reply(conversation_id.replace("#", "%23").replace("?", "%3F"))

    assert answer.refusal == (404, "conversation_not_found")


async def test_a_closed_conversation_takes_no_reply() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    await desk.close(conversation_id)

    assert (await desk.reply(conversation_id)).refusal == (409, "conversation_closed")


async def test_a_contact_who_opted_out_gets_no_reply_outside_the_window() -> None:
    desk, conversation_id = await closed_window()
    await desk.change_contact(conversation_id, opted_out=True)

    assert (await desk.reply(conversation_id)).refusal == (409, "opted_out")


@pytest.mark.parametrize(
    ("body", "code", "paths"),
    [
        ({"kind": "template", "template": "nope"}, "template_not_approved", {"template"}),
        ({"kind": "template", "template": "order_update", "language": "de"}, "template_not_approved", {"language"}),
        (
            {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["x"]},
            "template_parameters",
            {"parameters"},
        ),
        (
            {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["x", " "]},
            "template_parameters",
            {"parameters[1]"},
        ),
        (
            {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["x", "y" * 5000]},
            "template_parameters",
            {"parameters"},
        ),
    ],
)
async def test_a_template_that_cannot_go_out_is_refused_with_the_reason(
    body: dict[str, Any], code: str, paths: set[str]
) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answer = await desk.post(f"/conversations/{conversation_id}/replies", body)

    assert answer.refusal == (422, code)
    assert answer.paths == paths


async def test_a_template_that_the_channel_does_not_list_as_approved_is_refused() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    await desk.world.lists(ListedTemplate(name="order_update", language="fr", status="paused"))
    body = {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["Ana", "A-17"]}

    answer = await desk.post(f"/conversations/{conversation_id}/replies", body)

    assert answer.refusal == (422, "template_not_approved")


async def _history(desk: Desk, conversation_id: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"]
    return items


async def test_a_held_reply_whose_time_is_over_has_expired() -> None:
    desk, conversation_id = await closed_window()
    held = (await desk.reply(conversation_id, whenWindowClosed="hold")).json
    path = f"/conversations/{conversation_id}/replies/{held['replyId']}"
    await desk.world.pass_time(8 * 24 * 3600)

    reply = (await desk.get(path)).json

    assert (reply["status"], reply["heldReply"]["status"]) == ("expired", "expired")
    assert reply["error"]["code"] == "held_expired"
    (line,) = [each for each in await _history(desk, conversation_id) if each.get("replyId") == held["replyId"]]
    assert line["status"] == "expired"
    assert (await desk.delete(path)).refusal == (409, "reply_already_sent")


async def test_a_held_reply_can_be_taken_back() -> None:
    desk, conversation_id = await closed_window()
    held = (await desk.reply(conversation_id, whenWindowClosed="hold")).json
    path = f"/conversations/{conversation_id}/replies/{held['replyId']}"

    cancelled, again = await desk.delete(path), await desk.delete(path)

    for answer in (cancelled, again):
        assert answer.status == 200
        assert answer.json["heldReply"]["status"] == "cancelled"
        assert (answer.json["status"], "error" in answer.json) == ("cancelled", False)
    (line,) = [each for each in await _history(desk, conversation_id) if each.get("replyId") == held["replyId"]]
    assert (line["status"], "error" in line) == ("cancelled", False)
    assert (await desk.get(path)).json["status"] == "cancelled"
    sent = len(desk.world.channel.sent)
    await desk.world.customer("Oui ?")
    assert len(desk.world.channel.sent) == sent


async def test_a_reply_that_went_out_cannot_be_taken_back() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    reply = await desk.reply(conversation_id)

    answer = await desk.delete(f"/conversations/{conversation_id}/replies/{reply.json['replyId']}")

    assert answer.refusal == (409, "reply_already_sent")


async def test_another_agents_held_reply_is_not_yours_to_take_back() -> None:
    desk, conversation_id = await closed_window()
    await desk.hire("bob", "general")
    held = (await desk.reply(conversation_id, whenWindowClosed="hold")).json
    path = f"/conversations/{conversation_id}/replies/{held['replyId']}"

    assert (await desk.get(path, BOB)).status == 200
    assert (await desk.delete(path, BOB)).refusal == (409, "not_assigned_to_you")
    assert (await desk.delete(path, SUE)).status == 200


@pytest.mark.parametrize("reply_id", ["0" * 26, "nonsense", "a%2Fb%23c"])
async def test_a_reply_that_never_was_is_not_found(reply_id: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    path = f"/conversations/{conversation_id}/replies/{reply_id}"

    assert (await desk.get(path)).refusal == (404, "not_found")
    assert (await desk.delete(path)).refusal == (404, "not_found")


async def test_an_automated_message_is_no_reply() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    (greeting,) = [line for line in desk.world.history() if line.author.type == "automated"]

    answer = await desk.get(f"/conversations/{conversation_id}/replies/{greeting.reply_id}")

    assert answer.refusal == (404, "not_found")


async def test_a_reply_of_another_conversation_is_not_found_here() -> None:
    desk = await Desk.staffed()
    first = await desk.conversation()
    reply = (await desk.reply(first)).json
    second = await desk.conversation(phone="33699999999")

    assert (await desk.get(f"/conversations/{second}/replies/{reply['replyId']}")).refusal == (404, "not_found")
