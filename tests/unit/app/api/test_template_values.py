"""Values of a template's header and buttons over the API, and in a fallback of the configuration."""

from typing import Any

import pytest

from shared.vocabulary.message import ButtonValue, HeaderValue, Location, Media
from shared.vocabulary.templates import Button, Definition, Header, ListedTemplate
from shared.vocabulary.words import MessageKind
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World
from tests.unit.app.api.desk import Desk

FILE = "https://files.example/a.png"
ORDER = "Bonjour {{1}}, votre commande {{2}} est en route."
BODY = {"kind": "template", "template": "order_update", "language": "fr", "parameters": ["Ana", "A-17"]}
YES = Button(type="QUICK_REPLY", text="Oui")
TRACK = Button(type="URL", text="Suivre", url="https://shop.example/{{1}}")
BUTTONS = [{"payload": "OUI"}, {"urlSuffix": "a/17"}]


async def world_with(header: Header, **replies: Any) -> World:
    """A contact with a conversation; the channel lists its templates so."""
    world = World(sample(**replies))
    definition = Definition(body=ORDER, header=header, buttons=(YES, TRACK))
    names = ("order_update", "follow_up")
    await world.lists(
        *(ListedTemplate(name=name, language="fr", status="approved", definition=definition) for name in names)
    )
    await world.customer("Bonjour")
    return world


async def desk_with(header: Header) -> Desk:
    """Ana's desk in that world."""
    desk = Desk(await world_with(header))
    await desk.hire("ana", "general", "billing")
    return desk


async def send(desk: Desk, **values: Any) -> Any:
    return await desk.post(f"/conversations/{desk.world.conversation.id}/replies", {**BODY, **values})


@pytest.mark.parametrize(
    ("header", "given", "sent"),
    [
        (Header(format="IMAGE"), {"mediaUri": FILE}, HeaderValue(media=Media(uri=FILE), kind=MessageKind.IMAGE)),
        (Header(format="TEXT", text="N° {{1}}"), {"text": " A \n 17"}, HeaderValue(text="A 17")),
        (
            Header(format="LOCATION"),
            {"location": {"latitude": 48, "longitude": 2.5, "name": "Boutique", "address": "1, rue A"}},
            HeaderValue(location=Location(latitude=48, longitude=2.5, name="Boutique", address="1, rue A")),
        ),
    ],
)
async def test_values_go_out_with_the_template(header: Header, given: dict[str, Any], sent: HeaderValue) -> None:
    desk = await desk_with(header)
    answer = await send(desk, header=given, buttons=BUTTONS)
    assert (answer.status, answer.json["status"]) == (201, "sent")
    use = desk.world.channel.sent[-1].content.template
    assert use
    assert use.header == sent
    assert use.buttons == (ButtonValue(payload="OUI"), ButtonValue(url_suffix="a/17"))


@pytest.mark.parametrize(
    ("values", "paths"),
    [
        ({}, {"header", "buttons[1]"}),
        ({"header": {"text": "A-17"}, "buttons": BUTTONS}, {"header"}),
        ({"header": {"mediaUri": FILE}, "buttons": [*BUTTONS, {"payload": "x"}]}, {"buttons[2]"}),
        ({"header": {"mediaUri": FILE}, "parameters": ["Ana", "\t"], "buttons": BUTTONS}, {"parameters[1]"}),
        ({"header": {"mediaUri": FILE}, "parameters": ["Ana"], "buttons": BUTTONS}, {"parameters"}),
    ],
)
async def test_what_does_not_fit_is_named(values: dict[str, Any], paths: set[str]) -> None:
    desk = await desk_with(Header(format="IMAGE"))
    answer = await send(desk, **values)
    assert (answer.refusal, answer.paths) == ((422, "template_parameters"), paths)
    assert desk.world.phone == []


@pytest.mark.parametrize(
    ("values", "paths"),
    [
        ({"header": {}}, {"header"}),
        ({"header": {"text": "a", "mediaUri": FILE}}, {"header"}),
        ({"header": {"mediaUri": "https://files.example/a b"}}, {"header.mediaUri"}),
        ({"header": {"text": "a\x07"}}, {"header.text"}),
        ({"header": {"location": {"latitude": 91, "longitude": 2}}}, {"header.location.latitude"}),
        ({"header": {"location": {"latitude": 1}}}, {"header.location.longitude"}),
        ({"buttons": [{"payload": "a"}, {}]}, {"buttons[1]"}),
        ({"buttons": [{"payload": "a", "urlSuffix": "b"}]}, {"buttons[0]"}),
        ({"buttons": [{"payload": "\u200b"}, {"urlSuffix": "a b"}]}, {"buttons[0].payload", "buttons[1].urlSuffix"}),
        ({"buttons": [{"payload": "a"}] * 11}, {"buttons"}),
        ({"parameters": ["Ana", "A\x1b17"]}, {"parameters[1]"}),
    ],
)
async def test_a_value_that_none_could_be_is_named(values: dict[str, Any], paths: set[str]) -> None:
    desk = await desk_with(Header(format="IMAGE"))
    answer = await send(desk, **values)
    assert (answer.refusal, answer.paths) == ((422, "invalid_request"), paths)


async def test_a_fallback_has_its_values_from_the_configuration() -> None:
    fallback = {
        "name": "follow_up",
        "parameters": ["{contact.name|client}", "{reply.text|…}"],
        "header": FILE,
        "buttons": ["q?q={contact.name|é l}&l={contact.language|fr}"],
    }
    world = await world_with(Header(format="VIDEO"), fallback_template=fallback)
    await world.pass_time(25 * HOURS)
    await world.reply("Un")
    use = world.channel.sent[-1].content.template
    assert use
    assert use.header == HeaderValue(media=Media(uri=FILE), kind=MessageKind.VIDEO)
    assert use.buttons == (ButtonValue(payload="Oui"), ButtonValue(url_suffix="q?q=%C3%A9%20l&l=fr"))


async def test_a_fallback_may_have_the_words_in_its_header_and_none_that_is_empty() -> None:
    fallback = {
        "name": "follow_up",
        "parameters": ["client", "{reply.text|un fichier}"],
        "header": "{reply.text:10|…}",
        "buttons": ["{contact.name}"],
    }
    world = await world_with(Header(format="TEXT", text="N° {{1}}"), fallback_template=fallback)
    await world.pass_time(25 * HOURS)
    (passed, *_) = (await world.reply("Une longue réponse")).outgoing.passed_over
    assert passed.reason == "buttons[0] is empty"
    await world.change(name="ana")
    await world.reply("Une longue réponse")
    use = world.channel.sent[-1].content.template
    assert use
    assert (use.header, use.buttons[1]) == (HeaderValue(text="Une…"), ButtonValue(url_suffix="ana"))


async def test_a_fallback_without_the_values_that_it_needs_is_passed_over() -> None:
    world = await world_with(Header(format="VIDEO"))
    await world.pass_time(25 * HOURS)
    (passed, *_) = (await world.reply("Un")).outgoing.passed_over
    assert (passed.language, "header" in passed.reason, "urlSuffix" in passed.reason) == ("fr", True, True)
    assert world.phone == []
