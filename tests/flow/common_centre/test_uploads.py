"""Files of the team: uploaded, sent in a reply, fetched by the phone from an address that opens nothing else."""

from io import BytesIO
from urllib.parse import parse_qs, quote, urlsplit

import aiohttp
import pytest

from dev.stack.whatsapp.catalogue import Provider
from tests.flow.centre import Answer, Centre, Json
from tests.flow.customer import Customer
from tests.flow.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

MIB = 1024 * 1024
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 4096


async def upload(centre: Centre, conversation_id: str, content: bytes, key: str | None = None) -> Answer:
    """Upload a file as a supervisor."""
    headers = {**centre.key("sam", "Supervisor"), "Content-Type": "text/html", "X-File-Name": "Re%C3%A7u.pdf"}
    headers |= {"Idempotency-Key": key} if key else {}
    url = f"{centre.api}/api/conversations/{conversation_id}/media"
    async with centre.http.post(url, data=BytesIO(content), headers=headers) as answer:
        return Answer(status=answer.status, body=await answer.json(content_type=None))


async def fetched(address: str) -> tuple[int, bytes]:
    """What anybody finds at an address."""
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        return answer.status, await answer.read()


async def received(customer: Customer, caption: str) -> Json:
    """The file that the phone has under a caption, once it has it."""

    async def shown() -> Json | None:
        found = [each["media"] for each in await customer.messages() if each["text"] == caption]
        return found[0] if found and "id" in found[0] else None

    return await until(shown, "the file on the phone")


async def test_a_file_reaches_the_phone_as_it_was_uploaded(centre: Centre, customer: Customer) -> None:
    await customer.is_greeted()
    conversation_id = await customer.conversation_id()
    whole = PDF.ljust(16 * MIB, b"%")
    uploaded = await upload(centre, conversation_id, whole, key="k")
    assert uploaded.status == 201, uploaded
    assert (uploaded.body["mimeType"], uploaded.body["size"]) == ("application/pdf", len(whole))
    assert (await upload(centre, conversation_id, whole, key="k")).body == uploaded.body

    body = {"kind": "document", "mediaId": uploaded.body["mediaId"], "caption": "Votre reçu"}
    answer = await customer.is_given(body)

    assert answer.status == 201, answer
    file = await received(customer, "Votre reçu")
    assert (file["mimeType"], file["fileName"]) == ("application/pdf", "Reçu.pdf")
    assert await fetched(f"{centre.whatsapp}/files/{quote(file['id'], safe='')}") == (200, whole)
    (line,) = [each for each in await centre.history(conversation_id) if each["kind"] == "document"]
    assert (line["media"]["fileName"], line["media"]["mimeType"]) == ("Reçu.pdf", "application/pdf")
    assert "sig=" not in str(line)


@pytest.mark.only_at(Provider.ACS)  # which is given an address; to Meta a file is handed over
async def test_the_address_of_a_file_opens_nothing_else(centre: Centre, customer: Customer) -> None:
    await customer.is_greeted()
    uploaded = await upload(centre, await customer.conversation_id(), PDF)
    body = {"kind": "document", "mediaId": uploaded.body["mediaId"], "caption": "Votre reçu"}
    assert (await customer.is_given(body)).status == 201

    address = (await received(customer, "Votre reçu"))["uri"]

    assert await fetched(address) == (200, PDF)
    signed = parse_qs(urlsplit(address).query)
    assert (signed["sp"], signed["sr"]) == (["r"], ["b"])
    elsewhere = address.replace(uploaded.body["mediaId"], "0" * 32)
    assert (await fetched(elsewhere))[0] == 403


@pytest.mark.wherever
async def test_what_is_no_file_for_whatsapp_goes_nowhere(centre: Centre, customer: Customer) -> None:
    await customer.is_greeted()
    conversation_id = await customer.conversation_id()

    too_large = await upload(centre, conversation_id, PDF.ljust(16 * MIB + 1))
    unknown = await upload(centre, conversation_id, b"\x00\x01\x02")

    assert (too_large.status, too_large.body["code"]) == (413, "media_too_large")
    assert (unknown.status, unknown.body["code"]) == (422, "media_type_not_supported")
    for address in ("https://localhost.example.invalid/a.jpg", "https://127.0.0.1/a.jpg", "http://a.example/a.jpg"):
        body = {"kind": "image", "mediaUri": address}
        refused = await centre.call("POST", f"/conversations/{conversation_id}/replies", body)
        assert (refused.status, refused.body["code"]) == (422, "media_not_allowed")
