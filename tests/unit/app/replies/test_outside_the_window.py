"""A reply meets the session window: as written inside it, by the policy outside."""

import pytest

from shared.configuration import WhenWindowClosed
from shared.vocabulary.message import Media, TemplateUse
from shared.vocabulary.words import HeldStatus, MessageKind, MessageStatus
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World, refusal
from tests.unit.app.replies.worlds import PING, closed, silent_for

TEMPLATE, HOLD, REJECT = WhenWindowClosed
DAY = 24 * HOURS


class TestWhichWindow:
    @pytest.mark.parametrize("seconds", [0, 1 * HOURS, DAY - 61])
    async def test_inside_a_reply_goes_out_as_written(self, seconds: float) -> None:
        world = await silent_for(seconds)
        state = await world.reply("Me voici")
        assert world.phone == ["Me voici"]
        assert (state.outgoing.status, state.outgoing.held, state.ping) == (MessageStatus.SENT, None, None)

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
        assert (state.outgoing.status, state.outgoing.held) == (MessageStatus.HELD, HeldStatus.HELD)
        assert state.ping is not None
        assert state.ping.status is MessageStatus.SENT

    async def test_template_with_holding_switched_off_is_the_template_alone(self) -> None:
        world = await closed(hold={"enabled": False})
        state = await world.reply("Me voici")
        assert world.phone == [PING.format("Me voici")]
        assert (state.outgoing.status, state.outgoing.held) == (MessageStatus.SENT, None)
        assert (await refusal(world.reply("Encore"))).code == "window_closed"
        await world.customer("Oui ?")
        assert world.phone == [PING.format("Me voici")]

    async def test_hold_sends_nothing(self) -> None:
        world = await closed(when_window_closed="hold")
        state = await world.reply("Me voici")
        assert world.phone == []
        assert state.outgoing.held is HeldStatus.HELD

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
        await world.customer("Bonjour")
        await world.change(window_from=None)
        assert (await refusal(world.reply("Me voici"))).code == "window_closed"


class TestOnePing:
    async def test_the_second_reply_is_held_behind_the_first_ping(self) -> None:
        world = await closed()
        await world.reply("Un")
        state = await world.reply("Deux")
        assert world.phone == [PING.format("Un")]
        assert (state.outgoing.held, state.ping) == (HeldStatus.HELD, None)

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
        assert state.outgoing.held is HeldStatus.HELD

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
