"""The channel does not take a message at first: it goes out by itself, once."""

import pytest

from dev.stack.whatsapp.catalogue import Provider
from tests.flow.centre import GREETING, Answer, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNAVAILABLE = (503, "channel_unavailable")
SENT_BY_A_STATUS = (201, None)  # the message's own status came first, and with it the repetition
TURNED_AWAY = {
    "busy": (429, {"retryAfter": 1}, {(429, "recipient_rate_limited"), UNAVAILABLE}),  # at Meta the number is
    "error": (500, {}, {UNAVAILABLE}),
}
WITHOUT_AN_ANSWER = {
    "not sent": ("timeout", {UNAVAILABLE}),
    "sent": ("timeout-after-send", {UNAVAILABLE, SENT_BY_A_STATUS}),
}


@pytest.mark.parametrize(("fault", "details", "told"), TURNED_AWAY.values(), ids=TURNED_AWAY)
async def test_a_reply_that_the_channel_did_not_take_reaches_the_phone_once(
    centre: Centre, customer: Customer, fault: int, details: dict[str, int], told: set[tuple[int, str | None]]
) -> None:
    """The caller is told and has the reply's id; the reply goes out without another call, and is followed."""
    await customer.is_greeted()
    await centre.channel_fault(fault, **details)

    answer = await customer.is_sent("Voici.")

    assert (answer.status, answer.body.get("code")) in told
    await _arrives_by_a_repetition(centre, customer, answer)


@pytest.mark.only_at(Provider.ACS)  # which knows a repetition again; test_in_doubt.py has what there is at Meta
@pytest.mark.parametrize(("fault", "told"), WITHOUT_AN_ANSWER.values(), ids=WITHOUT_AN_ANSWER)
async def test_a_reply_without_an_answer_is_repeated_and_reaches_the_phone_once(
    centre: Centre, customer: Customer, fault: str, told: set[tuple[int, str | None]]
) -> None:
    """As one that was turned away."""
    await customer.is_greeted()
    await centre.channel_fault(fault, seconds=1)

    answer = await customer.is_sent("Voici.")

    assert (answer.status, answer.body.get("code")) in told
    await _arrives_by_a_repetition(centre, customer, answer)


async def _arrives_by_a_repetition(centre: Centre, customer: Customer, answer: Answer) -> None:
    async def status() -> str:
        return str((await customer.reply(answer.body["replyId"]))["status"])

    await eventually(status, "delivered")
    assert await customer.received() == [GREETING, "Voici."]
    assert [each["calls"] for each in await centre.sends(customer.number)] == [1, 2]


async def test_a_greeting_that_the_channel_did_not_take_arrives_late_and_once(
    centre: Centre, customer: Customer
) -> None:
    """The customer's messages are kept meanwhile."""
    await centre.channel_fault(503, retryAfter=1)

    await customer.writes("Bonjour")
    await customer.writes_and_is_heard("Vous êtes là ?")

    await eventually(customer.received, [GREETING])
    await eventually(customer.pending, [])
    assert await customer.wrote() == ["Bonjour", "Vous êtes là ?"]
    assert len(await centre.sends(customer.number)) == 1
