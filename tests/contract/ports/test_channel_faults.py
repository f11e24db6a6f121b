"""What the adapter of ACS sends, and what it makes of every kind of answer: an outcome, never an exception."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from azure.communication.messages.aio import MessageTemplateClient, NotificationMessagesClient
from azure.core.credentials import AzureKeyCredential

from shared.adapters.acs import AcsChannel
from shared.sending.channel import Accepted, NothingDone, Postponed, Refusal, Shipment
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.message import ButtonValue, Content, HeaderValue, Location, Media, TemplateUse
from shared.vocabulary.templates import Definition, Header, ListedTemplate
from shared.vocabulary.words import MessageKind, Provider
from tests.contract.ports.answering import Answer, AnsweringServer, answering, closed_port
from tests.contract.ports.credentials import Identity

KEY = "a2V5"
TO = "+33612345678"
WORDS = "Votre code est secret"
SHIPMENT = Shipment(
    channel_id="channel",
    to=TO,
    content=Content(kind=MessageKind.TEXT, text=WORDS),
    request_id="11111111-2222-3333-4444-555555555555",
    first_sent=datetime(2026, 11, 22, 16, 21, 29, 500_000, tzinfo=UTC),
)
JSON = {"Content-Type": "application/json"}


def answer(status: int, body: object, **headers: str) -> Answer:
    return Answer(status=status, body=json.dumps(body), headers=JSON | headers)


def error(status: int, **fields: object) -> Answer:
    return answer(status, {"error": {"code": "BadRequest", "message": "This was ordered."} | fields})


@pytest_asyncio.fixture
async def server() -> AsyncIterator[AnsweringServer]:
    async with answering() as running:
        yield running


@pytest_asyncio.fixture
async def channel(server: AnsweringServer) -> AsyncIterator[AcsChannel]:
    options: dict[str, Any] = {"retry_total": 0, "read_timeout": 0.2}
    adapter = AcsChannel(
        NotificationMessagesClient(server.origin, AzureKeyCredential(KEY), **options),
        MessageTemplateClient(server.origin, AzureKeyCredential(KEY), **options),
    )
    yield adapter
    await adapter.close()


async def test_each_repetition_carries_the_same_body_and_repeatability_headers(
    channel: AcsChannel, server: AnsweringServer
) -> None:
    for _ in range(2):
        await channel.send(SHIPMENT)

    first, second = server.asked
    assert first.path == "/messages/notifications:send?api-version=2024-08-30"
    assert first.headers["Repeatability-Request-ID"] == SHIPMENT.request_id
    assert first.headers["Repeatability-First-Sent"] == "Sun, 22 Nov 2026 16:21:29 GMT"
    for name in ("Repeatability-Request-ID", "Repeatability-First-Sent"):
        assert second.headers[name] == first.headers[name]
    assert second.body == first.body


SIGNED = "https://blobs.example/media/uploads/c/u?sig=s"


def _in_use(header: HeaderValue, *buttons: ButtonValue) -> Content:
    use = TemplateUse(name="hello", language="fr", parameters=("B",), header=header, buttons=buttons)
    return Content(kind=MessageKind.TEMPLATE, template=use)


def _template_body(values: list[dict[str, Any]], **bound: list[dict[str, str]]) -> dict[str, Any]:
    bindings = {"kind": "whatsApp", "body": [{"refValue": "1"}], **bound}
    return {"kind": "template", "template": {"name": "hello", "language": "fr", "values": values, "bindings": bindings}}


FILE = Media(uri="https://files.example/a", caption="La légende", file_name="a.pdf")
BODIES: dict[str, tuple[Content, dict[str, Any]]] = {
    "text": (Content(kind=MessageKind.TEXT, text="Bonjour"), {"kind": "text", "content": "Bonjour"}),
    "image": (
        Content(kind=MessageKind.IMAGE, media=FILE),
        {"kind": "image", "mediaUri": FILE.uri, "caption": FILE.caption},
    ),
    "document": (
        Content(kind=MessageKind.DOCUMENT, media=FILE),
        {"kind": "document", "mediaUri": FILE.uri, "caption": FILE.caption, "fileName": "a.pdf"},
    ),
    "video": (
        Content(kind=MessageKind.VIDEO, media=FILE),
        {"kind": "video", "mediaUri": FILE.uri, "caption": FILE.caption},
    ),
    "audio": (Content(kind=MessageKind.AUDIO, media=FILE), {"kind": "audio", "mediaUri": FILE.uri}),
    "template without parameters": (
        Content(kind=MessageKind.TEMPLATE, template=TemplateUse(name="hello", language="fr")),
        {"kind": "template", "template": {"name": "hello", "language": "fr"}},
    ),
    "template": (
        Content(kind=MessageKind.TEMPLATE, template=TemplateUse(name="hello", language="fr", parameters=("B", "A"))),
        {
            "kind": "template",
            "template": {
                "name": "hello",
                "language": "fr",
                "values": [{"kind": "text", "name": "1", "text": "B"}, {"kind": "text", "name": "2", "text": "A"}],
                "bindings": {"kind": "whatsApp", "body": [{"refValue": "1"}, {"refValue": "2"}]},
            },
        },
    ),
    "template with an image and buttons": (
        _in_use(
            HeaderValue(media=Media(uri="https://files.example/a"), kind=MessageKind.IMAGE),
            ButtonValue(payload="OUI"),
            ButtonValue(url_suffix="a/17"),
        ),
        _template_body(
            [
                {"kind": "image", "name": "header", "url": "https://files.example/a"},
                {"kind": "text", "name": "1", "text": "B"},
                {"kind": "quickAction", "name": "button1", "payload": "OUI"},
                {"kind": "quickAction", "name": "button2", "text": "a/17"},
            ],
            header=[{"refValue": "header"}],
            buttons=[{"subType": "quickReply", "refValue": "button1"}, {"subType": "url", "refValue": "button2"}],
        ),
    ),
    "template with an uploaded document": (
        _in_use(HeaderValue(media=Media(upload="u", file_name="a.pdf"), kind=MessageKind.DOCUMENT)),
        _template_body(
            [
                {"kind": "document", "name": "header", "url": SIGNED, "fileName": "a.pdf"},
                {"kind": "text", "name": "1", "text": "B"},
            ],
            header=[{"refValue": "header"}],
        ),
    ),
    "template with a text in its header": (
        _in_use(HeaderValue(text="A-17")),
        _template_body(
            [{"kind": "text", "name": "header", "text": "A-17"}, {"kind": "text", "name": "1", "text": "B"}],
            header=[{"refValue": "header"}],
        ),
    ),
    "template with a place": (
        _in_use(HeaderValue(location=Location(latitude=48.1, longitude=2.5, name="Boutique"))),
        _template_body(
            [
                {
                    "kind": "location",
                    "name": "header",
                    "latitude": 48.1,
                    "longitude": 2.5,
                    "locationName": "Boutique",
                },
                {"kind": "text", "name": "1", "text": "B"},
            ],
            header=[{"refValue": "header"}],
        ),
    ),
    "uploaded image": (
        Content(kind=MessageKind.IMAGE, media=Media(upload="u", caption="La légende")),
        {"kind": "image", "mediaUri": SIGNED, "caption": "La légende"},
    ),
}


@pytest.mark.parametrize(("content", "body"), BODIES.values(), ids=BODIES)
async def test_the_body_is_the_one_that_the_service_documents(
    channel: AcsChannel, server: AnsweringServer, content: Content, body: dict[str, Any]
) -> None:
    await channel.send(_with(content))

    [asked] = server.asked
    assert json.loads(asked.body) == {"channelRegistrationId": "channel", "to": [TO]} | body


@pytest.mark.parametrize(
    "content",
    [Content(kind=MessageKind.STICKER, media=FILE), Content(kind=MessageKind.IMAGE, media=Media(id="inbound"))],
    ids=["sticker", "file without an address"],
)
async def test_what_the_service_can_not_send_is_a_bug(
    channel: AcsChannel, server: AnsweringServer, content: Content
) -> None:
    with pytest.raises(ValueError, match="sent"):
        await channel.send(_with(content))

    assert server.asked == []


RECEIPT = {"receipts": [{"messageId": "id", "to": TO}]}
OUTCOMES = {
    "accepted": (answer(202, RECEIPT, **{"Repeatability-Result": "accepted"}), Accepted(message_id="id")),
    "accepted without the header": (answer(202, RECEIPT), Accepted(message_id="id")),
    "rejected": (answer(202, {"receipts": []}, **{"Repeatability-Result": "rejected"}), NothingDone()),
    "refused by ACS": (error(400), Refusal(code="BadRequest", message="This was ordered.")),
    "refused without words": (Answer(status=404), Refusal(code="404", message="HTTP 404")),
    "refused by WhatsApp, in the text": (
        error(400, message="(#131047) Re-engagement message"),
        Refusal(code="131047", message="(#131047) Re-engagement message"),
    ),
    "refused by WhatsApp, by a short code": (
        error(400, message="(#368) Temporarily blocked for policies violations"),
        Refusal(code="368", message="(#368) Temporarily blocked for policies violations"),
    ),
    "refused by WhatsApp, by a short code inside": (
        error(400, message="33 of 100", innererror={"code": "4"}),
        Refusal(code="4", message="33 of 100"),
    ),
    "refused by WhatsApp, inside": (
        error(400, innererror={"code": "WhatsApp", "innererror": {"code": "131026"}}),
        Refusal(code="131026", message="This was ordered."),
    ),
    "refused by WhatsApp, in a detail": (
        error(400, details=[{"code": "x", "message": "y"}, {"code": "132000", "message": "z"}]),
        Refusal(code="132000", message="This was ordered."),
    ),
    "forbidden by WhatsApp, which is no matter of the app's rights": (
        error(403, message="(#130497) Business account is restricted from messaging users in this country"),
        Refusal(code="130497", message="(#130497) Business account is restricted from messaging users in this country"),
    ),
    "busy": (
        answer(429, {"error": {"code": "TooManyRequests", "message": "Slow down."}}, **{"Retry-After": "7"}),
        Postponed(code="429", message="Slow down.", retry_after=7, in_doubt=False),
    ),
    "busy at WhatsApp": (
        error(429, message="131056: pair rate"),
        Postponed(code="131056", message="131056: pair rate", in_doubt=False),
    ),
}


@pytest.mark.parametrize(("given", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
async def test_an_answer_becomes_an_outcome_after_one_call(
    channel: AcsChannel, server: AnsweringServer, given: Answer, outcome: object
) -> None:
    server.answer = given

    assert await channel.send(SHIPMENT) == outcome
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 502, 503, 504])
async def test_what_may_pass_later_is_postponed(channel: AcsChannel, server: AnsweringServer, status: int) -> None:
    server.answer = Answer(status=status)

    assert await channel.send(SHIPMENT) == Postponed(
        code=str(status), message=f"HTTP {status}", in_doubt=status not in (401, 403, 429, 503)
    )
    assert len(server.asked) == 1


STRANGE = {
    "no receipts": answer(202, {}),
    "no receipt": answer(202, {"receipts": []}),
    "null": answer(202, {"receipts": None}),
    "no id": answer(202, {"receipts": [{}]}),
    "a list": answer(202, []),
    "no JSON": Answer(status=202, body="<html>", headers={"Content-Type": "text/html"}),
    "broken JSON": Answer(status=202, body="{", headers=JSON),
    "nothing": Answer(status=202),
    "another success": answer(200, RECEIPT),
    "hangs": Answer(hangs=True),
    "cut": Answer(status=202, cut=True),
}


@pytest.mark.parametrize("given", STRANGE.values(), ids=STRANGE)
async def test_an_answer_that_tells_nothing_is_postponed(
    channel: AcsChannel, server: AnsweringServer, given: Answer
) -> None:
    server.answer = given

    assert isinstance(await channel.send(SHIPMENT), Postponed)


@pytest.mark.parametrize(
    "said", [f"{TO} is unknown", "33612345678?", "+33 6 12 34 56 78", "33-6-12-34-56-78", f"not valid: '{WORDS}'"]
)
@pytest.mark.parametrize("status", [400, 500])
async def test_no_number_and_no_words_of_a_message_come_back(
    channel: AcsChannel, server: AnsweringServer, status: int, said: str
) -> None:
    server.answer = error(status, message=said)

    outcome = await channel.send(SHIPMENT)

    assert isinstance(outcome, Refusal | Postponed)
    assert "…" in outcome.message
    assert not any(private in outcome.message for private in ("12345678", "12 34", "12-34", "secret"))


async def test_a_closed_port_is_postponed_or_unavailable_at_once() -> None:
    channel = AcsChannel.from_connection_string(f"endpoint=http://127.0.0.1:{closed_port()};accesskey={KEY}")

    async with asyncio.timeout(2):
        outcome = await channel.send(SHIPMENT)
        with pytest.raises(Unavailable):
            await channel.templates("channel")

    assert isinstance(outcome, Postponed)
    assert outcome.code == "no_answer"
    await channel.close()


@pytest.mark.parametrize("refuses", [False, True], ids=["with a token", "without one"])
async def test_with_an_identity_a_token_for_communication_services_is_asked_for(refuses: bool) -> None:
    identity = Identity(refuses=refuses)
    channel = AcsChannel.from_identity(f"https://127.0.0.1:{closed_port()}", identity)

    outcome = await channel.send(SHIPMENT)
    with pytest.raises(Unavailable):
        await channel.templates("channel")

    assert isinstance(outcome, Postponed)
    assert ("gives no token" in outcome.message) is refuses
    assert set(identity.scopes) == {"https://communication.azure.com//.default"}
    await channel.close()


@pytest.mark.parametrize("connection", ["", "endpoint=https://acs.example", "accesskey=a2V5", "endpoint=;accesskey="])
def test_an_incomplete_connection_string_says_what_it_should_be(connection: str) -> None:
    with pytest.raises(ValueError, match="endpoint=https://…;accesskey=…"):
        AcsChannel.from_connection_string(connection)


async def test_templates_come_from_all_pages_with_their_definitions(
    channel: AcsChannel, server: AnsweringServer
) -> None:
    def listed(name: str, content: object) -> dict[str, object]:
        return {"name": name, "language": "fr", "status": "paused", "kind": "whatsApp", "content": content}

    header, body = {"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Bonjour {{1}}"}
    server.answers = [
        answer(200, {"value": [listed("a", [header, body])], "nextLink": f"{server.origin}/next?skip=1"}),
        answer(200, {"value": [listed("b", {"components": [body]}), listed("c", [header]), listed("d", None)]}),
    ]

    image, bonjour = Header(format="IMAGE"), "Bonjour {{1}}"
    definitions = {
        "a": Definition(body=bonjour, header=image),
        "b": Definition(body=bonjour),
        "c": Definition(body="", header=image),
        "d": None,
    }
    assert await channel.templates("channel") == [
        ListedTemplate(name=name, language="fr", status="paused", definition=definition)
        for name, definition in definitions.items()
    ]
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "given",
    [Answer(status=status) for status in (401, 404, 429, 500)]
    + [answer(200, {}), Answer(body="<html>"), Answer(hangs=True), Answer(cut=True)],
    ids=repr,
)
async def test_a_list_that_does_not_come_is_unavailable(
    channel: AcsChannel, server: AnsweringServer, given: Answer
) -> None:
    server.answer = given

    with pytest.raises(Unavailable):
        await channel.templates("channel")


def _with(content: Content) -> Shipment:
    return replace(SHIPMENT, content=content, file_uri=SIGNED)


async def _downloaded(channel: AcsChannel) -> list[bytes] | None:
    async with channel.media(Provider.ACS, "file") as pieces:
        return None if pieces is None else [piece async for piece in pieces]


@pytest.mark.parametrize("status", [400, 404, 410])
async def test_a_file_that_is_not_known_is_gone(channel: AcsChannel, server: AnsweringServer, status: int) -> None:
    server.answer = Answer(status=status)

    assert await _downloaded(channel) is None


@pytest.mark.parametrize(
    "given",
    [Answer(status=status) for status in (401, 403, 408, 429, 500, 503)] + [Answer(hangs=True), Answer(cut=True)],
    ids=repr,
)
async def test_a_file_that_does_not_come_to_its_end_is_unavailable_after_one_call(
    channel: AcsChannel, server: AnsweringServer, given: Answer
) -> None:
    server.answer = given

    with pytest.raises(Unavailable):
        await _downloaded(channel)

    assert [asked.path.partition("?")[0] for asked in server.asked] == ["/messages/streams/file"]
