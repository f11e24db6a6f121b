"""Templates of the file at a channel that lists them as WhatsApp does: the app with each adapter at the stand-in."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio

from dev.stack.whatsapp.catalogue import Channel
from shared.adapters.acs import AcsChannel
from shared.composition import ContactCentre
from shared.vocabulary.message import ButtonValue, HeaderValue, Location, Media, TemplateUse
from tests.contract.ports.channels import cloud_channel
from tests.contract.whatsapp.cloud import ACCOUNT, PHONE_NUMBER_ID, Cloud, at_meta
from tests.contract.whatsapp.stand_in import CHANNEL, KEY, StandIn, running
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World, refusal

TEXTS = {"pt-PT": "Olá {{1}}, temos uma resposta: {{2}}", "pt-br": "Oi {{1}}, temos uma resposta: {{2}}"}
USE = TemplateUse(name="follow_up", language="pt-BR", parameters=("Ana", "Sim"))
SUFFIX = ButtonValue(url_suffix="a/17")
TRACK = {"type": "URL", "text": "Ver", "url": "https://shop.example/{{1}}"}
BUTTONS = [
    {"type": "QUICK_REPLY", "text": "Sim"},
    {"type": "URL", "text": "Loja", "url": "https://shop.example"},
    TRACK,
]
FOOTER = {"type": "FOOTER", "text": "Contoso"}
SENT = "Oi Ana, temos uma resposta: Sim"


def definition(language: str, *others: dict[str, Any]) -> dict[str, Any]:
    """What WhatsApp lists of the template in that language."""
    body = {"type": "BODY", "text": TEXTS["pt-br" if language == "pt_BR" else "pt-PT"]}
    return {"name": "follow_up", "language": language, "status": "APPROVED", "components": [*others, body]}


@dataclass
class Place:
    """The app, the window of its only contact closed, and the other side."""

    world: World
    centre: ContactCentre
    stand_in: StandIn

    async def lists(self, *definitions: dict[str, Any]) -> None:
        """WhatsApp lists these, and the app has asked for them."""
        assert (await self.stand_in.call("PUT", f"/channels/{CHANNEL}/templates", list(definitions)))[0] == 200
        await self.centre.templates.read(CHANNEL)

    async def phone(self) -> list[tuple[str, str, str]]:
        return [(each["text"], each["template"]["language"], each["status"]) for each in await self.stand_in.messages()]

    async def failed(self, message_id: str) -> str:
        """The code with which a message failed."""
        if isinstance(self.stand_in, Cloud):
            status = await self.stand_in.app.status(message_id, "failed")
            return str(status["errors"][0]["code"])
        failed = await self.stand_in.webhook.status(message_id, "Failed")
        return str(failed["error"]["channelCode"])


async def outside_the_window(configuration: str) -> World:
    """A world with one contact, whose window is closed."""
    world = World(configuration)
    await world.customer("Oi")
    await world.change(language="pt")
    await world.pass_time(25 * HOURS)
    return world


@asynccontextmanager
async def at_acs(configuration: str) -> AsyncIterator[Place]:
    async with running() as stand_in:
        channel = AcsChannel.from_connection_string(f"endpoint={stand_in.address}/;accesskey={KEY}")
        world = await outside_the_window(configuration)
        yield Place(world, world.worker(channel=channel), stand_in)
        await channel.close()


@asynccontextmanager
async def at_the_cloud(configuration: str) -> AsyncIterator[Place]:
    """The number was at ACS when the customer wrote, so that all is kept under the id that it had there."""
    document = json.loads(configuration)
    document["channels"]["support_fr"] |= {
        "provider": "whatsapp_cloud",
        "id": PHONE_NUMBER_ID,
        "account": ACCOUNT,
        "moved_from": CHANNEL,
        "moved_at": "2026-11-24T10:00:00Z",
    }
    number = Channel(name="support", id=PHONE_NUMBER_ID, account=ACCOUNT, moved_from=(CHANNEL,))
    async with at_meta(number) as cloud:
        channel = cloud_channel(cloud)
        world = await outside_the_window(json.dumps(document))
        yield Place(world, world.worker(cloud=channel), cloud)
        await channel.close()


@pytest_asyncio.fixture(params=[at_acs, at_the_cloud], ids=["acs", "cloud"])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    async with request.param(sample(languages=["en", "pt-BR"], templates={"follow_up": TEXTS})) as there:
        yield there


async def test_a_template_goes_out_under_whatsapps_spelling(place: Place) -> None:
    await place.lists(definition("pt_PT"), definition("pt_BR"))
    await place.world.reply("Sim", by=place.centre)
    ((text, language, status),) = await place.phone()
    assert (text, language) == ("Oi client, temos uma resposta: Sim", "pt_BR")
    assert status != "failed"


@pytest.mark.parametrize(
    ("part", "code", "path"),
    [
        ({"type": "HEADER", "format": "IMAGE"}, "template_parameters", "header"),
        ({"type": "HEADER", "format": "TEXT", "text": "N° {{1}}"}, "template_parameters", "header"),
        ({"type": "BUTTONS", "buttons": [TRACK]}, "template_parameters", "buttons[0]"),
        ({"type": "BUTTONS", "buttons": [{"type": "COPY_CODE"}]}, "template_not_approved", "template"),
    ],
)
async def test_what_would_be_refused_is_not_sent_and_the_fallback_takes_another_language(
    place: Place, part: dict[str, Any], code: str, path: str
) -> None:
    await place.lists(definition("pt_PT"), definition("pt_BR", part))
    refused = await refusal(place.world.reply(template=USE, by=place.centre))
    assert (refused.code, [where for where, _ in refused.errors]) == (code, [path])
    assert await place.phone() == []
    await place.world.reply("Sim", by=place.centre)
    ((text, _, status),) = await place.phone()
    assert (text, status != "failed") == ("Olá client, temos uma resposta: Sim", True)


FILE = "https://files.example/a.png"


@pytest.mark.parametrize(
    ("header", "value", "shown"),
    [
        ({"format": "IMAGE"}, HeaderValue(media=Media(uri=FILE)), {}),
        ({"format": "TEXT", "text": "N° {{1}}"}, HeaderValue(text=" A\n17 "), {"header": "N° A 17"}),
        (
            {"format": "LOCATION"},
            HeaderValue(location=Location(latitude=38.7, longitude=-9.1, name="Loja")),
            {"header": "Loja, 38.7, -9.1"},
        ),
    ],
)
@pytest.mark.parametrize(
    ("given", "payload"), [((SUFFIX,), "Sim"), ((ButtonValue(payload="SIM"), SUFFIX), "SIM")], ids=["suffix", "both"]
)
async def test_values_reach_the_header_and_the_buttons(
    place: Place,
    header: dict[str, str],
    value: HeaderValue,
    shown: dict[str, str],
    given: tuple[ButtonValue, ...],
    payload: str,
) -> None:
    await place.lists(
        definition("pt_BR", {"type": "HEADER", **header}, FOOTER, {"type": "BUTTONS", "buttons": BUTTONS})
    )
    await place.world.reply(template=replace(USE, header=value, buttons=given), by=place.centre)
    (message,) = await place.stand_in.messages()
    buttons = [
        {"text": "Sim", "payload": payload},
        {"text": "Loja", "url": "https://shop.example"},
        {"text": "Ver", "url": "https://shop.example/a/17"},
    ]
    around = {"footer": "Contoso", "buttons": buttons, **shown}
    assert (message["status"] != "failed", message["text"]) == (True, SENT)
    assert message["template"] == {"name": "follow_up", "language": "pt_BR", "parameters": ["Ana", "Sim"], **around}
    assert message["media"] == (None if shown else {"uri": FILE, "fileName": None})


async def test_parameters_that_have_names_are_given_by_these_where_the_provider_has_a_way(place: Place) -> None:
    """Meta does; ACS has no field for them."""
    body = {"type": "BODY", "text": "Oi {{nome}}, temos uma resposta: {{resposta}}"}
    named = [{"type": "HEADER", "format": "TEXT", "text": "N° {{numero}}"}, body]
    await place.lists(definition("pt_PT"), {**definition("pt_BR"), "components": named})
    reply = place.world.reply(template=replace(USE, header=HeaderValue(text="A-17")), by=place.centre)
    if not isinstance(place.stand_in, Cloud):
        assert (await refusal(reply)).code == "template_not_approved"
        return
    await reply
    (message,) = await place.stand_in.messages()
    assert (message["status"] != "failed", message["text"], message["template"]["header"]) == (True, SENT, "N° A-17")


async def test_a_template_that_is_refused_though_its_list_was_just_read_is_not_sent_again(place: Place) -> None:
    await place.lists(definition("pt_PT"), definition("pt_BR"))
    await place.stand_in.fault(status="failed:132000")
    state = await place.world.reply(template=USE, by=place.centre)
    assert state.outgoing.message_id is not None
    code = await place.failed(state.outgoing.message_id)
    await place.world.status(state.outgoing.message_id, "Failed", code=code, by=place.centre)

    refused = await refusal(place.world.reply(template=USE, by=place.centre))
    assert refused.code == "template_not_approved"
    await place.world.reply("Sim", by=place.centre)
    assert [language for _, language, _ in await place.phone()] == ["pt_BR", "pt_PT"]

    await place.lists(definition("pt_BR", {"type": "FOOTER", "text": "Contoso"}))
    await place.world.reply(template=USE, by=place.centre)
    assert (await place.phone())[-1][:2] == (SENT, "pt_BR")
