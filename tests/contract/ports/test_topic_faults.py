"""A topic that is away, or whose caller leaves: whatever arrives, it arrives once, after what happened before it."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
import pytest_asyncio
from azure.servicebus.aio import ServiceBusClient

from dev.stack.servicebus.queues import DECLARED_QUEUES
from shared.adapters.service_bus import ServiceBusSender, ServiceBusTopic
from shared.queue.topic import CloudEvent
from shared.vocabulary.errors import Unavailable
from tests.contract.ports.answering import closed_port
from tests.contract.ports.test_sender_faults import broken_connection
from tests.contract.ports.test_topic import SUBSCRIPTION, TOPIC, events
from tests.contract.servicebus.namespace import GIVEN, Namespace, connection_string, running_namespace

SENT = 20


@pytest.fixture(scope="module")
def own_namespace() -> Iterator[Namespace]:
    """A namespace whose topic nobody else listens to."""
    with running_namespace(DECLARED_QUEUES) as running:
        if running.control is None:
            pytest.skip(f"the namespace of {GIVEN} has no control port")
        yield running


@pytest_asyncio.fixture
async def topic(own_namespace: Namespace) -> AsyncIterator[ServiceBusTopic]:
    sender = ServiceBusSender.from_connection_string(own_namespace.connection)
    yield ServiceBusTopic(sender, TOPIC)
    await sender.close()
    gc.collect()


async def arrived(at: Namespace, sent: Sequence[CloudEvent]) -> list[str | None]:
    """The ids of these events as they came."""
    awaited, found = {event.id for event in sent}, list[str | None]()
    async with (
        ServiceBusClient.from_connection_string(at.connection) as client,
        client.get_subscription_receiver(TOPIC, SUBSCRIPTION) as receiver,
    ):
        while awaited.difference(found):
            messages = await receiver.receive_messages(100, max_wait_time=10)
            assert messages, f"{len(found)} came"
            for message in messages:
                found.append(message.message_id)
                await receiver.complete_message(message)
    return [event_id for event_id in found if event_id in awaited]


@broken_connection
@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.2, 0.4])
async def test_what_is_published_again_after_an_outage_is_in_order(
    topic: ServiceBusTopic, own_namespace: Namespace, seconds: float
) -> None:
    sent = events(SENT)
    own_namespace.call("/outage", {"seconds": seconds})

    async with asyncio.timeout(20):
        while True:
            try:
                await topic.publish(sent)
                break
            except Unavailable:
                continue

    assert await arrived(own_namespace, sent) == [event.id for event in sent]


@broken_connection
@pytest.mark.parametrize("turns", [0, 1, 5, 20])
async def test_what_is_published_again_after_a_caller_left_is_in_order(
    topic: ServiceBusTopic, own_namespace: Namespace, turns: int
) -> None:
    sent = events(SENT)
    leaving = asyncio.create_task(topic.publish(sent))
    for _ in range(turns + 1):
        await asyncio.sleep(0)
    leaving.cancel()

    await topic.publish(sent)

    assert await arrived(own_namespace, sent) == [event.id for event in sent]


async def test_a_closed_port_is_unavailable() -> None:
    sender = ServiceBusSender.from_connection_string(connection_string(closed_port()))
    away = ServiceBusTopic(sender, TOPIC)

    async with asyncio.timeout(3):
        with pytest.raises(Unavailable):
            await away.publish(events(3))
        with pytest.raises(Unavailable):
            await away.reach()
    await sender.close()
