"""Files for replies: uploaded for one contact, judged before anything is sent, and once for a key."""

import json
from collections.abc import AsyncIterable
from typing import Any

import pytest

from shared.media.limits import MEGABYTE
from shared.media.web import Told
from shared.settings import Connection
from shared.state.contact import Erasing
from shared.vocabulary.errors import Unavailable
from tests.fakes.blobs import FakeBlobs
from tests.fakes.faults import Faults
from tests.fakes.sample import sample
from tests.fakes.world import World
from tests.unit.app.api.desk import ANA, BOB, SUE, Answer, Desk

JPEG = b"\xff\xd8\xff\xe0 a picture"
PDF = b"%PDF-1.7 a document"
HOST = "files.shop.example"
STORAGE = Connection(connection_string="fake")


async def desk_with(configuration: str | None = None) -> tuple[Desk, str]:
    """A desk with Ana, and a conversation."""
    desk = Desk(World(configuration))
    await desk.hire("ana", "general")
    return desk, await desk.conversation()


def configured(section: str, **values: Any) -> str:
    """The sample configuration, with more in one of its sections."""
    document = json.loads(sample())
    return json.dumps(document | {section: document.get(section, {}) | values})


async def reply(desk: Desk, conversation_id: str, key: str | None = None, **body: Any) -> Answer:
    return await desk.post(f"/conversations/{conversation_id}/replies", {"kind": "image", **body}, key=key)


async def test_an_upload_is_answered_with_its_id_its_type_and_its_size() -> None:
    desk, conversation_id = await desk_with()

    answer = await desk.upload(conversation_id, PDF, "../Facture été.pdf")

    media_id = answer.json["mediaId"]
    assert answer.status == 201
    assert answer.json == {"mediaId": media_id, "mimeType": "application/pdf", "size": len(PDF)}
    name = f"uploads/{desk.world.contact.id}/{media_id}"
    assert desk.world.blobs.contents == {name: PDF}
    blob = await desk.world.blobs.find(name)
    assert blob
    assert blob.labels["name"] == "Facture été.pdf"


async def test_a_reply_sends_an_upload_with_its_name() -> None:
    desk, conversation_id = await desk_with()
    media_id = (await desk.upload(conversation_id, PDF, "a.pdf")).json["mediaId"]

    answer = await reply(desk, conversation_id, kind="document", mediaId=media_id, caption="Voici")

    sent = desk.world.channel.sent[-1]
    assert (answer.status, answer.json["status"]) == (201, "sent")
    assert sent.content.media
    assert (sent.content.media.upload, sent.content.media.file_name) == (media_id, "a.pdf")
    assert (sent.content.media.mime_type, sent.content.media.size) == ("application/pdf", len(PDF))
    assert sent.file_uri
    assert media_id in sent.file_uri


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "picture.jpg"),
        (b"\x00\x00\x00\x18ftypheic", "picture.jpg"),
        (b"GIF89a\x00\x00", "picture.gif"),
        (b"PK\x03\x04 archive", "archive.zip"),
        (b"", "empty.txt"),
    ],
)
async def test_what_whatsapp_does_not_take_is_refused_with_what_it_does(content: bytes, name: str) -> None:
    desk, conversation_id = await desk_with()

    answer = await desk.upload(conversation_id, content, name)

    assert answer.refusal == (422, "media_type_not_supported")
    assert "jpeg or png, at most 5 MB" in answer.json["detail"]
    assert not desk.world.blobs.contents


async def test_a_file_needs_a_size_and_has_a_limit() -> None:
    desk, conversation_id = await desk_with()
    path = f"/conversations/{conversation_id}/media"
    most = 16 * MEGABYTE

    async def saying(length: str, content: bytes = PDF) -> Answer:
        return await desk.call("POST", path, content, {**ANA, "Content-Length": length})

    for length in ("", "-1", "many"):
        assert (await saying(length)).refusal == (411, "length_required")
    assert (await saying(str(most + 1))).refusal == (413, "media_too_large")
    assert (await saying("9" * 5000)).refusal == (413, "media_too_large")
    assert (await desk.upload(conversation_id, PDF.ljust(most + 1))).refusal == (413, "media_too_large")
    assert (await desk.upload(conversation_id, PDF.ljust(most))).status == 201


async def test_the_name_of_a_file_is_utf_8_and_not_without_end() -> None:
    desk, conversation_id = await desk_with()
    path = f"/conversations/{conversation_id}/media"

    for name in ("%ff.pdf", "a" * 2049):
        answer = await desk.call("POST", path, PDF, {**ANA, "X-File-Name": name})
        assert (answer.refusal, answer.paths) == ((422, "invalid_request"), {"X-File-Name"})


async def test_the_same_key_and_file_are_one_upload() -> None:
    desk, conversation_id = await desk_with()

    first = await desk.upload(conversation_id, PDF, key="k")
    again = await desk.upload(conversation_id, PDF, key="k")
    other = await desk.upload(conversation_id, PDF + b"!", key="k")
    supervisors = await desk.upload(conversation_id, PDF, caller=SUE, key="k")
    without = await desk.upload(conversation_id, PDF)

    assert again.json == first.json
    assert other.refusal == (422, "idempotency_key_reused")
    assert len({first.json["mediaId"], supervisors.json["mediaId"], without.json["mediaId"]}) == 3


async def test_an_upload_whose_answer_was_lost_is_made_once() -> None:
    desk, conversation_id = await desk_with()
    faults = Faults(call=1, error=Unavailable("lost"), after=True, only="put")
    desk.centre = desk.world.worker(blobs=faults.wrap(desk.world.blobs))

    answer = await desk.upload(conversation_id, PDF)

    assert answer.status == 201
    assert len(desk.world.blobs.contents) == 1


async def test_nothing_stays_of_a_contact_that_is_erased_meanwhile() -> None:
    desk, conversation_id = await desk_with()

    class ErasedMeanwhile(FakeBlobs):
        async def put(self, name: str, pieces: AsyncIterable[bytes], **more: Any) -> None:
            await super().put(name, pieces, **more)
            await desk.change_contact(conversation_id, erasing=Erasing(at=desk.world.clock.now(), by="ada"))

    blobs = ErasedMeanwhile()
    desk.centre = desk.world.worker(blobs=blobs)

    assert (await desk.upload(conversation_id, PDF)).refusal == (404, "conversation_not_found")
    assert blobs.contents == {}


async def test_without_blob_storage_there_are_no_uploads() -> None:
    desk, conversation_id = await desk_with()
    desk.centre = desk.world.worker(blobs=None)

    assert (await desk.upload(conversation_id, PDF)).refusal == (409, "media_not_available")
    assert (await reply(desk, conversation_id, mediaId="0" * 32)).refusal == (422, "media_not_found")


async def test_where_whatsapp_could_not_fetch_a_file_there_are_no_uploads() -> None:
    desk = Desk(World(media_storage_private=True))
    await desk.hire("ana", "general")

    assert (await desk.upload(await desk.conversation(), PDF)).refusal == (409, "media_not_available")


@pytest.mark.parametrize(
    ("settings", "may"),
    [
        ({}, False),
        ({"media_storage": STORAGE}, True),
        ({"media_storage": STORAGE, "media_storage_private": True}, False),
    ],
)
async def test_whoever_may_reply_may_upload_where_files_are_kept(settings: dict[str, Any], may: bool) -> None:
    desk = Desk(World(**settings))
    await desk.hire("ana", "general")
    conversation_id = await desk.conversation()
    path = f"/conversations/{conversation_id}"

    assert ("upload" in (await desk.get(path)).json["allowed"]) == may
    assert ("upload" in (await desk.post(f"{path}/wrap-up")).json["allowed"]) == may
    await desk.close(conversation_id)
    assert "upload" not in (await desk.get(path)).json["allowed"]


@pytest.mark.parametrize(
    ("header", "path", "code"),
    [
        ({"mediaUri": "https://10.0.0.1/a.jpg"}, "header.mediaUri", "media_not_allowed"),
        ({"mediaId": "0" * 32}, "header.mediaId", "media_not_found"),
        ({"mediaId": "document"}, "header.mediaId", "media_type_not_supported"),
        ({"mediaId": "picture"}, None, None),
    ],
)
async def test_the_file_of_a_templates_header_is_looked_at_too(
    header: dict[str, str], path: str | None, code: str | None
) -> None:
    offer = {"languages": {"fr": {"text": "Voici", "header": "image"}}}
    desk, conversation_id = await desk_with(configured("templates", offer=offer))
    uploads = {"picture": JPEG, "document": PDF}
    if content := uploads.get(header.get("mediaId", "")):
        header = {"mediaId": (await desk.upload(conversation_id, content)).json["mediaId"]}

    answer = await reply(desk, conversation_id, kind="template", template="offer", language="fr", header=header)

    assert (answer.code, answer.json.get("errors", [{}])[0].get("path")) == (code, path)
    if code is None:
        sent = desk.world.channel.sent[-1]
        assert sent.file_uri
        assert header["mediaId"] in sent.file_uri


async def test_nothing_is_kept_for_a_closed_conversation() -> None:
    desk, conversation_id = await desk_with()
    await desk.close(conversation_id)

    assert (await desk.upload(conversation_id, PDF)).refusal == (409, "conversation_closed")


async def test_thirty_uploads_a_minute_are_taken_of_each_caller() -> None:
    desk, conversation_id = await desk_with()
    await desk.hire("bob", "general")

    for _ in range(30):
        assert (await desk.upload(conversation_id, PDF)).status == 201
        desk.world.clock.step(1)

    refused = await desk.upload(conversation_id, PDF)
    assert refused.refusal == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == "30"
    assert (await desk.upload(conversation_id, PDF, caller=BOB)).status == 201
    desk.world.clock.step(30)
    assert (await desk.upload(conversation_id, PDF)).status == 201


@pytest.mark.parametrize("media_id", ["0" * 32, "../other", "A" * 32, "0" * 31])
async def test_an_upload_that_is_not_there_is_not_found(media_id: str) -> None:
    desk, conversation_id = await desk_with()

    answer = await reply(desk, conversation_id, mediaId=media_id)

    assert (answer.refusal, answer.paths) == ((422, "media_not_found"), {"mediaId"})


async def test_an_upload_is_good_for_its_contact_only() -> None:
    desk, conversation_id = await desk_with()
    elsewhere = await desk.conversation(phone="33699999999")
    media_id = (await desk.upload(conversation_id, JPEG)).json["mediaId"]

    assert (await reply(desk, elsewhere, mediaId=media_id)).refusal == (422, "media_not_found")


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [(PDF, "image", "media_type_not_supported"), (JPEG.ljust(5 * MEGABYTE + 1), "image", "media_too_large")],
)
async def test_an_upload_that_does_not_fit_its_kind_is_refused_before_sending(
    content: bytes, kind: str, code: str
) -> None:
    desk, conversation_id = await desk_with()
    media_id = (await desk.upload(conversation_id, content)).json["mediaId"]
    sent = len(desk.world.channel.sent)

    answer = await reply(desk, conversation_id, kind=kind, mediaId=media_id)

    assert (answer.refusal, answer.paths) == ((422, code), {"mediaId"})
    assert "jpeg or png, at most 5 MB" in answer.json["errors"][0]["message"]
    assert len(desk.world.channel.sent) == sent


@pytest.mark.parametrize("address", ["http://a.example/b", "https://u:p@a.example/b", "https://a.example:8443/b"])
async def test_an_address_that_whatsapp_must_not_fetch_is_not_allowed(address: str) -> None:
    desk, conversation_id = await desk_with()

    answer = await reply(desk, conversation_id, mediaUri=address)

    assert (answer.refusal, answer.paths) == ((422, "media_not_allowed"), {"mediaUri"})
    assert not desk.world.web.resolved


async def test_a_name_that_leads_inside_a_network_is_not_allowed_and_looked_up_once() -> None:
    desk, conversation_id = await desk_with()
    desk.world.web.places[HOST] = ("93.184.216.34", "10.0.0.1")

    answer = await reply(desk, conversation_id, mediaUri=f"https://{HOST}/a.jpg")

    assert (answer.refusal, answer.paths) == ((422, "media_not_allowed"), {"mediaUri"})
    assert desk.world.web.resolved == [HOST]


async def test_a_repetition_is_answered_alike_wherever_the_name_leads_by_now() -> None:
    desk, conversation_id = await desk_with()
    first = await reply(desk, conversation_id, key="k", mediaUri=f"https://{HOST}/a.jpg")
    desk.world.web.places[HOST] = ()

    again = await reply(desk, conversation_id, key="k", mediaUri=f"https://{HOST}/a.jpg")

    assert (again.status, again.json["replyId"]) == (201, first.json["replyId"])


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (Told(content_type="image/jpeg", size=5 * MEGABYTE), None),
        (Told(content_type="image/jpeg", size=5 * MEGABYTE + 1), "media_too_large"),
        (Told(content_type="text/html; charset=utf-8", size=None), "media_type_not_supported"),
        (Told(content_type=None, size=None), None),
        (None, None),
    ],
)
async def test_a_host_that_is_named_may_say_that_whatsapp_would_not_take_a_file(
    told: Told | None, code: str | None
) -> None:
    desk, conversation_id = await desk_with(configured("media", allowed_hosts=[HOST]))
    address = f"https://{HOST}/a.jpg"
    if told:
        desk.world.web.files[address] = told

    answer = await reply(desk, conversation_id, mediaUri=address)

    assert answer.code == code
    assert desk.world.web.asked == [(address, "93.184.216.34")]


async def test_no_other_host_is_asked() -> None:
    desk, conversation_id = await desk_with()

    assert (await reply(desk, conversation_id, mediaUri=f"https://{HOST}/a.jpg")).status == 201
    assert desk.world.web.asked == []


async def test_a_text_looks_nothing_up() -> None:
    desk, conversation_id = await desk_with()

    await desk.reply(conversation_id)

    assert desk.world.web.resolved == []
