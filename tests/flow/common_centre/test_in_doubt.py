"""Meta gives no answer to a send, and would send again what is repeated: a status tells, or a person decides."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from dev.stack.whatsapp.catalogue import Provider
from tests.flow.centre import GREETING, HASTY, SUPPORT, Centre, Json
from tests.flow.customer import Customer
from tests.flow.waiting import eventually, until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.only_at(Provider.WHATSAPP_CLOUD)]

HANGS = 30
MINUTE = 62.0
NOT_KNOWN_YET = {(201, None), (503, "channel_unavailable")}
"""A status may come before the caller is told."""


@pytest.mark.parametrize("fault", ["timeout-after-send", "error-after-send:131000"])
async def test_a_reply_that_was_sent_is_known_by_its_status_and_not_repeated(
    centre: Centre, customer: Customer, fault: str
) -> None:
    await customer.is_greeted()
    await centre.channel_fault(fault, seconds=1)

    answer = await customer.is_sent("Voici.")

    assert (answer.status, answer.body.get("code")) in NOT_KNOWN_YET
    await eventually(customer.lines, [*_greeted(), ("out", "Voici.", "delivered")])
    assert await customer.received() == [GREETING, "Voici."]
    assert [each["calls"] for each in await centre.sends(customer.number)] == [1, 1]


async def test_a_reply_that_was_not_sent_is_repeated_where_webhooks_come_and_else_left_to_a_person(
    centre: Centre, customer: Customer
) -> None:
    """Of two numbers one is heard meanwhile; the webhooks of the other don't come through, so nobody can tell."""
    deaf, *others = [Customer.new(centre) for _ in range(3)]
    channels = (SUPPORT, HASTY)
    for each, channel in zip((customer, deaf, *others), channels * 2, strict=True):
        await each.is_greeted(channel=channel)
    await centre.hold_webhooks(HASTY)
    await centre.channel_fault("timeout", sends=2, seconds=1)

    async with _writing(dict(zip(channels, others, strict=True))):
        for each in (customer, deaf):
            answer = await each.is_sent("Voici.")
            assert (answer.status, answer.body["code"]) == (503, "channel_unavailable")
        await eventually(customer.lines, [*_greeted(), ("out", "Voici.", "delivered")])
        failed = await until(lambda: _failed(deaf), "the reply is given up")

    assert await customer.received() == [GREETING, "Voici."]
    assert await deaf.received() == [GREETING]
    assert (failed["error"]["code"], failed["error"]["retryable"]) == ("in_doubt", True)
    assert failed["error"]["hint"]
    assert (await deaf.conversation())["failed"] == 1
    path = f"/conversations/{failed['conversationId']}/messages/{failed['replyId']}/retry"
    assert (await centre.call("POST", path, key="again")).status == 200
    await centre.mend_channel()
    await eventually(deaf.lines, [*_greeted(), ("out", "Voici.", "delivered")])
    assert await deaf.received() == [GREETING, "Voici."]


async def test_whoever_dies_with_a_call_has_called_once_for_all_that_a_status_tells(
    centre: Centre, customer: Customer
) -> None:
    """What was sent is not sent again; what was not goes out once it is known that webhooks come."""
    unsent, new, other = [Customer.new(centre) for _ in range(3)]
    for each in (customer, unsent, other):
        await each.is_greeted()
    await centre.channel_fault("timeout-after-send", seconds=HANGS)
    calls = [asyncio.create_task(customer.is_sent("Voici."))]
    await eventually(customer.received, [GREETING, "Voici."])
    await centre.channel_fault("timeout", sends=2, seconds=HANGS)
    calls.append(asyncio.create_task(unsent.is_sent("Voici.")))
    await eventually(unsent.pending, ["Voici."])
    await new.writes("Bonjour")
    await eventually(new.pending, [GREETING])

    await centre.kill_worker()
    await centre.mend_channel()
    assert {(await call).status for call in calls} <= {201, 502}
    await centre.next_worker()
    await centre.advance(MINUTE)
    async with _writing({SUPPORT: other}):
        await eventually(new.lines, _greeted())
        for each in (customer, unsent):
            await eventually(each.lines, [*_greeted(), ("out", "Voici.", "delivered")])

    for each, texts in ((customer, [GREETING, "Voici."]), (unsent, [GREETING, "Voici."]), (new, [GREETING])):
        assert await each.received() == texts
        assert len(await centre.sends(each.number)) == len(texts)


def _greeted() -> list[tuple[str, str, str | None]]:
    return [("in", "Bonjour", None), ("out", GREETING, "delivered")]


async def _failed(customer: Customer) -> Json | None:
    history = await customer.centre.history(await customer.conversation_id())
    return next((line for line in history if line.get("status") == "failed"), None)


@asynccontextmanager
async def _writing(customers: Mapping[str, Customer]) -> AsyncIterator[None]:
    """Meanwhile others write to numbers, again and again."""

    async def write() -> None:
        while True:
            for channel, customer in customers.items():
                await customer.writes("Encore", channel=channel)
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        writing = group.create_task(write())
        yield
        writing.cancel()
