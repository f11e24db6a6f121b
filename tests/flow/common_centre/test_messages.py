"""Messages on their way in, and what the phone shows of the answers."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import batched

import pytest

from dev.stack.whatsapp.catalogue import Provider
from tests.flow.centre import GREETING, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

MANY = {Provider.ACS: 150, Provider.WHATSAPP_CLOUD: 60}
"""Customers: behind the intake there is no difference."""
TEXTS = ["1", "2", "3"]
BATCH = 50
AT_ONCE = 16


async def test_a_customer_writes_and_an_agent_answers(centre: Centre, customer: Customer) -> None:
    """Greeting at once; the conversation waits in its queue; the agent's reply reaches the phone and is followed."""
    body = {"name": "Ana", "queues": ["billing"]}
    assert (await centre.call("PUT", "/agents/ana", body)).status == 200

    await customer.writes("Où est ma facture ?")

    await eventually(customer.received, [GREETING])
    conversation = await customer.conversation()
    assert (conversation["queue"], conversation["status"], conversation["unread"]) == ("billing", "open", 1)

    sent = await customer.is_sent("La voici.", agent="ana", role="Agent")
    assert (sent.status, sent.body["delivery"], sent.body["status"]) == (201, "message", "sent")
    await eventually(customer.received, [GREETING, "La voici."])
    conversation = await customer.conversation()
    assert (conversation["agent"], conversation["status"], conversation["unread"]) == ("ana", "active", 0)
    assert await customer.notes() == ["Prise par Ana."]

    asked = ("in", "Où est ma facture ?", None)
    await eventually(customer.lines, [asked, ("out", GREETING, "delivered"), ("out", "La voici.", "delivered")])
    await customer.reads()
    await eventually(customer.lines, [asked, ("out", GREETING, "read"), ("out", "La voici.", "read")])


async def test_an_event_that_comes_again_is_handled_once(centre: Centre, customer: Customer) -> None:
    """At once and minutes later the queue drops it; after the queue has forgotten it, the app knows its mark."""
    message_id = await customer.writes("Bonjour")
    await eventually(customer.received, [GREETING])
    event = await centre.events.event(message_id)

    assert await centre.events.takes(event, event)
    await centre.advance(5 * 60)
    assert await centre.events.takes(event)
    await centre.is_idle()
    await eventually(partial(centre.routed, message_id), [1])

    await centre.advance(31 * 60)
    assert await centre.events.takes(event)
    await centre.is_idle()
    await eventually(partial(centre.routed, message_id), [1, 1])

    await eventually(customer.lines, [("in", "Bonjour", None), ("out", GREETING, "delivered")])
    assert await customer.received() == [GREETING]
    assert (await customer.conversation())["unread"] == 1


async def test_two_messages_at_once_are_one_conversation_in_order(centre: Centre, customer: Customer) -> None:
    """Both events of one batch are kept in the customer's order; one conversation, one greeting."""
    with centre.events.keeping():
        first = await customer.event("Bonjour", ago=timedelta(seconds=3))
        second = await customer.event("Vous êtes là ?", ago=timedelta(seconds=1))

    assert await centre.events.takes(second, first)

    await eventually(customer.received, [GREETING])
    await centre.is_idle()
    assert await customer.wrote() == ["Bonjour", "Vous êtes là ?"]
    assert (await customer.conversation())["unread"] == 2
    assert await customer.received() == [GREETING]


async def test_a_bad_event_in_a_batch_does_not_hold_up_the_good_ones(centre: Centre, customer: Customer) -> None:
    """The batch is accepted, the good events arrive, and the bad one is kept with its reasons."""
    with centre.events.keeping():
        first, second = [await customer.event(text) for text in ("Un", "Deux")]
    bad = centre.events.wire.broken(first)

    assert await centre.events.takes(first, bad.event, second)

    async def arrived() -> set[str]:
        return set(await customer.wrote())

    await eventually(arrived, {"Un", "Deux"})
    kept = [each for each in await centre.items("/quarantine", role="Admin") if bad.mark in each["body"]]
    assert [each["source"] for each in kept] == ["event"]


async def test_statuses_out_of_order_only_move_a_message_forward(centre: Centre, customer: Customer) -> None:
    """Read, then delivered, then sent: the message stays read."""
    await customer.is_greeted()
    with centre.events.keeping():
        message_id = (await customer.is_sent("Voici.")).body["messageId"]
        await customer.reads()
        statuses = [await centre.events.event(message_id, status) for status in ("read", "delivered", "sent")]

    for status in statuses:
        assert await centre.events.takes(status)
    await centre.is_idle()

    assert ("out", "Voici.", "read") in await customer.lines()
    for name in ("sent", "read"):
        await eventually(partial(centre.routed, f"{message_id}:{name}"), [1])


async def test_many_customers_interleaved_are_each_kept_whole_and_in_order(centre: Centre) -> None:
    """Three messages of each, all mixed: none lost, doubled or out of order, and each customer greeted once."""
    customers = [Customer.new(centre) for _ in range(MANY[centre.provider])]
    with centre.events.keeping():
        for text in TEXTS:
            for batch in batched(customers, BATCH, strict=False):
                events = await asyncio.gather(*(customer.event(text) for customer in batch))
                assert await centre.events.takes(*events)
        await centre.is_idle()

    listed = {each["contact"]["phone"]: each for each in await centre.items("/conversations")}
    own = [listed[f"+{customer.number}"]["conversationId"] for customer in customers]
    histories = await _of_all(centre, own)
    assert [history for history in histories if history != TEXTS] == []
    for customer in customers:
        assert await customer.received() == [GREETING]


async def _of_all(centre: Centre, conversation_ids: Sequence[str]) -> list[list[str]]:
    """What the customers wrote in each conversation."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def wrote(conversation_id: str) -> list[str]:
        async with turns:
            history = await centre.history(conversation_id)
        return [line["text"] for line in history if line["direction"] == "in"]

    return await asyncio.gather(*map(wrote, conversation_ids))
