"""The worker process is killed at random moments under load."""

import asyncio
import random

import pytest

from tests.flow.centre import GREETING, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMERS = 8
TEXTS = 5
KILLS = 4
MINUTE = 62.0


async def test_a_worker_killed_at_random_costs_nothing(centre: Centre) -> None:
    """Customers write and agents reply meanwhile: nothing is lost, doubled or out of order, nothing stays pending."""
    seed = random.randrange(10**6)
    print(f"random seed {seed}")
    customers = [Customer.new(centre) for _ in range(CUSTOMERS)]
    for customer in customers:
        await customer.writes_and_is_heard("0")
        await customer.conversation_id()

    load = asyncio.gather(*map(_converse, customers))
    await _kill_now_and_then(centre, random.Random(seed))
    await load
    await centre.next_worker()
    await Customer.new(centre).writes("Moi aussi")  # where a call is in doubt, it is known that webhooks come
    await centre.is_idle()
    await centre.advance(MINUTE)
    await centre.is_idle()

    for customer in customers:
        assert await customer.wrote() == [str(number) for number in range(TEXTS + 1)], seed
        expected = [GREETING, *(f"Re {number}" for number in range(1, TEXTS + 1))]
        await eventually(customer.received, expected)
        assert len(await centre.sends(customer.number)) == len(expected), seed
        await eventually(customer.pending, [])
        assert await customer.notes() == []  # a supervisor's reply takes nothing, and nobody else is there


async def _converse(customer: Customer) -> None:
    for number in range(1, TEXTS + 1):
        await customer.writes_and_is_heard(str(number))
        await customer.is_answered(f"Re {number}", key=str(number))


async def _kill_now_and_then(centre: Centre, chance: random.Random) -> None:
    """Kill each worker within its first second of work."""
    for _ in range(KILLS):
        await centre.next_worker()
        await asyncio.sleep(chance.uniform(0.0, 1.0))
        await centre.kill_worker()
