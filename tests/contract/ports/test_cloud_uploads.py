"""An upload of ours on its way to Meta: out of Blob Storage, in pieces, and what comes of the message if it fails."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import pytest_asyncio
from yarl import URL

from shared.adapters.blob_storage import AzureBlobs
from shared.adapters.whatsapp_cloud import WhatsAppCloudChannel
from shared.sending.channel import Accepted, Postponed, Refusal, Shipment
from shared.vocabulary.message import Content, HeaderValue, Media, TemplateUse
from shared.vocabulary.words import MessageKind
from tests.contract.ports.answering import Answer, AnsweringServer, Asked, answering
from tests.contract.ports.channels import cloud_channel
from tests.contract.ports.graph_answers import (
    ACCOUNT,
    NUMBER,
    PROOF_WANTED,
    SECRET,
    SHIPMENT,
    TAKEN,
    TOKEN,
    WAIT,
    answer,
    error,
    proof,
    settings,
)
from tests.contract.whatsapp.cloud import Cloud, at_meta

SIGNED = "/media/uploads/c/u?sp=r&sig=a%2Fb%3D"
FILE = Answer(body="--the file\r\n\r\n--", headers={"Content-Type": "application/pdf"})
HANDED = answer({"id": "m1"})


@pytest_asyncio.fixture
async def server() -> AsyncIterator[AnsweringServer]:
    async with answering() as running:
        yield running


@pytest_asyncio.fixture
async def channel(server: AnsweringServer) -> AsyncIterator[WhatsAppCloudChannel]:
    adapter = WhatsAppCloudChannel(settings(server), {NUMBER: ACCOUNT}, answer_within=WAIT)
    yield adapter
    await adapter.close()


def shipment(server: AnsweringServer, content: Content | None = None, mime_type: str | None = None) -> Shipment:
    media = Media(upload="u", caption="La légende", file_name="a.pdf", mime_type=mime_type)
    content = content or Content(kind=MessageKind.DOCUMENT, media=media)
    return Shipment(
        channel_id=NUMBER,
        to=SHIPMENT.to,
        content=content,
        request_id=SHIPMENT.request_id,
        first_sent=SHIPMENT.first_sent,
        file_uri=f"{server.origin}{SIGNED}",
    )


def parts_of(call: Asked) -> dict[str, Message]:
    """The parts of a form, as another reader understands them."""
    head = f"Content-Type: {call.headers['Content-Type']}\r\n\r\n".encode()
    form = BytesParser().parsebytes(head + call.body)
    return {str(part.get_param("name", header="Content-Disposition")): part for part in form.get_payload()}  # type: ignore[union-attr,misc]


async def test_an_upload_is_handed_over_and_sent_by_its_id(
    channel: WhatsAppCloudChannel, server: AnsweringServer
) -> None:
    server.answers = [FILE, HANDED, TAKEN]

    assert await channel.send(shipment(server)) == Accepted(message_id="wamid.HBgL==")

    fetched, handed, sent = server.asked
    assert [(each.method, each.path) for each in server.asked] == [
        ("GET", SIGNED),
        ("POST", f"/v27.0/{NUMBER}/media"),
        ("POST", f"/v27.0/{NUMBER}/messages"),
    ]
    assert "Authorization" not in fetched.headers
    assert handed.headers["Authorization"] == sent.headers["Authorization"] == f"Bearer {TOKEN}"
    assert handed.headers["Content-Length"] == str(len(handed.body))
    assert json.loads(sent.body)["document"] == {"id": "m1", "caption": "La légende", "filename": "a.pdf"}
    parts = parts_of(handed)
    assert {name: part.get_payload(decode=True) for name, part in parts.items()} == {
        "messaging_product": b"whatsapp",
        "type": b"application/pdf",
        "file": FILE.body.encode(),
    }
    assert parts["file"].get_content_type() == "application/pdf"


async def on_the_phone(cloud: Cloud, file_id: str) -> bytes:
    """A file of a message, as the phone has it."""
    async with cloud.session.get(URL(f"{cloud.address}/files/{quote(file_id, safe='')}", encoded=True)) as file:
        return await file.read()


async def test_what_was_handed_over_is_on_the_customers_phone(server: AnsweringServer) -> None:
    server.answer = FILE
    async with at_meta() as cloud:
        channel = cloud_channel(cloud)
        await cloud.write(text="Bonjour")

        outcome = await channel.send(shipment(server))

        [message] = await cloud.outgoing()
        assert isinstance(outcome, Accepted)
        assert (message["kind"], message["text"], message["status"] == "failed") == ("document", "La légende", False)
        assert await on_the_phone(cloud, outcome.message_id) == FILE.body.encode()
        await channel.close()


async def test_the_signed_address_of_blob_storage_opens_the_file(server: AnsweringServer, blob_storage: str) -> None:
    content = bytes(range(256)) * 4_000

    async def pieces() -> AsyncIterator[bytes]:
        yield content

    blobs, name = AzureBlobs.from_connection_string(blob_storage), f"uploads/c é+/{uuid4()}"
    await blobs.put(name, pieces(), mime_type="image/jpeg")
    address = await blobs.address(name, datetime.now(UTC) + timedelta(hours=1))
    async with at_meta() as cloud:
        channel = cloud_channel(cloud)
        await cloud.write(text="Bonjour")
        photo = Content(kind=MessageKind.IMAGE, media=Media(upload="u"))

        outcome = await channel.send(replace(shipment(server, photo), file_uri=address))

        assert isinstance(outcome, Accepted)
        assert await on_the_phone(cloud, outcome.message_id) == content
        await channel.close()
    await blobs.close()


@pytest.mark.parametrize(
    ("mime_type", "given"),
    [
        ("image/png", "image/png"),
        ("audio/ogg", "audio/ogg; codecs=opus"),
        (None, "application/pdf"),
        ('text/html"\r\nX: y', "application/octet-stream"),
    ],
)
async def test_a_file_is_given_under_the_type_that_whatsapp_takes(
    channel: WhatsAppCloudChannel, server: AnsweringServer, mime_type: str | None, given: str
) -> None:
    server.answers = [FILE, HANDED, TAKEN]

    await channel.send(shipment(server, mime_type=mime_type))

    assert parts_of(server.asked[1])["type"].get_payload() == given


async def test_the_file_of_a_template_is_handed_over_too(
    channel: WhatsAppCloudChannel, server: AnsweringServer
) -> None:
    server.answers = [FILE, HANDED, TAKEN]
    header = HeaderValue(media=Media(upload="u"), kind=MessageKind.IMAGE)
    use = TemplateUse(name="hello", language="fr", header=header)

    await channel.send(shipment(server, Content(kind=MessageKind.TEMPLATE, template=use)))

    body: dict[str, Any] = json.loads(server.asked[2].body)
    assert body["template"]["components"] == [
        {"type": "header", "parameters": [{"type": "image", "image": {"id": "m1"}}]}
    ]


async def test_a_proof_that_is_demanded_of_the_upload_has_the_file_read_again(
    channel: WhatsAppCloudChannel, server: AnsweringServer
) -> None:
    server.answers = [FILE, PROOF_WANTED, FILE, HANDED, TAKEN]

    assert await channel.send(shipment(server)) == Accepted(message_id="wamid.HBgL==")
    assert server.asked[1].body == server.asked[3].body
    assert server.asked[3].path == f"/v27.0/{NUMBER}/media{proof(SECRET)}"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_file_that_is_not_kept_any_more_ends_the_message(
    channel: WhatsAppCloudChannel, server: AnsweringServer, status: int
) -> None:
    server.answer = Answer(status=status)

    outcome = await channel.send(shipment(server))

    assert isinstance(outcome, Refusal)
    assert outcome.code == "file_gone"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "given",
    [Answer(status=status) for status in (302, 403, 500, 503)] + [Answer(hangs=True), Answer(drops=True)],
    ids=repr,
)
async def test_while_blob_storage_is_away_the_message_waits(
    channel: WhatsAppCloudChannel, server: AnsweringServer, given: Answer
) -> None:
    server.answer = given

    outcome = await channel.send(shipment(server))

    assert isinstance(outcome, Postponed)
    assert (outcome.code, outcome.in_doubt) == ("file_unavailable", False)


async def test_a_file_that_breaks_off_is_not_sent(channel: WhatsAppCloudChannel, server: AnsweringServer) -> None:
    server.answers, server.answer = [Answer(cut=True)], HANDED

    outcome = await channel.send(shipment(server))

    assert isinstance(outcome, Postponed)
    assert not outcome.in_doubt
    assert not any(each.path.endswith("/messages") for each in server.asked)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (error(190, 401), "190"),
        (error(131000, 500), "131000"),
        (error(131056), "131056"),
        (Answer(status=502), "502"),
        (answer({}), "no_receipt"),
        (Answer(hangs=True), "no_answer"),
        (Answer(drops=True), "no_answer"),
    ],
    ids=repr,
)
async def test_an_upload_that_fails_leaves_no_message_in_doubt(
    channel: WhatsAppCloudChannel, server: AnsweringServer, given: Answer, code: str
) -> None:
    server.answers = [FILE, given]

    outcome = await channel.send(shipment(server))

    assert isinstance(outcome, Postponed)
    assert (outcome.code, outcome.in_doubt) == (code, False)
    assert len(server.asked) == 2


async def test_a_file_that_whatsapp_does_not_take_ends_the_message(
    channel: WhatsAppCloudChannel, server: AnsweringServer
) -> None:
    server.answers = [FILE, error(131053)]

    assert await channel.send(shipment(server)) == Refusal(code="131053", message="This was ordered.")
