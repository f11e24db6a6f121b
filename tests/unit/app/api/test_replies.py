"""Replies over the API: what goes out as written, what as a template, and what is held."""

import pytest

from shared.vocabulary.templates import ListedTemplate
from tests.fakes.sample import SAMPLE
from tests.unit.app.api.desk import Desk, closed_window

WITHOUT_HOLD = SAMPLE.read_text(encoding="utf-8").replace("enabled: true", "enabled: false")


async def test_inside_the_window_a_text_goes_out_as_written() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    text = "  Voilà :\n\n✅  fait  "

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
        (
            {"kind": "document", "mediaUri": "https://a.example/b", "fileName": "../../b\u202efdp.exe"},
            ("https://a.example/b", None, "bfdp.exe"),
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
    await desk.world.lists(ListedTemplate(name="order_update", language="fr", status="approved"))

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
