"""Table Storage refuses, or is away: what customers write waits, in order, and nothing is given up."""

import asyncio
import time
from datetime import timedelta

import pytest

from tests.flow.centre import GREETING, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINUTE = 60.0
FAULTS = (412, 429, 503)
CALLS = 3


@pytest.mark.parametrize("status", FAULTS)
async def test_what_table_storage_refuses_is_done_again(centre: Centre, customer: Customer, status: int) -> None:
    """Messages and replies are kept once and in order, the greeting is sent once."""
    with centre.events.keeping():
        events = [await customer.event(text, ago=timedelta(seconds=5 - int(text))) for text in ("1", "2")]
    failed = centre.tables.failed

    centre.tables.fail(status, calls=CALLS)
    assert await centre.events.takes(*events)

    await eventually(customer.received, [GREETING])
    await centre.is_idle()
    assert centre.tables.failed - failed == CALLS
    assert await customer.wrote() == ["1", "2"]

    centre.tables.fail(status, calls=2)
    assert (await customer.is_sent("Voici.", key="once")).status == 201
    await eventually(customer.received, [GREETING, "Voici."])
    await centre.is_idle()
    await eventually(customer.pending, [])
    assert len(await centre.sends(customer.number)) == 2


@pytest.mark.wherever
async def test_table_storage_is_gone_for_a_minute(centre: Centre) -> None:
    """Intake goes on, replies are refused for now; afterwards all messages are there, each customer's in order."""
    customers = [Customer.new(centre) for _ in range(5)]
    for customer in customers:
        await customer.writes_and_is_heard("1")
        await eventually(customer.received, [GREETING])
    await centre.is_idle()
    path = f"/conversations/{await customers[0].conversation_id()}/replies"
    body = {"kind": "text", "text": "Voici."}
    written = ["1"]

    with centre.tables.away():
        back_at = time.monotonic() + MINUTE
        refused = await centre.call("POST", path, body, key="again")
        while time.monotonic() < back_at:
            written.append(str(len(written) + 1))
            for customer in customers:
                await customer.writes_and_is_heard(written[-1])
            await asyncio.sleep(min(10.0, max(back_at - time.monotonic(), 0.0)))

    assert (refused.status, refused.body["code"]) == (503, "unavailable")
    await centre.is_idle()
    assert (await centre.call("POST", path, body, key="again")).status == 201
    for customer in customers:
        assert await customer.wrote() == written
        assert len(await centre.sends(customer.number)) == (2 if customer is customers[0] else 1)
    await eventually(customers[0].received, [GREETING, "Voici."])
