"""What the adapter of Meta's Cloud API asks, and what it makes of every kind of answer: an outcome, no exception."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from shared.adapters.azure import AzurePorts
from shared.adapters.whatsapp_cloud import WhatsAppCloudChannel
from shared.composition import compose
from shared.sending.channel import Accepted, Postponed, Refusal
from shared.settings import read_settings
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.templates import Button, Definition, Header, ListedTemplate
from shared.vocabulary.words import Provider
from tests.contract.ports.answering import Answer, AnsweringServer, closed_port
from tests.contract.ports.graph_answers import (
    ACCOUNT,
    NUMBER,
    PREVIOUS,
    PROOF_WANTED,
    SECRET,
    SHIPMENT,
    TAKEN,
    TO,
    TOKEN,
    WAIT,
    WORDS,
    answer,
    error,
    proof,
    settings,
)
from tests.fakes.sample import sample


async def test_a_message_is_one_call_with_the_token_in_its_header(
    channel: WhatsAppCloudChannel, server: AnsweringServer
) -> None:
    assert await channel.send(SHIPMENT) == Accepted(message_id="wamid.HBgL==")

    [call] = server.asked
    assert (call.method, call.path) == ("POST", f"/v27.0/{NUMBER}/messages")
    assert call.headers["Authorization"] == f"Bearer {TOKEN}"
    assert json.loads(call.body)["biz_opaque_callback_data"] == SHIPMENT.request_id


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (error(131047), Refusal(code="131047", message="This was ordered.")),
        (error(131056), Postponed(code="131056", message="This was ordered.", in_doubt=False)),
        (error(190, 401), Postponed(code="190", message="This was ordered.", in_doubt=False)),
        (error(131000, 500), Postponed(code="131000", message="This was ordered.")),
        (Answer(status=500), Postponed(code="500", message="HTTP 500")),
        (Answer(status=200, body="<html>"), Postponed(code="no_receipt", message="the answer names no message")),
        (
            Answer(status=302, headers={"Location": "/elsewhere"}),
            Postponed(code="no_answer", message="HTTP 302"),
        ),
        (
            answer({"error": {"code": 4, "message": "Busy"}}, 400, **{"Retry-After": "7"}),
            Postponed(code="4", message="Busy", retry_after=7, in_doubt=False),
        ),
    ],
    ids=repr,
)
async def test_an_answer_becomes_an_outcome_after_one_call(
    channel: WhatsAppCloudChannel, server: AnsweringServer, given: Answer, outcome: object
) -> None:
    server.answer = given

    assert await channel.send(SHIPMENT) == outcome
    assert len(server.asked) == 1


@pytest.mark.parametrize("given", [Answer(hangs=True), Answer(cut=True), Answer(drops=True)], ids=repr)
async def test_an_answer_that_does_not_come_leaves_the_message_in_doubt(
    channel: WhatsAppCloudChannel, server: AnsweringServer, given: Answer
) -> None:
    server.answer = given

    outcome = await channel.send(SHIPMENT)

    assert isinstance(outcome, Postponed)
    assert (outcome.code, outcome.in_doubt) == ("no_answer", True)
    assert len(server.asked) == 1


async def test_a_message_is_not_sent_again_where_a_connection_that_was_kept_breaks(
    channel: WhatsAppCloudChannel, server: AnsweringServer
) -> None:
    """An HTTP client may repeat what it takes to be harmless by itself."""
    await channel.send(SHIPMENT)
    server.answer = Answer(drops=True)

    outcome = await channel.send(SHIPMENT)

    assert isinstance(outcome, Postponed)
    assert outcome.in_doubt
    assert len(server.asked) == 2


@pytest.mark.parametrize("place", ["http://127.0.0.1:{closed}", "http://name.invalid", "https://127.0.0.1:{plain}"])
async def test_without_a_connection_nothing_was_sent(server: AnsweringServer, place: str) -> None:
    origin = place.format(closed=closed_port(), plain=server.origin.rpartition(":")[2])
    channel = WhatsAppCloudChannel(settings(server, graph_url=origin), {NUMBER: ACCOUNT})

    async with asyncio.timeout(5):
        outcome = await channel.send(SHIPMENT)
        with pytest.raises(Unavailable):
            await channel.templates(NUMBER)

    assert isinstance(outcome, Postponed)
    assert (outcome.code, outcome.in_doubt) == ("no_answer", False)
    await channel.close()


@pytest.mark.parametrize(
    "said", [f"{TO} is unknown", "33612345678?", "+33 6 12 34 56 78", "33-6-12-34-56-78", f"not valid: '{WORDS}'"]
)
@pytest.mark.parametrize("code", [131026, 131000, 190, 131056])
async def test_no_number_and_no_words_of_a_message_come_back(
    channel: WhatsAppCloudChannel, server: AnsweringServer, code: int, said: str
) -> None:
    server.answer = error(code, error_data={"details": said})

    outcome = await channel.send(SHIPMENT)

    assert isinstance(outcome, Refusal | Postponed)
    assert "…" in outcome.message
    assert not any(private in outcome.message for private in ("12345678", "12 34", "12-34", "secret"))


class TestProof:
    """An app may demand that calls are signed with its secret."""

    async def proofs(self, channel: WhatsAppCloudChannel, server: AnsweringServer, *answers: Answer) -> list[str]:
        """What the calls of a message had behind their path."""
        server.asked.clear()
        server.answers = list(answers)
        await channel.send(SHIPMENT)
        return [each.path.removeprefix(f"/v27.0/{NUMBER}/messages") for each in server.asked]

    async def test_no_call_is_signed_unless_the_app_demands_it(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        assert await self.proofs(channel, server, TAKEN) == [""]

    async def test_once_it_is_demanded_every_call_is_signed(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        assert await self.proofs(channel, server, PROOF_WANTED, TAKEN) == ["", proof(SECRET)]
        assert await self.proofs(channel, server, TAKEN) == [proof(SECRET)]

    async def test_while_the_secret_is_changed_the_one_before_serves(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        wrong = error(100, message="Invalid appsecret_proof provided in the API argument")
        assert await self.proofs(channel, server, PROOF_WANTED, wrong, TAKEN) == [
            "",
            proof(SECRET),
            proof(PREVIOUS),
        ]
        assert await self.proofs(channel, server, TAKEN) == [proof(PREVIOUS)]

    async def test_without_a_secret_that_fits_the_message_waits(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        server.answer = PROOF_WANTED
        outcome = await channel.send(SHIPMENT)
        assert isinstance(outcome, Postponed)
        assert (outcome.code, outcome.in_doubt) == ("appsecret_proof", False)
        assert len(server.asked) == 3


class TestTemplates:
    """The templates of an account, page by page."""

    @staticmethod
    def item(name: str, *components: object, **more: object) -> dict[str, object]:
        return {"name": name, "language": "fr", "status": "PAUSED", "components": list(components)} | more

    async def test_they_come_from_all_pages_with_their_definitions(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        header, body = {"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Bonjour {{1}}"}
        buttons = {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Suivre", "url": "https://a.example/{{1}}"}]}
        named = {"type": "BODY", "text": "Bonjour {{first_name}}"}
        paging: dict[str, object] = {"cursors": {"before": "B", "after": "A&b="}}
        server.answers = [
            answer(
                {
                    "data": [self.item("a", header, body, category="MARKETING"), {"status": "APPROVED"}, "odd"],
                    "paging": paging | {"next": "https://elsewhere.example/v27.0/templates?access_token=x"},
                }
            ),
            answer({"data": [self.item("b", named, buttons, parameter_format="NAMED")], "paging": paging}),
        ]

        listed = await channel.templates(NUMBER)

        bonjour = "Bonjour {{1}}"
        button = Button(type="URL", text="Suivre", url="https://a.example/{{1}}")
        definitions = {
            "a": Definition(body=bonjour, header=Header(format="IMAGE"), category="marketing"),
            "b": Definition(body=bonjour, buttons=(button,), names=("first_name",)),
        }
        assert listed == [
            ListedTemplate(name=name, language="fr", status="paused", definition=definition)
            for name, definition in definitions.items()
        ]
        first = f"/v27.0/{ACCOUNT}/message_templates?fields=name,language,status,category,parameter_format,components"
        assert server.calls == [("GET", f"{first}&limit=200"), ("GET", f"{first}&limit=200&after=A%26b%3D")]

    @pytest.mark.parametrize(
        "given",
        [Answer(status=status) for status in (200, 404, 429, 500)]
        + [error(190, 401), error(100), answer({}), answer({"data": {}}), Answer(hangs=True), Answer(cut=True)]
        + [answer({"data": [], "paging": {"next": "https://graph.facebook.com/"}}), Answer(body="<html>")]
        + [answer({"data": [], "paging": {"next": "x", "cursors": {"after": "A"}}})],
        ids=repr,
    )
    async def test_a_list_that_does_not_come_to_its_end_is_unavailable(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer, given: Answer
    ) -> None:
        server.answer = given

        with pytest.raises(Unavailable):
            await channel.templates(NUMBER)

    async def test_a_limit_is_told(self, channel: WhatsAppCloudChannel, server: AnsweringServer) -> None:
        usage = json.dumps({ACCOUNT: [{"type": "whatsapp", "estimated_time_to_regain_access": 2}]})
        server.answer = replace(error(80007), headers={"X-Business-Use-Case-Usage": usage})

        with pytest.raises(Unavailable) as caught:
            await channel.templates(NUMBER)

        assert caught.value.retry_after == 120

    async def test_a_number_without_an_account_is_unavailable_without_a_call(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        with pytest.raises(Unavailable, match="account"):
            await channel.templates("106540352242923")

        assert server.asked == []


@pytest.mark.parametrize(
    "channel",
    [
        {"provider": "whatsapp_cloud", "id": NUMBER},
        {"moved_from": NUMBER, "moved_at": "2999-01-01T00:00:00Z"},
    ],
    ids=["at Meta", "on its way back from there"],
)
async def test_an_app_asks_for_the_templates_of_the_account_that_its_file_names(
    server: AnsweringServer, tmp_path: Path, channel: dict[str, str]
) -> None:
    document = json.loads(sample())
    document["channels"]["support_fr"] |= {"account": ACCOUNT, **channel}
    file = tmp_path / "contact_center.yaml"
    file.write_text(json.dumps(document), encoding="utf-8")
    centre = compose(
        tmp_path, {"WHATSAPP_ACCESS_TOKEN": TOKEN, "WHATSAPP_APP_SECRET": SECRET, "WHATSAPP_GRAPH_URL": server.origin}
    )
    server.answer = answer({"data": []})

    [key] = {each.key for each in centre.configuration.channels.values()}
    assert await centre.channel.templates(key) == []

    [call] = server.asked
    assert call.path.startswith(f"/v27.0/{ACCOUNT}/message_templates?")
    await cast(AzurePorts, centre.ports).close()


@pytest.mark.parametrize("provider", Provider)
async def test_where_no_setting_names_a_provider_it_takes_nothing_and_has_nothing(provider: Provider) -> None:
    channel = AzurePorts(read_settings({})).channel_at(provider)

    assert channel.repeats_harmlessly(SHIPMENT)
    outcome = await channel.send(SHIPMENT)
    assert isinstance(outcome, Postponed)
    assert not outcome.in_doubt
    with pytest.raises(Unavailable):
        await channel.templates(NUMBER)
    with pytest.raises(Unavailable):
        async with channel.media(provider, "65463453"):
            pass
    with pytest.raises(Unavailable):
        await channel.mark_read(NUMBER, "wamid.HBgL==")


class TestReading:
    """That customers are shown what the team has read."""

    async def test_is_not_said_unless_the_settings_say_so(
        self, channel: WhatsAppCloudChannel, server: AnsweringServer
    ) -> None:
        await channel.mark_read(NUMBER, "wamid.HBgL==")

        assert server.asked == []

    @pytest.mark.parametrize("fails", [None, error(131009), Answer(status=500), Answer(hangs=True)], ids=repr)
    async def test_is_said_in_one_call(self, server: AnsweringServer, fails: Answer | None) -> None:
        channel = WhatsAppCloudChannel(settings(server, marks_read=True), {}, answer_within=WAIT)
        server.answer = fails or answer({"success": True})

        if fails:
            with pytest.raises(Unavailable):
                await channel.mark_read(NUMBER, "wamid.HBgL==")
        else:
            await channel.mark_read(NUMBER, "wamid.HBgL==")

        [call] = server.asked
        assert call.path == f"/v27.0/{NUMBER}/messages"
        assert json.loads(call.body) == {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": "wamid.HBgL==",
        }
        await channel.close()


async def test_it_is_closed_with_its_connections(server: AnsweringServer) -> None:
    channel = WhatsAppCloudChannel(settings(server), {})
    await channel.close()

    with pytest.raises(RuntimeError, match="closed"):
        await channel.send(SHIPMENT)
