"""In which language a template goes out, and how that is spelled."""

import pytest

from shared.configuration import WhenWindowClosed
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.templates import ListedTemplate
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World, refusal

TEXTS = {"pt-PT": "Olá {{1}}, temos uma resposta: {{2}}", "pt-BR": "Oi {{1}}, temos uma resposta: {{2}}"}
PORTUGAL, BRAZIL = "Olá client, temos uma resposta: Sim", "Oi client, temos uma resposta: Sim"


def listed(*languages: str) -> list[ListedTemplate]:
    return [ListedTemplate(name="follow_up", language=language, status="approved") for language in languages]


async def world_in(language: str | None, *, window_closed: bool = True, lists: bool = True) -> World:
    """The workstream writes Brazilian, though Portugal's text stands first; the channel lists both, if it answers."""
    world = World(sample(languages=["en", "pt_br"], templates={"follow_up": TEXTS}))
    if lists:
        await world.lists(*listed("pt_PT", "pt_BR"))
    await world.customer("Oi")
    await world.change(language=language)
    if window_closed:
        await world.pass_time(25 * HOURS)
    return world


@pytest.mark.parametrize(
    ("language", "text", "sent_as"),
    [
        ("pt_BR", BRAZIL, "pt_BR"),
        ("pt-BR", BRAZIL, "pt_BR"),
        ("pt", BRAZIL, "pt_BR"),
        (None, BRAZIL, "pt_BR"),
        ("pt_PT", PORTUGAL, "pt_PT"),
        ("pt_AO", BRAZIL, "pt_BR"),
    ],
)
async def test_the_contacts_language_is_found_in_any_spelling_and_sent_as_the_channel_lists_it(
    language: str | None, text: str, sent_as: str
) -> None:
    world = await world_in(language)
    state = await world.reply("Sim")
    assert world.phone == [text]
    (shipment,) = world.channel.sent
    assert shipment.content.template is not None
    assert shipment.content.template.language == sent_as
    assert state.ping is not None
    assert state.ping.content.template == shipment.content.template


@pytest.mark.parametrize("spelled", ["pt_br", "pt-BR", "pt_BR"])
async def test_the_channels_own_spelling_goes_out(spelled: str) -> None:
    world = await world_in("pt-BR")
    await world.lists(*listed("pt_PT", spelled))
    await world.reply("Sim")
    (shipment,) = world.channel.sent
    assert shipment.content.template is not None
    assert shipment.content.template.language == spelled


async def test_while_the_channel_can_not_be_asked_whatsapps_spelling_goes_out() -> None:
    world = await world_in("pt-BR", lists=False)
    await world.reply("Sim")
    (shipment,) = world.channel.sent
    assert shipment.content.template is not None
    assert shipment.content.template.language == "pt_BR"


async def test_what_the_channel_does_not_list_is_passed_over() -> None:
    world = await world_in("pt-BR")
    await world.lists(*listed("pt_PT"))
    await world.reply("Sim")
    assert world.phone == [PORTUGAL]


@pytest.mark.parametrize("written", ["pt-BR", "pt_br", "pt_BR", ""])
async def test_a_chosen_language_is_found_in_any_spelling(written: str) -> None:
    world = await world_in("pt", window_closed=False)
    await world.reply(template=TemplateUse(name="follow_up", language=written, parameters=("client", "Sim")))
    assert world.phone == [BRAZIL]
    (shipment,) = world.channel.sent
    assert shipment.content.template is not None
    assert shipment.content.template.language == "pt_BR"


async def test_usable_templates_are_named_as_the_channel_lists_them() -> None:
    world = await world_in("pt")
    await world.lists(*listed("pt_br"))
    refused = await refusal(world.reply("Sim", when_closed=WhenWindowClosed.REJECT))
    assert refused.extra["templates"] == [{"name": "follow_up", "language": "pt_br"}]
