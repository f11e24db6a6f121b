"""What every `Topic` keeps to: the fake, and Azure Service Bus through its adapter."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
import pytest_asyncio
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver

from shared.adapters.service_bus import ServiceBusSender, ServiceBusTopic
from shared.queue.topic import CLOUD_EVENT, CloudEvent, Topic
from shared.vocabulary.errors import Unavailable
from tests.contract.servicebus.namespace import Namespace, fresh_id
from tests.fakes.topic import FakeTopic

TOPIC, SUBSCRIPTION = "events", "everything"


class Listener(Protocol):
    """A topic, and somebody who is told."""

    topic: Topic

    async def told(self, count: int) -> list[tuple[str | None, dict[str, Any]]]:
        """The next events: id and body."""


class FakeListener:
    """At the fake."""

    def __init__(self) -> None:
        self._fake = FakeTopic()
        self.topic: Topic = self._fake

    async def told(self, count: int) -> list[tuple[str | None, dict[str, Any]]]:
        taken, self._fake.events = self._fake.events[:count], self._fake.events[count:]
        return [(event.id, json.loads(event.encode())) for event in taken]


class Subscriber:
    """At a subscription."""

    def __init__(self, sender: ServiceBusSender, receiver: ServiceBusReceiver) -> None:
        self.topic: Topic = ServiceBusTopic(sender, TOPIC)
        self._receiver = receiver

    async def told(self, count: int) -> list[tuple[str | None, dict[str, Any]]]:
        found: list[tuple[str | None, dict[str, Any]]] = []
        while len(found) < count:
            messages = await self._receiver.receive_messages(count - len(found), max_wait_time=20)
            assert messages, f"{len(found)} of {count} came"
            for message in messages:
                await self._receiver.complete_message(message)
                assert message.content_type == CLOUD_EVENT
                found.append((message.message_id, json.loads(str(message))))
        return found


@pytest_asyncio.fixture(params=["fake", "service bus"], scope="module", loop_scope="module")
async def listener(request: pytest.FixtureRequest) -> AsyncIterator[Listener]:
    if request.param == "fake":
        yield FakeListener()
        return
    namespace: Namespace = request.getfixturevalue("service_bus")
    sender = ServiceBusSender.from_connection_string(namespace.connection)
    async with (
        ServiceBusClient.from_connection_string(namespace.connection) as client,
        client.get_subscription_receiver(TOPIC, SUBSCRIPTION) as receiver,
    ):
        yield Subscriber(sender, receiver)
    await sender.close()


pytestmark = pytest.mark.asyncio(loop_scope="module")


def events(count: int) -> Sequence[CloudEvent]:
    contact = fresh_id()
    at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    return [
        CloudEvent(id=f"{contact}-{number:02}", type="message.received", contact_id=contact, at=at, data={"n": number})
        for number in range(count)
    ]


async def test_an_event_arrives_as_cloud_events_have_it(listener: Listener) -> None:
    (event,) = events(1)
    await listener.topic.publish([event])

    assert await listener.told(1) == [
        (
            event.id,
            {
                "specversion": "1.0",
                "id": event.id,
                "source": "/contact-centre",
                "type": "message.received",
                "subject": event.contact_id,
                "time": "2026-11-24T09:00:00Z",
                "datacontenttype": "application/json",
                "data": {"contactId": event.contact_id, "n": 0},
            },
        )
    ]


async def test_events_keep_their_order(listener: Listener) -> None:
    sent = events(20)
    await listener.topic.publish(sent)

    assert [found for found, _ in await listener.told(20)] == [event.id for event in sent]


async def test_a_topic_that_is_there_is_within_reach(listener: Listener) -> None:
    await listener.topic.reach()  # raises otherwise


async def test_many_publish_at_once(listener: Listener) -> None:
    sent = [events(3) for _ in range(8)]
    await asyncio.gather(*(listener.topic.publish(each) for each in sent))

    found = [found for found, _ in await listener.told(24)]
    for each in sent:
        assert [event_id for event_id in found if event_id in {event.id for event in each}] == [e.id for e in each]


async def test_a_topic_that_is_not_there_is_unavailable(service_bus: Namespace) -> None:
    sender = ServiceBusSender.from_connection_string(service_bus.connection)
    missing = ServiceBusTopic(sender, "missing")
    with pytest.raises(Unavailable):
        await missing.publish(events(1))
    with pytest.raises(Unavailable):
        await missing.reach()
    await sender.close()
