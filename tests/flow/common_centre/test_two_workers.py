"""Two Functions hosts, each with a worker of its own, on the same queues and tables."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from dev.stack.parts import REPOSITORY, HostKind, api_url, functions_host
from dev.stack.ports import Ports, reserve_range
from dev.stack.processes import PartProcess
from tests.flow.centre import GREETING, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMERS = 10
ROUNDS = 4


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def second(shared_centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ports]:
    """The ports of a second host."""
    base, mark = reserve_range()
    with mark:
        host = functions_host(HostKind.EMBEDDED, Ports(base), REPOSITORY)
        log = tmp_path_factory.mktemp("second") / "host.log"
        process = await PartProcess.start(replace(host, output=log), shared_centre.settings)
        try:
            await process.wait_ready()
            yield Ports(base)
        finally:
            await process.end()


async def test_two_workers_are_one_contact_centre(centre: Centre, second: Ports) -> None:
    """Events and replies go to both in turn: nothing is lost, doubled or out of order, nothing stays pending."""
    customers = [Customer.new(centre) for _ in range(CUSTOMERS)]
    with centre.events.keeping(lambda event: not centre.events.is_status(event)):
        await asyncio.gather(*(_converse(centre, second, customer) for customer in customers))
    await centre.is_idle()

    for customer in customers:
        assert await customer.wrote() == [str(number) for number in range(ROUNDS)]
        expected = [GREETING, *(f"Re {number}" for number in range(ROUNDS))]
        await eventually(customer.received, expected)
        assert len(await centre.sends(customer.number)) == len(expected)
        await eventually(customer.pending, [])


async def test_two_workers_take_one_idempotency_key_for_one_reply(
    centre: Centre, second: Ports, customer: Customer
) -> None:
    """The same call to both at the same time is one message."""
    await customer.is_greeted()

    both = [centre.api, api_url(second)] * 3
    answers = await asyncio.gather(*(customer.is_sent("Voici.", key="once", api=api) for api in both))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["replyId"] for answer in answers}) == 1
    await eventually(customer.received, [GREETING, "Voici."])
    assert len(await centre.sends(customer.number)) == 2


async def _converse(centre: Centre, second: Ports, customer: Customer) -> None:
    """Each text of a customer goes to the other host than the one before, each reply too."""
    own = centre.events.target
    webhooks = [own, own.replace(centre.api, api_url(second))]
    apis = [api_url(second), centre.api]
    for number in range(ROUNDS):
        event = await customer.event(str(number))
        assert await centre.events.takes(event, target=webhooks[number % 2])
        if number == 0:
            await eventually(customer.received, [GREETING])
        await customer.is_answered(f"Re {number}", key=str(number), api=apis[number % 2])
