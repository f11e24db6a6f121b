"""The adapter of Service Bus when the broker is away, or goes away in the middle."""

import asyncio
import gc
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from azure.servicebus.aio import ServiceBusClient

from shared.adapters.service_bus import ServiceBusSender
from shared.vocabulary.errors import Unavailable
from tests.contract.ports.answering import closed_port
from tests.contract.ports.credentials import Identity
from tests.contract.ports.queues import BrokerOtherEnd
from tests.contract.ports.test_sender import message, numbers
from tests.contract.servicebus.namespace import GIVEN, Clients, Namespace, connection_string

# The SDK leaves the socket of a broken connection to the garbage collector, which says so.
broken_connection = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest_asyncio.fixture
async def other_end(service_bus: Namespace) -> AsyncIterator[BrokerOtherEnd]:
    if service_bus.control is None:
        pytest.skip(f"the namespace of {GIVEN} has no control port")
    sender = ServiceBusSender.from_connection_string(service_bus.connection)
    opened = BrokerOtherEnd(sender, Clients(service_bus))
    yield opened
    await opened.close()
    gc.collect()


@pytest.fixture
def session() -> str:
    return uuid4().hex


@broken_connection
async def test_a_link_that_broke_unnoticed_is_opened_anew(
    other_end: BrokerOtherEnd, service_bus: Namespace, session: str
) -> None:
    await other_end.sender.send(message(session, 1))
    service_bus.call("/connections/cut", {})

    await other_end.sender.send(message(session, 2))

    assert numbers(await other_end.arrived(session, 2)) == [1, 2]


@broken_connection
async def test_a_connection_cut_under_way_loses_no_message_that_was_confirmed(
    other_end: BrokerOtherEnd, service_bus: Namespace, session: str
) -> None:
    await other_end.sender.send(message(session, 0))
    sends = [asyncio.create_task(other_end.sender.send(message(session, number))) for number in range(1, 400)]
    await sends[0]
    service_bus.call("/connections/cut", {})

    outcomes = await asyncio.gather(*sends, return_exceptions=True)

    confirmed = [0, *(number for number, outcome in enumerate(outcomes, start=1) if outcome is None)]
    assert {type(outcome) for outcome in outcomes} <= {type(None), Unavailable}
    arrived = numbers(await other_end.arrived(session, len(confirmed)))
    assert set(confirmed) <= set(arrived)
    assert arrived == sorted(arrived)


@broken_connection
async def test_a_broker_that_is_away_is_unavailable_to_each_caller_and_used_again_when_it_is_back(
    other_end: BrokerOtherEnd, service_bus: Namespace, session: str
) -> None:
    await other_end.sender.send(message(session, 0))
    service_bus.call("/outage", {"seconds": 1.5})

    sends = (other_end.sender.send(message(session, number)) for number in range(1, 6))
    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    await _send_until_it_works(other_end, session)

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 5
    assert numbers(await other_end.arrived(session, 2)) == [0, 6]


async def test_a_closed_port_is_unavailable_to_each_caller_at_once() -> None:
    sender = ServiceBusSender.from_connection_string(connection_string(closed_port()))

    async with asyncio.timeout(3):
        sends = (sender.send(message("session", number)) for number in range(5))
        outcomes = await asyncio.gather(*sends, return_exceptions=True)

        with pytest.raises(Unavailable):
            await sender.reach()

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 5
    await sender.close()


@broken_connection
@pytest.mark.parametrize("refuses", [False, True], ids=["with a token", "without one"])
async def test_with_an_identity_a_token_for_service_bus_is_asked_for(
    other_end: BrokerOtherEnd, service_bus: Namespace, session: str, refuses: bool
) -> None:
    address = service_bus.connection.partition("sb://")[2].partition(";")[0]
    identity = Identity(refuses=refuses)
    sender = ServiceBusSender(ServiceBusClient(address, identity, use_tls=False, retry_total=0))

    [outcome] = await asyncio.gather(sender.send(message(session, 1)), return_exceptions=True)

    assert isinstance(outcome, Unavailable) is refuses
    assert numbers(await other_end.arrived(session, 0 if refuses else 1)) == ([] if refuses else [1])
    assert set(identity.scopes) == {"https://servicebus.azure.net//.default"}
    await sender.close()


async def _send_until_it_works(other_end: BrokerOtherEnd, session: str) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                return await other_end.sender.send(message(session, 6))
            except Unavailable:
                continue
