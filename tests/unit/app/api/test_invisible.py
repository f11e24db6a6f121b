"""What shows nothing is empty, wherever the API takes a text."""

from typing import Any

import pytest

from tests.unit.app.api.desk import ANA, SUE, Desk

NOTHING = [
    "\u200b",
    "\u200d\u2060",
    "\u3164",
    "\u115f\u1160",
    "\uffa0",
    "\u2800",
    "\ufe0f",
    "\u00a0\u180e",
    "\u00ad",
    "\U000e0041",
]
HTTPS = "https://a.example/b"

nothing = pytest.mark.parametrize("text", NOTHING, ids=ascii)


async def refused(method: str, path: str, body: Any) -> tuple[tuple[int, str | None], set[str]]:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    contact_id = desk.world.contact.id
    path = path.format(conversation=conversation_id, contact=contact_id)
    answer = await desk.call(method, path, body, SUE)
    return answer.refusal, answer.paths


@nothing
@pytest.mark.parametrize(
    ("method", "path", "body", "where"),
    [
        ("PATCH", "/contacts/{contact}", {"name": ...}, "name"),
        ("PUT", "/agents/eve", {"name": ..., "queues": []}, "name"),
        ("PUT", "/agents/eve", {"name": "Eve", "queues": [], "skills": [{"name": ..., "level": 1}]}, "skills[0].name"),
        ("POST", "/conversations/{conversation}/replies", {"kind": "text", "text": ...}, "text"),
        (
            "POST",
            "/conversations/{conversation}/replies",
            {"kind": "document", "mediaUri": HTTPS, "fileName": ...},
            "fileName",
        ),
        ("POST", "/conversations/{conversation}/replies", {"kind": "template", "template": ...}, "template"),
    ],
)
async def test_a_text_that_has_to_be_there_is_refused(
    method: str, path: str, body: dict[str, Any], where: str, text: str
) -> None:
    assert await refused(method, path, _filled(body, text)) == ((422, "invalid_request"), {where})


def _filled(body: Any, text: str) -> Any:
    """The body with the text in every place that is left open."""
    if isinstance(body, dict):
        return {name: _filled(value, text) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, text) for value in body]
    return text if body is ... else body


@nothing
async def test_a_parameter_is_empty(text: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    body = {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["Ana", f" {text}\n"]}

    answer = await desk.post(f"/conversations/{conversation_id}/replies", body)

    assert answer.refusal == (422, "template_parameters")
    assert answer.paths == {"parameters[1]"}


@nothing
async def test_a_key_names_no_reply(text: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answer = await desk.reply(conversation_id, key=text)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"Idempotency-Key"}


@nothing
async def test_a_caption_that_shows_nothing_is_none(text: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answer = await desk.post(
        f"/conversations/{conversation_id}/replies", {"kind": "image", "mediaUri": HTTPS, "caption": text}
    )

    assert answer.status == 201
    media = desk.world.channel.sent[-1].content.media
    assert media is not None
    assert not media.caption


@nothing
async def test_a_fallback_template_uses_the_defaults_for_a_name_and_words_that_show_nothing(text: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    await desk.change_contact(conversation_id, name=text)
    desk.world.clock.step(25 * 3600)
    body = {"kind": "image", "mediaUri": HTTPS, "caption": text, "whenWindowClosed": "template"}

    answer = await desk.post(f"/conversations/{conversation_id}/replies", body, ANA)

    assert answer.json["template"]["parameters"][0] == "client"
