"""Timers that fire too early, by the queue's clock, are set again, and do their work in the end."""

from datetime import timedelta
from functools import partial

import pytest

from tests.flow.centre import HASTY, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.wherever]


async def test_a_timer_that_schedules_itself_again_is_not_dropped(centre: Centre, customer: Customer) -> None:
    """Twice the timer of a held reply comes early, and is sent again; at its time the held reply expires."""
    await customer.writes("Bonjour", ago=timedelta(hours=25), channel=HASTY)
    held = await customer.is_sent("Voici.")
    assert (held.status, held.body["delivery"]) == (201, "held")
    conversation_id = held.body["conversationId"]

    for fired in (1, 2):
        await centre.advance(600)
        await eventually(partial(centre.timers, conversation_id), fired)
    assert await _held_status(customer, held.body["replyId"]) == "held"

    async def status() -> str:
        return await _held_status(customer, held.body["replyId"])

    await eventually(status, "expired")
    await eventually(partial(centre.timers, conversation_id), 3)
    assert await customer.received() == []


async def _held_status(customer: Customer, reply_id: str) -> str:
    status: str = (await customer.reply(reply_id))["heldReply"]["status"]
    return status
