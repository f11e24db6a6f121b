"""A message goes out in its caller's context, whoever sends it: there the SDK looks for the trace to put into it."""

import asyncio
from contextvars import ContextVar
from typing import Any, cast

import pytest
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient

from shared.adapters.service_bus import ServiceBusSender
from shared.queue.messages import Subject
from shared.queue.sender import QueueMessage

CALLER: ContextVar[str] = ContextVar("caller", default="nobody")


class Batch:
    """As the SDK's: messages are put into it one by one."""

    def __init__(self, seen: dict[str, str]) -> None:
        self._seen = seen

    def add_message(self, message: ServiceBusMessage) -> None:
        self._seen[str(message.message_id)] = CALLER.get()


class Link:
    """As the SDK's sender. It is held up until it is let go, and notes in whose context a message came to it."""

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}
        self.batches_of: list[str] = []
        self.free = asyncio.Event()

    async def send_messages(self, message: ServiceBusMessage | Batch) -> None:
        if isinstance(message, Batch):
            self.batches_of.append(CALLER.get())
        else:
            self.seen[str(message.message_id)] = CALLER.get()
        await self.free.wait()

    async def create_message_batch(self) -> Batch:
        return Batch(self.seen)

    async def close(self) -> None:
        pass


class Client:
    """As the SDK's client, with one link."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def get_queue_sender(self, _: str) -> Link:
        return self._link

    async def close(self) -> None:
        pass


@pytest.fixture
def link() -> Link:
    return Link()


@pytest.fixture
def sender(link: Link) -> ServiceBusSender:
    return ServiceBusSender(cast(ServiceBusClient, Client(link)))


async def send(sender: ServiceBusSender, caller: str) -> None:
    CALLER.set(caller)
    body: dict[str, Any] = {}
    await sender.send(QueueMessage(subject=Subject.CHECK, session_id="s", message_id=caller, body=body))


@pytest.mark.parametrize("waiting", [0, 1, 5], ids=["alone", "one waits", "several wait"])
async def test_every_message_is_sent_in_the_context_of_its_caller(
    link: Link, sender: ServiceBusSender, waiting: int
) -> None:
    callers = [f"caller {number}" for number in range(waiting + 1)]
    calls = [asyncio.create_task(send(sender, caller)) for caller in callers]
    await asyncio.sleep(0)
    link.free.set()
    await asyncio.gather(*calls)
    assert link.seen == {caller: caller for caller in callers}


async def test_a_batch_of_several_callers_is_sent_in_the_context_of_none(link: Link, sender: ServiceBusSender) -> None:
    calls = [asyncio.create_task(send(sender, f"caller {number}")) for number in range(4)]
    await asyncio.sleep(0)
    link.free.set()
    await asyncio.gather(*calls)
    assert link.batches_of == ["nobody"]
