"""Files at Meta: uploaded and sent by id, had in two steps with the token, for five minutes."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import quote

import pytest
from yarl import URL

from tests.contract.whatsapp.cloud import PHONE_NUMBER_ID, TOKEN, Cloud, error_of

PNG = b"\x89PNG the bytes of a picture"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


async def place_of_a_file(cloud: Cloud) -> str:
    """A customer sends a picture; the address under which its bytes are."""
    await cloud.write(media={"mimeType": "image/png", "content": base64.b64encode(PNG).decode()})
    await cloud.app.until(lambda: cloud.app.items("messages"))
    media_id = cloud.app.items("messages")[0]["image"]["id"]
    status, described = await cloud.graph("GET", media_id, phone_number_id=PHONE_NUMBER_ID)
    assert status == 200
    assert (described["mime_type"], described["file_size"], described["id"]) == ("image/png", len(PNG), media_id)
    assert described["sha256"] == hashlib.sha256(PNG).hexdigest()
    place: str = described["url"]
    return place


async def test_a_file_is_uploaded_and_sent_by_its_id(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    status, answer = await cloud.upload(PNG, "image/png")
    assert (status, list(answer)) == (200, ["id"])

    message_id = await cloud.sent(type="image", image={"id": answer["id"], "caption": "Voici"})

    await cloud.app.status(message_id, "delivered")
    [message] = await cloud.outgoing()
    assert (message["kind"], message["text"], message["media"]["mimeType"]) == ("image", "Voici", "image/png")
    async with cloud.session.get(URL(f"{cloud.address}/files/{quote(message_id, safe='')}", encoded=True)) as file:
        assert await file.read() == PNG


async def test_a_file_can_lie_elsewhere(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    document = {"link": "https://files.example/a.pdf", "filename": "Facture.pdf", "caption": "Voici"}

    message_id = await cloud.sent(type="document", document=document)

    await cloud.app.status(message_id, "delivered")
    [message] = await cloud.outgoing()
    assert message["media"]["fileName"] == "Facture.pdf"


async def test_a_file_has_to_be_of_the_kind_that_it_is_sent_as(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    _, pdf = await cloud.upload(b"%PDF", "application/pdf")

    as_image = await cloud.sent(type="image", image={"id": pdf["id"]})
    as_document = await cloud.sent(type="document", document={"id": pdf["id"], "filename": "a.pdf"})

    assert (await cloud.app.status(as_image, "failed"))["errors"][0]["code"] == 131053
    assert await cloud.app.status(as_document, "delivered")


@pytest.mark.parametrize(
    ("mime_type", "fields", "code"),
    [
        ("application/x-msdownload", {}, 131053),
        ("image/png", {"messaging_product": "sms"}, 100),
    ],
)
async def test_an_upload_that_is_not_taken_is_said_so(
    cloud: Cloud, mime_type: str, fields: dict[str, str], code: int
) -> None:
    status, answer = await cloud.upload(PNG, mime_type, **fields)
    assert (status, error_of(answer)[0]) == (400, code)


async def test_a_customers_file_is_had_in_two_steps(cloud: Cloud) -> None:
    place = await place_of_a_file(cloud)

    async with cloud.session.get(place, headers=BEARER) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", PNG)
    assert place.startswith(f"{cloud.address}/")


async def test_the_bytes_need_the_token_too(cloud: Cloud) -> None:
    async with cloud.session.get(await place_of_a_file(cloud)) as answer:
        assert answer.status == 401
        assert PNG not in await answer.read()


async def test_an_address_lives_for_five_minutes(cloud: Cloud) -> None:
    place = await place_of_a_file(cloud)
    cloud.clock.ahead = timedelta(minutes=5)

    async with cloud.session.get(place, headers=BEARER) as answer:
        assert answer.status == 404
    async with cloud.session.get(f"{cloud.address}/lookaside/guessed", headers=BEARER) as answer:
        assert answer.status == 404


async def test_the_id_that_acs_has_for_a_file_is_none_of_metas(cloud: Cloud) -> None:
    await place_of_a_file(cloud)
    [message] = await cloud.messages()
    status, answer = await cloud.graph("GET", message["media"]["id"])
    assert (status, answer["error"]["error_subcode"]) == (400, 33)
