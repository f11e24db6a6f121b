"""Replies over the API: what goes out, what is held, what is refused, and that a repetition is harmless."""

import asyncio
from typing import Any

import pytest

from shared.sending.channel import ListedTemplate, Postponed, Refusal
from tests.fakes.world import CHANNEL, SAMPLE, World
from tests.unit.api.desk import BOB, NO_SUCH_CONVERSATION, SUE, Desk

DAY = 25 * 3600
WITHOUT_HOLD = SAMPLE.read_text(encoding="utf-8").replace("enabled: true", "enabled: false")


async def closed_window(configuration: str | None = None) -> tuple[Desk, str]:
    """A desk, and a conversation whose customer last wrote 25 hours ago."""
    desk = Desk(World(configuration))
    await desk.hire("ana", "general")
    conversation_id = await desk.conversation()
    desk.world.clock.step(DAY)
    return desk, conversation_id


async def test_inside_the_window_a_text_goes_out_as_written() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    text = "  Voilà :\n\n✅ \t fait  "

    answer = await desk.reply(conversation_id, text)

    assert answer.status == 201
    sent = desk.world.channel.sent[-1]
    assert sent.content.text == text
    assert answer.json == {
        "replyId": answer.json["replyId"],
        "conversationId": conversation_id,
        "delivery": "message",
        "status": "sent",
        "messageId": desk.world.channel.message_id(sent),
        "window": {"open": True, "closesAt": "2026-11-25T09:00:00Z"},
    }


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (
            {"kind": "image", "mediaUri": "https://a.example/b.jpg", "caption": "Ici"},
            ("https://a.example/b.jpg", "Ici", None),
        ),
        ({"kind": "video", "mediaUri": "https://a.example/b.mp4"}, ("https://a.example/b.mp4", None, None)),
        ({"kind": "audio", "mediaUri": "https://a.example/b.ogg"}, ("https://a.example/b.ogg", None, None)),
        (
            {"kind": "document", "mediaUri": "https://a.example/b", "fileName": "b.pdf", "caption": "c"},
            ("https://a.example/b", "c", "b.pdf"),
        ),
    ],
)
async def test_a_file_goes_out_with_its_words_and_name(body: dict[str, str], media: tuple[str | None, ...]) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answer = await desk.post(f"/conversations/{conversation_id}/replies", body)

    assert answer.status == 201
    sent = desk.world.channel.sent[-1].content
    assert sent.kind == body["kind"]
    assert sent.media
    assert (sent.media.uri, sent.media.caption, sent.media.file_name) == media


async def test_a_template_goes_out_inside_the_window_too() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    body = {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["Ana", "A-17"]}

    answer = await desk.post(f"/conversations/{conversation_id}/replies", body)

    assert (answer.status, answer.json["delivery"], answer.json["status"]) == (201, "template", "sent")
    assert answer.json["template"] == {"name": "order_update", "language": "fr", "parameters": ["Ana", "A-17"]}
    assert "heldReply" not in answer.json


async def test_a_template_without_a_language_takes_the_workstreams() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    body = {"kind": "template", "template": "order_update", "parameters": ["Ana", "A-17"]}

    answer = await desk.post(f"/conversations/{conversation_id}/replies", body)

    assert answer.json["template"]["language"] == "fr"


async def test_outside_the_window_a_template_goes_out_and_the_words_are_held() -> None:
    desk, conversation_id = await closed_window()

    answer = await desk.reply(conversation_id, "Votre colis\nest là")

    assert answer.status == 201
    assert answer.json["delivery"] == "template"
    assert answer.json["status"] == "sent"
    assert answer.json["messageId"] == desk.world.channel.message_id(desk.world.channel.sent[-1])
    assert answer.json["window"] == {"open": False, "closesAt": "2026-11-25T09:00:00Z"}
    assert answer.json["template"]["name"] == "follow_up"
    assert answer.json["template"]["parameters"][1] == "Votre colis est là"
    assert answer.json["heldReply"] == {"status": "held", "expiresAt": "2026-12-02T10:00:00Z"}


async def test_after_one_ping_the_next_words_are_held_alone() -> None:
    desk, conversation_id = await closed_window()
    await desk.reply(conversation_id, "un")
    sent = len(desk.world.channel.sent)

    answer = await desk.reply(conversation_id, "deux")

    assert (answer.status, answer.json["delivery"], answer.json["status"]) == (201, "held", "held")
    assert answer.json["messageId"] is None
    assert "template" not in answer.json
    assert len(desk.world.channel.sent) == sent


async def test_held_words_are_released_in_order_when_the_customer_answers() -> None:
    desk, conversation_id = await closed_window()
    first = await desk.reply(conversation_id, "un")
    second = await desk.reply(conversation_id, "deux")

    await desk.world.customer("Oui ?")

    assert [sent.content.text for sent in desk.world.channel.sent[-2:]] == ["un", "deux"]
    for reply in (first, second):
        now = await desk.get(f"/conversations/{conversation_id}/replies/{reply.json['replyId']}")
        assert now.json["status"] == "sent"
        assert now.json["heldReply"]["status"] == "released"


async def test_a_reply_can_ask_to_be_held() -> None:
    desk, conversation_id = await closed_window()

    answer = await desk.reply(conversation_id, whenWindowClosed="hold")

    assert (answer.json["delivery"], answer.json["status"]) == ("held", "held")


async def test_a_reply_can_ask_to_be_rejected_and_learns_which_templates_could_be_used() -> None:
    desk, conversation_id = await closed_window()
    desk.world.channel.listed[CHANNEL] = [
        ListedTemplate(name="order_update", language="fr", status="approved", body="Bonjour {{1}} {{2}}")
    ]

    answer = await desk.reply(conversation_id, whenWindowClosed="reject")

    assert answer.refusal == (409, "window_closed")
    assert answer.json["templates"] == [{"name": "order_update", "language": "fr"}]


async def test_with_holding_switched_off_the_template_is_the_reply() -> None:
    desk, conversation_id = await closed_window(WITHOUT_HOLD)

    answer = await desk.reply(conversation_id)

    assert (answer.status, answer.json["delivery"]) == (201, "template")
    assert "heldReply" not in answer.json


async def test_forty_replies_are_held_and_not_one_more() -> None:
    desk, conversation_id = await closed_window()
    for number in range(40):
        assert (await desk.reply(conversation_id, str(number))).status == 201

    assert (await desk.reply(conversation_id, "41")).refusal == (409, "too_many_held")


async def test_the_same_key_and_body_are_one_message() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    first = await desk.reply(conversation_id, "une fois", key="k")
    await desk.world.status(first.json["messageId"], "read")
    again = await desk.reply(conversation_id, "une fois", key="k")

    assert (first.status, again.status) == (201, 201)
    assert again.json["replyId"] == first.json["replyId"]
    assert again.json["status"] == "read"
    assert [sent.content.text for sent in desk.world.channel.sent].count("une fois") == 1


async def test_a_repetition_after_the_conversation_was_closed_gives_the_reply_of_then() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    first = await desk.reply(conversation_id, "une fois", key="k")
    await desk.close(conversation_id)

    again = await desk.reply(conversation_id, "une fois", key="k")

    assert (again.status, again.json["replyId"]) == (201, first.json["replyId"])
    assert (await desk.reply(conversation_id, "encore", key="l")).refusal == (409, "conversation_closed")


async def test_the_same_key_at_the_same_moment_is_one_message() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answers = await asyncio.gather(*(desk.reply(conversation_id, "une fois", key="k") for _ in range(5)))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["replyId"] for answer in answers}) == 1
    assert [sent.content.text for sent in desk.world.channel.sent].count("une fois") == 1


async def test_the_same_key_with_another_body_is_refused() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    await desk.reply(conversation_id, "un", key="k")

    assert (await desk.reply(conversation_id, "deux", key="k")).refusal == (422, "idempotency_key_reused")
    assert (await desk.reply(conversation_id, "un", key="k", whenWindowClosed="hold")).refusal == (
        422,
        "idempotency_key_reused",
    )


async def test_without_a_key_every_call_is_a_new_reply() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    first, second = await desk.reply(conversation_id), await desk.reply(conversation_id)

    assert first.json["replyId"] != second.json["replyId"]


async def test_a_key_that_was_refused_may_be_used_again() -> None:
    desk, conversation_id = await closed_window()
    assert (await desk.reply(conversation_id, "x", key="k", whenWindowClosed="reject")).status == 409

    assert (await desk.reply(conversation_id, "x", key="k")).status == 201


@pytest.mark.parametrize("key", ["", "k" * 65, "a\tb", "a\x7fb"])
async def test_a_key_of_the_wrong_form_is_refused(key: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answer = await desk.reply(conversation_id, key=key)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"Idempotency-Key"}


@pytest.mark.parametrize("key", ["k" * 64, "a b-/é"])
async def test_a_key_of_up_to_64_printable_characters_is_taken(key: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    assert (await desk.reply(conversation_id, key=key)).status == 201


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
    desk.world.channel.listed[CHANNEL] = [
        ListedTemplate(name="order_update", language="fr", status="paused", body="Bonjour {{1}} {{2}}")
    ]
    body = {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["Ana", "A-17"]}

    answer = await desk.post(f"/conversations/{conversation_id}/replies", body)

    assert answer.refusal == (422, "template_not_approved")


async def test_what_the_channel_refuses_is_kept_as_failed() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.channel.answer_next(Refusal(code="131026", message="undeliverable"))

    answer = await desk.reply(conversation_id, key="k")

    assert answer.refusal == (502, "channel_rejected")
    assert answer.json["status"] == 502
    assert answer.json["replyStatus"] == "failed"
    reply = await desk.get(f"/conversations/{conversation_id}/replies/{answer.json['replyId']}")
    assert reply.json["status"] == "failed"
    assert reply.json["error"]["code"] == "131026"


async def test_what_the_channel_does_not_take_now_goes_out_by_itself() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.channel.answer_next(Postponed(code="500", message="oops"))

    answer = await desk.reply(conversation_id, "plus tard", key="k")

    assert answer.refusal == (503, "channel_unavailable")
    assert answer.json["replyStatus"] == "pending"
    await desk.world.pass_time(90)
    reply = await desk.get(f"/conversations/{conversation_id}/replies/{answer.json['replyId']}")
    assert reply.json["status"] == "sent"
    assert [sent.content.text for sent in desk.world.channel.sent].count("plus tard") == 1


async def test_a_repetition_with_the_same_key_is_safe_while_the_channel_is_away() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.channel.answer_next(Postponed(code="500", message="oops"))
    first = await desk.reply(conversation_id, "plus tard", key="k")

    again = await desk.reply(conversation_id, "plus tard", key="k")

    assert again.status == 201
    assert again.json["replyId"] == first.json["replyId"]


async def test_a_customer_who_gets_too_many_messages_is_left_alone_for_the_time_that_whatsapp_asks() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.channel.answer_next(Postponed(code="429", message="slow down", retry_after=17.2))

    answer = await desk.reply(conversation_id)

    assert answer.refusal == (429, "recipient_rate_limited")
    assert answer.headers["Retry-After"] == "18"
    assert answer.json["replyStatus"] == "pending"


async def test_a_held_reply_can_be_taken_back() -> None:
    desk, conversation_id = await closed_window()
    held = (await desk.reply(conversation_id, whenWindowClosed="hold")).json
    path = f"/conversations/{conversation_id}/replies/{held['replyId']}"

    cancelled, again = await desk.delete(path), await desk.delete(path)

    for answer in (cancelled, again):
        assert answer.status == 200
        assert answer.json["heldReply"]["status"] == "cancelled"
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
