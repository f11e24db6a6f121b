"""How long a template becomes: at most 1,024 characters once it is filled."""

import pytest

from shared.vocabulary.characters import characters
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.words import Delivery
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World, refusal

MAX = 1024


def body_leaving(room: int) -> str:
    """A body that leaves so many characters for {{2}}, once {{1}} is `Ana`."""
    start = "Bonjour {{1}} : {{2}} "
    return start + "x" * (MAX - room - len("Bonjour Ana :  "))


async def closed_with(texts: dict[str, str], reply_text: str = "{reply.text|…}") -> World:
    """The window of the only contact is closed, and the fallback has these texts."""
    fallback = {"name": "follow_up", "parameters": ["Ana", reply_text]}
    world = World(sample(templates={"follow_up": texts}, fallback_template=fallback))
    await world.customer("Bonjour")
    await world.pass_time(25 * HOURS)
    return world


@pytest.mark.parametrize(
    ("room", "words", "parameter"),
    [
        (100, "a" * 100, "a" * 100),
        (100, "a" * 101, "a" * 99 + "…"),
        (100, "mots " * 30, "mots " * 19 + "mots…"),
        (100, "👍" * 50, "👍" * 50),
        (100, "👍" * 51, "👍" * 49 + "…"),
        (20, "a" * 21, "a" * 19 + "…"),
        (19, "a" * 19, "a" * 19),
    ],
)
async def test_the_replys_words_are_cut_to_what_the_body_leaves(room: int, words: str, parameter: str) -> None:
    world = await closed_with({"fr": body_leaving(room)})
    await world.reply(words)
    (shipment,) = world.channel.sent
    assert shipment.content.template is not None
    assert shipment.content.template.parameters == ("Ana", parameter)
    assert characters(shipment.content.text or "") <= MAX


@pytest.mark.parametrize(("room", "words"), [(19, "a" * 20), (10, "a" * 2000), (7, "Au revoir")])
async def test_a_template_that_leaves_fewer_than_20_characters_is_passed_over(room: int, words: str) -> None:
    texts = {"fr": body_leaving(room), "en": "Hello {{1}}: {{2}}"}
    world = await closed_with(texts)
    await world.reply(words)
    (shipment,) = world.channel.sent
    assert shipment.content.template is not None
    assert shipment.content.template.language == "en"
    alone = await closed_with({"fr": body_leaving(room)})
    (passed_over,) = (await alone.reply(words)).outgoing.passed_over
    assert passed_over.reason == "leaves too little room for the reply's words"
    assert alone.phone == []


async def test_words_that_stand_in_two_places_leave_room_for_both() -> None:
    world = await closed_with({"fr": "{{1}}, {{2}} " + "x" * 900 + " {{2}}"})
    await world.reply("a" * 500)
    (shipment,) = world.channel.sent
    assert shipment.content.template is not None
    text = shipment.content.text or ""
    assert text.count("…") == 2
    assert MAX - 2 < characters(text) <= MAX


async def test_the_limit_of_the_placeholder_still_holds() -> None:
    world = await closed_with({"fr": body_leaving(500)}, "{reply.text:200|…}")
    await world.reply("a" * 600)
    (shipment,) = world.channel.sent
    assert shipment.content.template is not None
    assert shipment.content.template.parameters[1] == "a" * 199 + "…"


async def test_where_another_parameter_is_too_long_no_template_goes_out() -> None:
    world = World(sample(fallback_template={"name": "follow_up", "parameters": ["{contact.name}", "Bonjour"]}))
    await world.customer("Bonjour")
    await world.change(name="n" * 1100)
    await world.pass_time(25 * HOURS)
    assert (await world.reply("Oui")).outgoing.delivery is Delivery.HELD
    assert world.phone == []


@pytest.mark.parametrize(
    ("parameters", "length"),
    [(("Ana", "a" * 1200), "1,242"), (("a" * 600, "👍" * 300), "1,239")],
)
async def test_chosen_parameters_that_are_too_long_are_refused_with_the_count(
    parameters: tuple[str, ...], length: str
) -> None:
    world = World(sample())
    await world.customer("Bonjour")
    refused = await refusal(
        world.reply(template=TemplateUse(name="order_update", language="fr", parameters=parameters))
    )
    assert refused.code == "template_parameters"
    ((path, message),) = refused.errors
    assert path == "parameters"
    assert f"{length} characters" in message
    assert "1,024" in message
    assert world.phone == []


async def test_chosen_parameters_may_fill_the_text_to_the_last_character() -> None:
    world = World(sample())
    await world.customer("Bonjour")
    text = "Bonjour , votre commande  est en route."
    use = TemplateUse(name="order_update", language="fr", parameters=("Ana", "a" * (MAX - len(text) - 3)))
    await world.reply(template=use)
    (said,) = world.phone
    assert len(said or "") == MAX
