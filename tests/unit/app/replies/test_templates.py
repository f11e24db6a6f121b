"""Templates: which one stands in for a reply, what its parameters say, and which an agent may choose."""

import pytest

from shared.configuration import WhenWindowClosed
from shared.vocabulary.message import Media, TemplateUse
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import Delivery
from tests.fakes.world import HOURS, refusal
from tests.unit.app.replies.worlds import PING, closed, silent_for

TEMPLATE, HOLD, REJECT = WhenWindowClosed
DAY = 24 * HOURS


class TestTemplates:
    @pytest.mark.parametrize(
        ("words", "parameter"),
        [
            ("Une ligne\nDeux\tmots   et plus\r\n", "Une ligne Deux mots et plus"),
            ("mot " * 100, "mot " * 49 + "mot…"),
            ("x" * 300, "x" * 199 + "…"),
            ("{{1}} et {{2}}", "{{1}} et {{2}}"),
        ],
    )
    async def test_the_words_become_a_parameter(self, words: str, parameter: str) -> None:
        world = await closed()
        await world.reply(words)
        (shipment,) = world.channel.sent
        assert shipment.content.template is not None
        assert shipment.content.template.parameters == ("client", parameter)
        assert len(parameter) <= 200
        assert shipment.content.text == PING.format(parameter)

    async def test_a_parameter_that_looks_like_a_place_is_no_place(self) -> None:
        world = await closed(fallback_template={"name": "follow_up", "parameters": ["{reply.text|…}", "Deux"]})
        await world.reply("{{2}}")
        assert world.phone == ["Bonjour {{2}}, nous avons une réponse pour vous : Deux"]

    async def test_the_agents_name_may_be_a_parameter(self) -> None:
        world = await closed(fallback_template={"name": "follow_up", "parameters": ["{agent.name|équipe}", "Bonjour"]})
        await world.reply("Me voici")
        assert world.phone == ["Bonjour Ana, nous avons une réponse pour vous : Bonjour"]

    async def test_a_value_that_is_empty_leaves_no_template(self) -> None:
        parameters = ["{contact.name}", "{reply.text:200|un fichier}"]
        world = await closed(fallback_template={"name": "follow_up", "parameters": parameters})
        (passed_over, _) = (await world.reply("Me voici")).outgoing.passed_over
        assert (passed_over.language, passed_over.reason) == ("fr", "has no value for {{1}}")
        assert world.phone == []

    async def test_a_file_without_a_caption_is_announced_by_the_default(self) -> None:
        parameters = ["client", "{reply.text:200|un fichier}"]
        world = await closed(fallback_template={"name": "follow_up", "parameters": parameters})
        await world.reply(media=Media(uri="https://example.com/a.png"))
        assert world.phone == [PING.format("un fichier")]

    async def test_the_language_is_one_that_the_channel_lists_as_approved(self) -> None:
        world = await closed()
        await world.lists(
            ListedTemplate(name="follow_up", language="fr", status="paused"),
            ListedTemplate(name="follow_up", language="en", status="approved"),
        )
        await world.reply("Me voici")
        assert world.phone == ["Hello client, we have an answer for you: Me voici"]

    async def test_the_channel_is_asked_in_the_windows_last_minute_too(self) -> None:
        world = await silent_for(DAY - 30)
        await world.lists()
        assert (await world.reply("Me voici")).outgoing.delivery is Delivery.HELD

    @pytest.mark.parametrize("status", ["paused", "rejected", None])
    async def test_where_nothing_is_held_no_usable_template_is_said_with_those_that_are(
        self, status: str | None
    ) -> None:
        world = await closed(hold={"enabled": False})
        await world.lists(
            ListedTemplate(name="order_update", language="fr", status="approved"),
            *([ListedTemplate(name="follow_up", language="fr", status=status)] if status else []),
        )
        refused = await refusal(world.reply("Me voici"))
        assert refused.code == "window_closed"
        assert refused.extra["templates"] == [{"name": "order_update", "language": "fr"}]

    async def test_a_channel_that_lists_no_template_has_none_to_use(self) -> None:
        world = await closed(hold={"enabled": False})
        await world.lists()
        refused = await refusal(world.reply("Me voici"))
        assert refused.extra["templates"] == []

    async def test_a_channel_that_does_not_answer_is_not_held_against_a_template(self) -> None:
        world = await closed()
        await world.reply("Me voici")
        assert world.phone == [PING.format("Me voici")]

    async def test_a_chosen_template_that_the_channel_does_not_list_is_refused(self) -> None:
        world = await silent_for(0)
        await world.lists(
            ListedTemplate(name="follow_up", language="fr", status="approved"),
        )
        use = TemplateUse(name="order_update", language="fr", parameters=("Ana", "A-17"))
        refused = await refusal(world.reply(template=use))
        assert refused.code == "template_not_approved"
        assert [path for path, _ in refused.errors] == ["template"]

    @pytest.mark.parametrize(
        ("use", "code", "path"),
        [
            (TemplateUse(name="nothing", language="fr"), "template_not_approved", "template"),
            (TemplateUse(name="order_update", language="de"), "template_not_approved", "language"),
            (TemplateUse(name="order_update", language="fr", parameters=("a",)), "template_parameters", "parameters"),
            (
                TemplateUse(name="order_update", language="fr", parameters=("a", "\n")),
                "template_parameters",
                "parameters[1]",
            ),
        ],
    )
    async def test_what_is_wrong_with_a_chosen_template_is_named(self, use: TemplateUse, code: str, path: str) -> None:
        world = await silent_for(0)
        refused = await refusal(world.reply(template=use))
        assert (refused.code, [where for where, _ in refused.errors]) == (code, [path])
        assert world.phone == []

    async def test_a_chosen_template_speaks_the_contacts_language_unless_told(self) -> None:
        world = await silent_for(0)
        await world.reply(template=TemplateUse(name="order_update", language="", parameters=("Ana", "A\n17")))
        assert world.phone == ["Bonjour Ana, votre commande A 17 est en route."]
