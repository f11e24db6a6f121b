"""Service Bus drops its connections, or is away: Event Grid brings the events again, and nothing is lost or doubled."""

import asyncio

import pytest

from tests.flow.centre import GREETING, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMERS = 8
ROUNDS = 3
OUTAGE = 2.0


async def test_connections_that_are_cut_and_an_outage_cost_nothing(centre: Centre) -> None:
    """Customers write and an agent replies in the middle of it: all texts arrive once, each customer's in order."""
    customers = [Customer.new(centre) for _ in range(CUSTOMERS)]
    await asyncio.gather(*(customer.writes_and_is_heard("1") for customer in customers))
    for customer in customers:
        await eventually(customer.received, [GREETING])

    for number in range(2, ROUNDS + 2):
        heard = [asyncio.create_task(customer.writes_and_is_heard(str(number))) for customer in customers]
        replies = [asyncio.create_task(customer.is_answered(f"Re {number}", key=str(number))) for customer in customers]
        await (centre.broker_outage(OUTAGE) if number == ROUNDS else centre.cut_connections())
        await asyncio.gather(*heard, *replies)

    await centre.is_idle()
    for customer in customers:
        assert await customer.wrote() == [str(number) for number in range(1, ROUNDS + 2)]
        expected = [GREETING, *(f"Re {number}" for number in range(2, ROUNDS + 2))]
        await eventually(customer.received, expected)
        assert len(await centre.sends(customer.number)) == len(expected)
        await eventually(customer.pending, [])
