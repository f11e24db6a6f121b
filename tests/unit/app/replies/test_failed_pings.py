"""A template that asks the customer to write fails for what it is: the next one is tried, once."""

from typing import Any

import pytest

from shared.sending.channel import Refusal
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.words import HeldStatus, MessageStatus
from tests.fakes.world import HOURS, World
from tests.unit.app.replies.worlds import closed

FRENCH = "Bonjour client, nous avons une réponse pour vous : Un"
ENGLISH = "Hello client, we have an answer for you: Un"
ORDER = "Bonjour client, votre commande Un est en route."
PAUSED = Refusal(code="132015", message="paused")
BOTH = {
    "fallback_template": [
        {"name": "follow_up", "parameters": ["{contact.name|client}", "{reply.text:200|…}"]},
        {"name": "order_update", "parameters": ["{contact.name|client}", "{reply.text:200|…}"]},
    ]
}
IN_PLACE = {"hold": {"enabled": False}}


async def fails(world: World, text: str, code: str = "132015") -> None:
    """The channel took it, and reports its failure minutes later."""
    await world.pass_time(180)
    await world.status(world.channel_id_of(text), "Failed", code=code)


def statuses(world: World) -> list[tuple[str | None, MessageStatus | None]]:
    return [(line.text, line.status) for line in world.said()[1:]]


@pytest.mark.parametrize("code", ["100", "132000", "132001", "132005", "132007", "132012", "132015", "132016"])
async def test_refused_at_once_it_goes_out_in_the_next_language(code: str) -> None:
    world = await closed()
    world.channel.answer_next(Refusal(code=code, message="no"))
    state = await world.reply("Un")
    assert world.phone == [ENGLISH]
    assert state.ping
    assert state.ping.content.template
    assert (state.ping.content.template.language, state.acting.status) == ("en", MessageStatus.SENT)
    assert [(each.language, each.reason) for each in world.outgoing(state.outgoing.id).passed_over] == [
        ("fr", "has just failed at WhatsApp")
    ]
    assert world.contact.ping == state.ping.id
    assert len({shipment.request_id for shipment in world.channel.attempts}) == 2


async def test_minutes_later_too_and_the_words_stay_held() -> None:
    world = await closed()
    await world.reply("Un")
    await fails(world, FRENCH)
    assert world.phone == [FRENCH, ENGLISH]
    assert statuses(world) == [("Un", MessageStatus.HELD), (ENGLISH, MessageStatus.SENT)]
    await world.reply("Deux")
    await world.customer("Oui ?")
    assert world.phone == [FRENCH, ENGLISH, "Un", "Deux"]


@pytest.mark.parametrize("replies", [BOTH, BOTH | IN_PLACE], ids=["beside", "in place"])
async def test_it_is_tried_once_and_what_failed_does_not_count(replies: Any) -> None:
    world = await closed(languages=["fr"], **replies)
    world.channel.answer_next(PAUSED, PAUSED)
    if replies is BOTH:
        state = await world.reply("Un")
        assert (state.acting.status, state.delivery) == (MessageStatus.HELD, "held")
    else:
        with pytest.raises(Exception, match="channel_rejected"):
            await world.reply("Un")
    assert len(world.channel.attempts) == 2
    assert world.phone == []
    assert world.contact.ping is None
    await world.reply("Deux")
    assert len(world.phone) == 1


async def test_a_template_in_place_of_words_is_replaced_with_the_same_words() -> None:
    world = await closed(**BOTH, **IN_PLACE)
    reply_id = (await world.reply("Un")).outgoing.id
    await fails(world, FRENCH)
    await fails(world, ENGLISH)
    assert world.phone == [FRENCH, ENGLISH]
    assert (world.outgoing(reply_id).status, world.conversation.failed) == (MessageStatus.FAILED, 1)


async def test_it_stands_for_the_next_words_where_its_own_were_taken_back() -> None:
    world = await closed()
    first = (await world.reply("Un")).outgoing.id
    await world.reply("Deux")
    await world.cancel(first)
    await fails(world, FRENCH)
    assert world.phone == [FRENCH, ENGLISH.replace("Un", "Deux")]


async def test_a_template_that_an_agent_chose_is_never_another_one() -> None:
    world = await closed(when_window_closed="hold")
    await world.reply("Un")
    chosen = await world.reply(template=TemplateUse(name="order_update", language="fr", parameters=("Ana", "A-17")))
    (sent,) = world.phone
    assert sent
    await fails(world, sent)
    assert world.phone == [sent]
    failed = world.outgoing(chosen.outgoing.id)
    assert (failed.status, failed.error and failed.error.code) == (MessageStatus.FAILED, "132015")


async def test_nobody_is_asked_again_who_has_written_or_for_whom_nothing_waits() -> None:
    for taken_back in (True, False):
        world = await closed()
        reply_id = (await world.reply("Un")).outgoing.id
        if taken_back:
            await world.cancel(reply_id)
        else:
            await world.customer("Oui ?")
        before = list(world.phone)
        await fails(world, FRENCH)
        assert world.phone == before
        assert world.outgoing(reply_id).held is (HeldStatus.CANCELLED if taken_back else HeldStatus.RELEASED)


async def test_only_what_is_the_templates_fault_is_tried_with_another() -> None:
    world = await closed()
    await world.reply("Un")
    await fails(world, FRENCH, "131026")
    await world.pass_time(1 * HOURS)
    assert world.phone == [FRENCH]
    assert world.contact.ping is None
