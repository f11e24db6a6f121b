"""Who may reply to which conversation."""

import pytest

from shared.configuration import WhenWindowClosed
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.words import ConversationStatus
from tests.fakes.world import BRUNO, HOURS, SAM, refusal
from tests.unit.app.replies.worlds import closed, silent_for

TEMPLATE, HOLD, REJECT = WhenWindowClosed
DAY = 24 * HOURS


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
            call = world.centre.replies.get(conversation_id, "x", lambda _: True)
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
        assert second.outgoing == first.outgoing
        assert world.phone == ["Un"]
