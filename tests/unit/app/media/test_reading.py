"""The file of a message, read over the API: both ways, by whoever may see the conversation, and harmless."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.api.exchange import Request, Response
from shared.api.routes import ROUTES
from shared.commands.media_files import MOST_BYTES
from shared.media.blobs import upload_name
from shared.vocabulary.identity import message_hash
from shared.vocabulary.message import Media
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import MediaProblem
from tests.fakes.sample import SAMPLE
from tests.fakes.world import World
from tests.unit.app.api.desk import ADA, ANA, BOB, Desk
from tests.unit.app.media.files import JPEG, KEEPS, sends_file

DAY = 24 * 60 * 60
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


async def desk_of(world: World) -> Desk:
    """Ana, who sees the queue that customers come to."""
    desk = Desk(world)
    await desk.hire("ana", "general")
    await desk.hire("bob", "billing")
    return desk


async def file(desk: Desk, conversation_id: str, message_id: str = "m1", caller: dict[str, str] = ANA) -> Response:
    """The answer to `GET …/media/{messageId}`, with its bytes."""
    assert ROUTES["media"].path == "conversations/{conversationId}/media/{messageId}"
    params = {"conversationId": conversation_id, "messageId": message_id}
    return await desk.centre.api("media", Request(method="GET", headers=caller, params=params))


async def link(desk: Desk, conversation_id: str, message_id: str = "m1") -> Any:
    """The answer to `POST …/link`."""
    return await desk.post(f"/conversations/{conversation_id}/media/{message_id}/link")


@pytest.mark.parametrize("settings", [{}, KEEPS], ids=["from the channel", "from the copy"])
async def test_a_customers_file_is_read_as_it_was_sent(settings: dict[str, Any]) -> None:
    world = World(**settings)
    desk = await desk_of(world)
    conversation_id = await sends_file(world, fileName="Été « 1 ».jpg")
    await world.pass_time(2)
    if settings:
        world.channel.files.clear()

    answer = await file(desk, conversation_id)

    assert (answer.status, answer.body) == (200, JPEG)
    assert answer.headers == HEADERS | {
        "X-Request-Id": answer.headers["X-Request-Id"],
        "Content-Type": "image/jpeg",
        "Content-Disposition": "attachment; filename*=UTF-8''%C3%89t%C3%A9%20%C2%AB%201%20%C2%BB.jpg",
    }


async def test_a_file_whose_messages_id_has_a_number_in_it_is_read_without_it() -> None:
    world = World(**KEEPS)
    desk = await desk_of(world)
    wamid = "wamid.HBgLMzM2MTIzNDU2NzgVAgASGBQzQUY+/Q=="
    conversation_id = await sends_file(world, message_id=wamid)
    await world.pass_time(2)
    line = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][-1]

    assert (line["messageId"], line["pathId"]) == (wamid, message_hash(wamid))
    for name in (line["pathId"], wamid):
        answer = await file(desk, conversation_id, name)
        assert (answer.status, answer.body) == (200, JPEG)
    assert (await link(desk, conversation_id, line["pathId"])).status == 200


async def test_an_id_that_fits_into_a_path_has_no_other() -> None:
    world = World()
    desk = await desk_of(world)
    conversation_id = await sends_file(world)

    line = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][-1]
    assert "pathId" not in line
    assert (await file(desk, conversation_id, message_hash("m1"))).body == JPEG


@pytest.mark.parametrize(
    ("content", "media", "mime_type", "name"),
    [
        (b"<html>", {"mimeType": "image/jpeg", "fileName": "x.jpg"}, "application/octet-stream", "x.jpg"),
        (b"<html>", {"mimeType": "text/html"}, "application/octet-stream", "image"),
        (JPEG, {"mimeType": "text/html"}, "image/jpeg", "image.jpg"),
        (b"OggS\x00", {"fileName": "../../x\u202e.exe"}, "audio/ogg", "x.exe"),
        (b"", {"mimeType": "image/png"}, "application/octet-stream", "image"),
    ],
    ids=["a page", "a page that says so", "a picture", "a path", "nothing"],
)
async def test_no_type_and_no_name_of_a_customers_is_believed(
    content: bytes, media: dict[str, Any], mime_type: str, name: str
) -> None:
    world = World()
    desk = await desk_of(world)
    answer = await file(desk, await sends_file(world, content, **media))

    assert (answer.headers["Content-Type"], answer.body) == (mime_type, content)
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"


async def test_an_upload_is_read_by_its_reply_or_its_message_until_it_is_gone() -> None:
    world = World(**KEEPS)
    desk = await desk_of(world)
    conversation_id = await desk.conversation()
    uploaded = (await desk.upload(conversation_id, JPEG, "a.jpg")).json["mediaId"]
    body = {"kind": "image", "mediaId": uploaded}
    reply = (await desk.post(f"/conversations/{conversation_id}/replies", body)).json

    for name in (reply["messageId"], reply["replyId"]):
        answer = await file(desk, conversation_id, name)
        assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, JPEG, "image/jpeg")
    await world.blobs.delete(upload_name(world.contact.id, uploaded))
    answer = await file(desk, conversation_id, reply["replyId"])
    assert (answer.status, b"media_gone" in answer.body) == (410, True)


@pytest.mark.parametrize(
    ("message_id", "caller", "refusal"),
    [
        ("m2", ANA, (404, b"media_not_found")),
        ("text", ANA, (404, b"media_not_found")),
        ("m1", BOB, (404, b"conversation_not_found")),
        ("m1", ADA, (200, JPEG[:4])),
    ],
)
async def test_only_who_sees_the_conversation_reads_its_files(
    message_id: str, caller: dict[str, str], refusal: tuple[int, bytes]
) -> None:
    world = World()
    desk = await desk_of(world)
    await desk.conversation(message_id="text")
    conversation_id = await sends_file(world)

    answer = await file(desk, conversation_id, message_id, caller)

    assert answer.status == refusal[0]
    assert refusal[1] in answer.body


async def test_the_file_of_a_reply_that_lies_elsewhere_is_not_fetched() -> None:
    world = World()
    desk = await desk_of(world)
    conversation_id = await desk.conversation()
    await world.reply(media=Media(uri="https://files.example/a"))
    (line,) = [each for each in world.history() if each.media]

    answer = await file(desk, conversation_id, line.reply_id or "")

    assert (answer.status, b"media_not_found" in answer.body) == (404, True)


async def test_a_file_that_nobody_has_any_more_is_gone_and_said_so_in_the_history() -> None:
    world = World()
    desk = await desk_of(world)
    conversation_id = await sends_file(world, None)

    answer = await file(desk, conversation_id)
    await world.pass_time(30)

    assert (answer.status, b"media_gone" in answer.body) == (410, True)
    line = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][-1]
    assert line["media"] == {"mimeType": "image/jpeg", "problem": MediaProblem.GONE}
    world.channel.downloads.clear()
    assert (await file(desk, conversation_id)).status == 410
    assert world.channel.downloads == []


async def test_a_file_that_the_channel_may_only_hide_is_gone_after_the_week_for_which_it_is_kept() -> None:
    """Meta does not know a file for a token that has lost a right, either."""
    world = World()
    world.channel.hides_files = True
    desk = await desk_of(world)
    conversation_id = await sends_file(world, None)
    world.clock.step(7 * DAY - 60)

    answer = await file(desk, conversation_id)
    assert (answer.status, b"unavailable" in answer.body) == (503, True)
    await world.pass_time(30)
    assert "problem" not in await media_of(desk, conversation_id)

    world.clock.step(60)
    answer = await file(desk, conversation_id)
    assert (answer.status, b"media_gone" in answer.body) == (410, True)
    await world.pass_time(30)
    assert (await media_of(desk, conversation_id))["problem"] == MediaProblem.GONE


async def media_of(desk: Desk, conversation_id: str) -> Any:
    """What the history says of the newest message's file."""
    return (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][-1]["media"]


async def test_a_file_that_breaks_off_is_read_again() -> None:
    world = World()
    desk = await desk_of(world)
    conversation_id = await sends_file(world)
    world.channel.break_next_downloads(2)

    assert (await file(desk, conversation_id)).body == JPEG


@pytest.mark.parametrize("settings", [{}, KEEPS], ids=["at the channel", "copied"])
async def test_a_file_over_16_mb_is_read_by_its_link(settings: dict[str, Any]) -> None:
    world = World(**settings)
    desk = await desk_of(world)
    conversation_id = await sends_file(world, JPEG.ljust(MOST_BYTES + 1))
    await world.pass_time(2)

    answer = await file(desk, conversation_id)
    opened = await link(desk, conversation_id)

    assert (answer.status, b"media_by_link" in answer.body) == (409, True)
    if settings:
        until = world.clock.now() + timedelta(seconds=60)
        assert opened.json["expiresAt"] == rfc3339(until)
        assert f"until={rfc3339(until)}&attachment=True" in opened.json["url"]
    else:
        assert opened.refusal == (409, "media_not_available")


@pytest.mark.parametrize(
    ("world", "content", "refusal"),
    [
        (World(), JPEG, (409, "media_not_available")),
        (World(**KEEPS, media_storage_private=True), JPEG, (409, "media_not_available")),
        (World(SAMPLE.read_text("utf-8") + "\nmedia: {keep: 0s}\n", **KEEPS), JPEG, (409, "media_not_available")),
        (World(**KEEPS), None, (410, "media_gone")),
    ],
    ids=["no storage", "in a private network", "keep: 0s", "gone"],
)
async def test_a_link_opens_copies_that_others_can_reach(
    world: World, content: bytes | None, refusal: tuple[int, str]
) -> None:
    desk = await desk_of(world)
    conversation_id = await sends_file(world, content)
    await world.pass_time(60)

    assert (await link(desk, conversation_id)).refusal == refusal
    assert (await link(desk, conversation_id, "m2")).refusal == (404, "media_not_found")


async def test_a_copy_that_is_not_there_yet_has_no_link() -> None:
    world = World(**KEEPS)
    desk = await desk_of(world)

    assert (await link(desk, await sends_file(world))).refusal == (409, "media_not_available")


async def test_a_file_of_16_mb_is_read_whole() -> None:
    world = World()
    desk = await desk_of(world)
    content = JPEG.ljust(MOST_BYTES)

    assert (await file(desk, await sends_file(world, content))).body == content


async def test_four_at_once_are_read_and_the_fifth_comes_again() -> None:
    world = World()
    desk = await desk_of(world)
    conversation_id = await sends_file(world)

    answers = await asyncio.gather(*(file(desk, conversation_id) for _ in range(6)))

    assert sorted(answer.status for answer in answers) == [200] * 4 + [503] * 2
    busy = next(answer for answer in answers if answer.status == 503)
    assert busy.headers["Retry-After"] == "1"
    assert (await file(desk, conversation_id)).status == 200
