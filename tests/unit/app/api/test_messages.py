"""The history of a conversation over the API."""

import pytest

from tests.unit.app.api.desk import ANA, Desk


async def test_the_history_is_newest_first_and_says_who_wrote() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation("Bonjour")
    desk.world.clock.step(60)
    reply = (await desk.reply(conversation_id, "Oui ?")).json

    answer = await desk.get(f"/conversations/{conversation_id}/messages")

    assert answer.json["nextCursor"] is None
    ours, taken, greeting, theirs = answer.json["items"]
    assert (taken["direction"], taken["author"], taken["text"]) == ("internal", {"type": "system"}, "Prise par Ana.")
    assert ours == {
        "messageId": reply["messageId"],
        "replyId": reply["replyId"],
        "conversationId": conversation_id,
        "direction": "out",
        "author": {"type": "agent", "id": "ana", "name": "Ana"},
        "kind": "text",
        "at": "2026-11-24T09:01:00Z",
        "text": "Oui ?",
        "status": "sent",
    }
    assert greeting["author"] == {"type": "automated", "id": "greeting"}
    assert "replyId" not in greeting
    assert (theirs["direction"], theirs["author"]["type"], theirs["text"]) == ("in", "customer", "Bonjour")


async def test_every_inbound_kind_is_shown_with_its_parts() -> None:
    desk = await Desk.staffed()
    quoted = await desk.world.customer("?")
    conversation_id = desk.world.conversation.id
    media = {"mimeType": "image/jpeg", "id": "m-1", "caption": "là", "fileName": "a.jpg"}
    await desk.world.customer(messageType="image", media=media)
    await desk.world.customer(messageType="reaction", reaction={"messageId": quoted, "emoji": "👍"})
    await desk.world.customer(messageType="reaction", reaction={"messageId": quoted, "emoji": ""})
    await desk.world.customer(messageType="button", button={"text": "Oui", "payload": "yes"})
    await desk.world.customer("oui", context={"from": "33612345678", "id": quoted})

    items = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"]

    answer, button, removed, reaction, image, *_ = items
    assert answer["context"] == {"messageId": quoted}
    assert (button["kind"], button["reply"]) == ("button", {"title": "Oui", "payload": "yes"})
    assert (removed["kind"], removed["reaction"]) == ("reaction", {"messageId": quoted, "emoji": None})
    assert reaction["reaction"] == {"messageId": quoted, "emoji": "👍"}
    assert (image["kind"], image["media"]) == (
        "image",
        {"mimeType": "image/jpeg", "fileName": "a.jpg", "caption": "là"},
    )


async def test_what_has_no_kind_of_ours_is_shown_with_its_own_word_and_what_it_carried() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    place = {"latitude": 48.85, "longitude": 2.35, "place_name": "Tour"}
    await desk.world.customer(messageType="location", location=place)
    await desk.world.customer(messageType="system", system={"type": "user_changed_number"})
    await desk.world.customer(messageType="reaction", reaction={"emoji": "👍"}, error=["odd"])

    reaction, system, location, *_ = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"]

    assert (location["kind"], location["originalKind"]) == ("unsupported", "location")
    assert location["data"] == {"location": place}
    assert (system["originalKind"], system["author"]) == ("system", {"type": "system"})
    assert (reaction["kind"], reaction["reaction"]) == ("reaction", {"messageId": None, "emoji": "👍"})
    assert (reaction["data"], "originalKind" in reaction) == ({"error": ["odd"]}, False)


async def test_a_ping_and_the_words_that_it_stands_for_name_the_same_reply() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.clock.step(25 * 3600)
    reply = (await desk.reply(conversation_id, "Bonne nouvelle")).json

    items = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"]

    ping, held = items[:2]
    assert (ping["kind"], ping["status"], ping["replyId"]) == ("template", "sent", reply["replyId"])
    assert (held["text"], held["status"], held["replyId"]) == ("Bonne nouvelle", "held", reply["replyId"])


async def test_a_failed_message_says_why_and_what_to_do() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    reply = (await desk.reply(conversation_id)).json
    await desk.world.status(reply["messageId"], "failed", code="131026")

    item = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][0]

    assert item["status"] == "failed"
    assert set(item["error"]) == {"code", "message", "retryable", "hint"}
    assert (item["error"]["code"], item["error"]["retryable"]) == ("131026", False)
    assert [(each["code"], each["message"]) for each in item["attempts"]] == [("131026", item["error"]["message"])]


async def test_a_history_comes_in_pages_that_what_is_new_does_not_shift() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation("0")
    for number in range(1, 6):
        desk.world.clock.step(1)
        await desk.world.customer(str(number))
    path = f"/conversations/{conversation_id}/messages"
    first = (await desk.get(f"{path}?limit=2")).json
    desk.world.clock.step(1)
    await desk.world.customer("6")

    second = (await desk.get(f"{path}?limit=2&cursor={first['nextCursor']}")).json

    assert [item["text"] for item in first["items"] + second["items"]] == ["5", "4", "3", "2"]
    assert len(await desk.pages(f"{path}?", 3)) == 8


async def test_a_history_is_read_from_a_time_on_forwards_or_backwards() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation("0")
    for number in range(1, 6):
        desk.world.clock.step(1)
        await desk.world.customer(str(number))
    path = f"/conversations/{conversation_id}/messages"

    async def texts(query: str) -> list[str]:
        return [item["text"] for item in await desk.pages(f"{path}?{query}&", 2)]

    greeting = "Bonjour, nous vous répondons bientôt."
    assert await texts("before=2026-11-24T09:00:03Z") == ["3", "2", "1", greeting, "0"]
    assert await texts("after=2026-11-24T09:00:03Z") == ["3", "4", "5"]
    assert await texts("after=2026-11-24T10:00:05%2B01:00") == ["5"]
    assert await texts("after=2026-11-24T09:00:06Z") == []


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("before=2026-11-24T09:00:03Z&after=2026-11-24T09:00:03Z", {"after"}),
        ("before=yesterday", {"before"}),
        ("after=2026-11-24", {"after"}),
        ("after=1764000000", {"after"}),
    ],
)
async def test_the_time_from_which_a_history_is_read_is_one(query: str, paths: set[str]) -> None:
    desk = await Desk.staffed()
    answer = await desk.get(f"/conversations/{await desk.conversation()}/messages?{query}")
    assert (answer.refusal, answer.paths) == ((422, "invalid_request"), paths)


@pytest.mark.parametrize(
    "cursor", ["nonsense", "messages.x", "other.0000000000000:000000000", "messages.0000000000000:000000000%0A"]
)
async def test_a_cursor_of_no_history_is_refused(cursor: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answer = await desk.get(f"/conversations/{conversation_id}/messages?limit=0&cursor={cursor}", ANA)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"limit", "cursor"}
