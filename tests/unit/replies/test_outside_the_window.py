"""A reply meets the session window: as written inside it, by the policy outside."""

from typing import Any

import pytest

from shared.configuration import WhenWindowClosed
from shared.sending.channel import ListedTemplate
from shared.vocabulary.message import Media, TemplateUse
from shared.vocabulary.words import ConversationStatus, HeldStatus, MessageKind, MessageStatus
from tests.fakes.world import BRUNO, CHANNEL, HOURS, SAM, World, refusal, sample

TEMPLATE, HOLD, REJECT = WhenWindowClosed
DAY = 24 * HOURS
PING = "Bonjour client, nous avons une réponse pour vous : {}"


async def silent_for(seconds: float, **replies: Any) -> World:
    """The customer wrote that long ago."""
    world = World(sample(**replies))
    await world.customer("Bonjour")
    await world.pass_time(seconds)
    return world


async def closed(**replies: Any) -> World:
    """The window of the only contact is closed."""
    return await silent_for(25 * HOURS, **replies)


class TestWhichWindow:
    @pytest.mark.parametrize("seconds", [0, 1 * HOURS, DAY - 61])
    async def test_inside_a_reply_goes_out_as_written(self, seconds: float) -> None:
        world = await silent_for(seconds)
        state = await world.reply("Me voici")
        assert world.phone == ["Me voici"]
        assert (state.row.status, state.row.held, state.ping) == (MessageStatus.SENT, None, None)

    @pytest.mark.parametrize("seconds", [DAY - 60, DAY - 1, DAY, 2 * DAY])
    async def test_in_its_last_minute_the_window_counts_as_closed(self, seconds: float) -> None:
        world = await silent_for(seconds)
        await world.reply("Me voici")
        assert world.phone == [PING.format("Me voici")]

    async def test_the_margin_is_the_workstreams(self) -> None:
        world = await silent_for(DAY - 60, margin="30s")
        await world.reply("Me voici")
        assert world.phone == ["Me voici"]

    async def test_files_go_out_with_their_caption(self) -> None:
        world = await silent_for(0)
        await world.reply(media=Media(uri="https://example.com/a.png", caption="Le plan"))
        (shipment,) = world.channel.sent
        assert (shipment.content.kind, shipment.content.words) == (MessageKind.IMAGE, "Le plan")
        assert world.history()[-1].media == shipment.content.media


class TestPolicy:
    async def test_template_sends_the_template_and_holds_the_words(self) -> None:
        world = await closed()
        state = await world.reply("Me voici")
        assert world.phone == [PING.format("Me voici")]
        assert (state.row.status, state.row.held) == (MessageStatus.HELD, HeldStatus.HELD)
        assert state.ping is not None
        assert state.ping.status is MessageStatus.SENT

    async def test_template_with_holding_switched_off_is_the_template_alone(self) -> None:
        world = await closed(hold={"enabled": False})
        state = await world.reply("Me voici")
        assert world.phone == [PING.format("Me voici")]
        assert (state.row.status, state.row.held) == (MessageStatus.SENT, None)
        assert (await refusal(world.reply("Encore"))).code == "window_closed"
        await world.customer("Oui ?")
        assert world.phone == [PING.format("Me voici")]

    async def test_hold_sends_nothing(self) -> None:
        world = await closed(when_window_closed="hold")
        state = await world.reply("Me voici")
        assert world.phone == []
        assert state.row.held is HeldStatus.HELD

    async def test_reject_keeps_nothing_and_names_the_templates(self) -> None:
        world = await closed(when_window_closed="reject")
        refused = await refusal(world.reply("Me voici"))
        assert refused.code == "window_closed"
        assert {"name": "follow_up", "language": "fr"} in refused.extra["templates"]
        assert len(world.history()) == 1
        assert world.contact.held == ()

    @pytest.mark.parametrize("policy", ["template", "hold", "reject"])
    @pytest.mark.parametrize("wish", [TEMPLATE, HOLD, REJECT])
    async def test_what_the_request_asks_for_comes_first(self, policy: str, wish: WhenWindowClosed) -> None:
        world = await closed(when_window_closed=policy)
        if wish is REJECT:
            assert (await refusal(world.reply("Me voici", when_closed=wish))).code == "window_closed"
        else:
            await world.reply("Me voici", when_closed=wish)
        assert world.phone == ([PING.format("Me voici")] if wish is TEMPLATE else [])

    async def test_a_window_that_was_never_open_is_closed(self) -> None:
        world = World(sample(when_window_closed="reject"))
        await world.customer(messageType="reaction", reaction={"messageId": "m", "emoji": "👍"})
        assert (await refusal(world.reply("Me voici"))).code == "window_closed"


class TestOnePing:
    async def test_the_second_reply_is_held_behind_the_first_ping(self) -> None:
        world = await closed()
        await world.reply("Un")
        state = await world.reply("Deux")
        assert world.phone == [PING.format("Un")]
        assert (state.row.held, state.ping) == (HeldStatus.HELD, None)

    async def test_another_ping_is_sent_once_the_customer_wrote_again(self) -> None:
        world = await closed()
        await world.reply("Un")
        await world.customer("Oui ?")
        await world.pass_time(25 * HOURS)
        await world.reply("Deux")
        assert world.phone == [PING.format("Un"), "Un", PING.format("Deux")]

    @pytest.mark.parametrize("seconds", [DAY - 30, DAY + 30])
    async def test_a_template_that_the_agent_chose_is_the_ping(self, seconds: float) -> None:
        world = await silent_for(seconds)
        await world.reply(template=TemplateUse(name="order_update", language="fr", parameters=("Ana", "A-17")))
        state = await world.reply("Deux")
        assert world.phone == ["Bonjour Ana, votre commande A-17 est en route."]
        assert state.row.held is HeldStatus.HELD

    async def test_a_template_inside_the_window_is_none(self) -> None:
        world = await silent_for(0)
        await world.reply(template=TemplateUse(name="order_update", language="fr", parameters=("Ana", "A-17")))
        await world.pass_time(25 * HOURS)
        await world.reply("Deux")
        assert world.phone[1:] == [PING.format("Deux")]

    async def test_a_reaction_is_no_answer(self) -> None:
        world = await closed()
        await world.reply("Un")
        await world.customer(messageType="reaction", reaction={"messageId": "m", "emoji": "👍"})
        await world.reply("Deux")
        assert world.phone == [PING.format("Un")]
        assert len(world.contact.held) == 2


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
        world = await closed(fallback_template={"name": "follow_up", "parameters": ["{reply.text}", "Deux"]})
        await world.reply("{{2}}")
        assert world.phone == ["Bonjour {{2}}, nous avons une réponse pour vous : Deux"]

    async def test_the_agents_name_may_be_a_parameter(self) -> None:
        world = await closed(fallback_template={"name": "follow_up", "parameters": ["{agent.name|équipe}", "Bonjour"]})
        await world.reply("Me voici")
        assert world.phone == ["Bonjour Ana, nous avons une réponse pour vous : Bonjour"]

    async def test_a_file_without_a_caption_leaves_no_template_if_there_is_no_default(self) -> None:
        world = await closed()
        refused = await refusal(world.reply(media=Media(uri="https://example.com/a.png")))
        assert refused.code == "window_closed"

    async def test_a_file_without_a_caption_is_announced_by_the_default(self) -> None:
        parameters = ["client", "{reply.text:200|un fichier}"]
        world = await closed(fallback_template={"name": "follow_up", "parameters": parameters})
        await world.reply(media=Media(uri="https://example.com/a.png"))
        assert world.phone == [PING.format("un fichier")]

    async def test_the_language_is_one_that_the_channel_lists_as_approved(self) -> None:
        world = await closed()
        world.channel.listed[CHANNEL] = [
            ListedTemplate(name="follow_up", language="fr", status="paused", body=None),
            ListedTemplate(name="follow_up", language="en", status="approved", body=None),
        ]
        await world.reply("Me voici")
        assert world.phone == ["Hello client, we have an answer for you: Me voici"]

    async def test_the_channel_is_asked_in_the_windows_last_minute_too(self) -> None:
        world = await silent_for(DAY - 30)
        world.channel.listed[CHANNEL] = []
        assert (await refusal(world.reply("Me voici"))).code == "window_closed"

    @pytest.mark.parametrize("status", ["paused", "rejected", None])
    async def test_no_usable_template_is_said_with_those_that_are(self, status: str | None) -> None:
        world = await closed()
        world.channel.listed[CHANNEL] = [
            ListedTemplate(name="order_update", language="fr", status="approved", body=None),
            *([ListedTemplate(name="follow_up", language="fr", status=status, body=None)] if status else []),
        ]
        refused = await refusal(world.reply("Me voici"))
        assert refused.code == "window_closed"
        assert refused.extra["templates"] == [{"name": "order_update", "language": "fr"}]

    async def test_a_channel_that_lists_no_template_has_none_to_use(self) -> None:
        world = await closed()
        world.channel.listed[CHANNEL] = []
        refused = await refusal(world.reply("Me voici"))
        assert refused.extra["templates"] == []

    async def test_a_channel_that_does_not_answer_is_not_held_against_a_template(self) -> None:
        world = await closed()
        await world.reply("Me voici")
        assert world.phone == [PING.format("Me voici")]

    async def test_a_chosen_template_that_the_channel_does_not_list_is_refused(self) -> None:
        world = await silent_for(0)
        world.channel.listed[CHANNEL] = [
            ListedTemplate(name="follow_up", language="fr", status="approved", body=None),
        ]
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


class TestWhoMay:
    async def test_an_agents_reply_takes_the_conversation_that_nobody_has(self) -> None:
        world = await silent_for(0)
        await world.reply("Me voici")
        assert (world.conversation.agent, world.conversation.status) == ("ana", ConversationStatus.ACTIVE)
        assert [(row["agent"], row["status"]) for row in world.listed()] == [("ana", "active")]

    async def test_a_supervisors_reply_assigns_nobody(self) -> None:
        world = await silent_for(0)
        await world.reply("Me voici", replier=SAM)
        assert (world.conversation.agent, world.conversation.status) == (None, ConversationStatus.OPEN)

    async def test_another_agent_is_refused_and_a_supervisor_is_not(self) -> None:
        world = await silent_for(0)
        await world.reply("Un")
        assert (await refusal(world.reply("Deux", replier=BRUNO))).code == "not_assigned_to_you"
        await world.reply("Trois", replier=SAM)
        assert world.phone == ["Un", "Trois"]
        assert world.conversation.agent == "ana"

    async def test_a_conversation_that_does_not_exist_is_not_found(self) -> None:
        world = await silent_for(0)
        other = f"{'0' * 32}-{world.conversation.id[-26:]}"
        for conversation_id in (other, "nonsense"):
            call = world.centre.replies.get(conversation_id, "x", lambda _: True, world.soon)
            assert (await refusal(call)).code == "conversation_not_found"


class TestOptedOut:
    async def test_inside_the_window_a_direct_answer_goes_out(self) -> None:
        world = await silent_for(0)
        await world.change(opted_out=True)
        await world.reply("C'est noté")
        assert world.phone == ["C'est noté"]

    @pytest.mark.parametrize("wish", [TEMPLATE, HOLD, REJECT])
    async def test_outside_nothing_goes_out_and_nothing_is_held(self, wish: WhenWindowClosed) -> None:
        world = await closed()
        await world.change(opted_out=True)
        assert (await refusal(world.reply("Me voici", when_closed=wish))).code == "opted_out"
        template = TemplateUse(name="order_update", language="fr", parameters=("Ana", "A-17"))
        assert (await refusal(world.reply(template=template))).code == "opted_out"
        assert world.phone == []
        assert world.contact.held == ()


class TestClosedConversation:
    async def test_a_reply_to_it_is_refused(self) -> None:
        world = await silent_for(0)
        conversation_id = world.conversation.id
        await world.close()
        await world.customer("Me revoilà")
        refused = await refusal(world.reply("Un", conversation_id=conversation_id))
        assert refused.code == "conversation_closed"
        assert world.phone == []

    async def test_so_is_one_to_the_conversation_of_a_merged_contact(self) -> None:
        world = await silent_for(0)
        conversation_id = world.conversation.id
        await world.customer("Par nom", phone="", bsuid="FR.1")
        await world.customer("C'est moi", bsuid="FR.1")
        await world.drain()
        refused = await refusal(world.reply("Un", conversation_id=conversation_id))
        assert refused.code == "conversation_closed"
        await world.reply("Deux", to="FR.1")
        assert world.phone == ["Deux"]

    async def test_a_reply_that_was_accepted_before_is_still_the_same_reply(self) -> None:
        """The same key finds it, also after the contact was merged."""
        world = await silent_for(0)
        conversation_id = world.conversation.id
        first = await world.reply("Un", key="k1")
        await world.customer("Par nom", phone="", bsuid="FR.1")
        await world.customer("C'est moi", bsuid="FR.1")
        await world.drain()
        second = await world.reply("Un", key="k1", conversation_id=conversation_id)
        assert second.row == first.row
        assert world.phone == ["Un"]
