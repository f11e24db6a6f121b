"""Replies of the team: outside the session window, repeated, and after the worker that had them died."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from dev.stack.whatsapp.catalogue import Provider
from tests.flow.centre import GREETING, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG_AGO = timedelta(hours=25)
HANGS = 30
MINUTE = 62.0
TEMPLATE = "Bonjour client, nous avons une réponse pour vous : "


async def test_held_replies_are_released_once_and_in_order_when_the_customer_answers(
    centre: Centre, customer: Customer
) -> None:
    """Outside the window one template pings the customer; the words wait for the answer, also one that comes twice."""
    await customer.writes("Bonjour", ago=LONG_AGO)
    first = await customer.is_sent("Votre colis est là.")
    second = await customer.is_sent("La facture aussi.")
    assert [(each.status, each.body["delivery"]) for each in (first, second)] == [(201, "template"), (201, "held")]
    ping = f"{TEMPLATE}Votre colis est là."
    await eventually(customer.received, [ping])

    answered = await customer.event("Oui ?")
    await eventually(customer.received, [ping, "Votre colis est là.", "La facture aussi."])
    await centre.advance(31 * 60)
    assert await centre.events.takes(answered)
    await centre.is_idle()

    assert await customer.received() == [ping, "Votre colis est là.", "La facture aussi."]
    for each in (first, second):
        reply = await customer.reply(each.body["replyId"])
        assert (reply["status"], reply["heldReply"]["status"]) == ("delivered", "released")
    assert await customer.wrote() == ["Bonjour", "Oui ?"]


async def test_a_window_that_has_closed_for_whatsapp_and_not_for_the_app_is_met_by_a_template(
    centre: Centre, customer: Customer
) -> None:
    """WhatsApp refuses the reply that the app still thought possible; the fallback follows by itself."""
    await customer.is_greeted()
    await customer.is_away(hours=25)

    answer = await customer.is_sent("Voici.")

    assert (answer.status, answer.body["delivery"], answer.body["window"]["open"]) == (201, "message", True)
    await eventually(customer.received, [GREETING, f"{TEMPLATE}Voici."])


async def test_a_template_arrives_with_its_header_footer_and_buttons(centre: Centre, customer: Customer) -> None:
    """What is missing is named; what is there reaches the phone, and a tap on the quick reply comes back."""
    await customer.is_greeted()
    body: dict[str, Any] = {"kind": "template", "template": "shipped", "language": "fr", "parameters": ["rouge"]}

    refused = await customer.is_given(body)
    sent = await customer.is_given(body | {"header": {"text": "A-17"}, "buttons": [{"urlSuffix": "suivi/A-17"}]})

    assert (refused.status, refused.body["code"]) == (422, "template_parameters")
    assert [each["path"] for each in refused.body["errors"]] == ["header", "buttons[1]"]
    assert sent.status == 201
    await eventually(customer.received, [GREETING, "Votre colis rouge"])
    shown = (await customer.messages())[-1]["template"]
    assert (shown["header"], shown["footer"]) == ("N° A-17", "Contoso")
    assert [each.get("payload") or each["url"] for each in shown["buttons"]] == [
        "Merci",
        "https://shop.example/suivi/A-17",
    ]


async def test_a_long_text_arrives_in_parts(centre: Centre, customer: Customer) -> None:
    """Without `split` it is refused; with it the paragraphs arrive in order, as one reply."""
    await customer.is_greeted()
    paragraphs = [f"{number} {'mot ' * 800}fin." for number in range(3)]
    text = "\n\n".join(paragraphs)

    refused = await customer.is_sent(text)
    sent = await customer.is_sent(text, split=True)

    assert (refused.status, refused.body["code"]) == (422, "text_too_long")
    assert sent.status == 201
    await eventually(customer.received, [GREETING, *paragraphs])
    await centre.is_idle()
    assert (await customer.reply(sent.body["replyId"]))["status"] == "delivered"


async def test_one_idempotency_key_is_one_message(centre: Centre, customer: Customer) -> None:
    """At the same time and later, the same key and words give the same reply; other words under it are refused."""
    await customer.is_greeted()

    at_once = await asyncio.gather(*(customer.is_sent("Voici.", key="once") for _ in range(5)))
    later = await customer.is_sent("Voici.", key="once")
    other = await customer.is_sent("Autre chose.", key="once")

    assert {answer.status for answer in (*at_once, later)} == {201}
    assert len({answer.body["replyId"] for answer in (*at_once, later)}) == 1
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")
    await eventually(customer.received, [GREETING, "Voici."])
    assert len(await centre.sends(customer.number)) == 2


@pytest.mark.only_at(Provider.ACS)  # which knows a repetition again; test_in_doubt.py has what there is at Meta
async def test_a_reply_whose_worker_died_before_the_send_goes_out_by_itself(centre: Centre, customer: Customer) -> None:
    """The caller gets no answer and does not call again; the check that was sent before the commit sends the reply."""
    await customer.is_greeted()
    await centre.channel_fault("timeout", seconds=HANGS)

    call = asyncio.create_task(customer.is_sent("Voici."))
    await eventually(customer.pending, ["Voici."])
    await centre.kill_worker()
    await centre.mend_channel()
    assert (await call).status == 502
    assert await customer.received() == [GREETING]

    await centre.advance(MINUTE)

    await eventually(customer.received, [GREETING, "Voici."])
    await eventually(customer.pending, [])
    assert len(await centre.sends(customer.number)) == 2


@pytest.mark.only_at(Provider.ACS)
@pytest.mark.parametrize(
    ("ago", "held", "expected"),
    [(None, None, [GREETING]), (LONG_AGO, "Voici.", [f"{TEMPLATE}Voici.", "Voici."])],
    ids=["a greeting", "a held reply"],
)
async def test_what_an_event_sends_goes_out_although_the_worker_died(
    centre: Centre, customer: Customer, ago: timedelta | None, held: str | None, expected: list[str]
) -> None:
    """The event comes again to the next worker, which finds it done and sends what is left, once."""
    if ago and held:
        await customer.writes("Bonjour", ago=ago)
        assert (await customer.is_sent(held)).status == 201
        await eventually(customer.received, expected[:1])
    await centre.is_idle()
    await centre.channel_fault("timeout", seconds=HANGS)

    await customer.writes("Oui ?")
    await eventually(customer.pending, expected[-1:])
    await centre.kill_worker()
    await centre.mend_channel()

    await eventually(customer.received, expected)
    await centre.is_idle()
    await eventually(customer.pending, [])
    assert len(await centre.sends(customer.number)) == len(expected)
