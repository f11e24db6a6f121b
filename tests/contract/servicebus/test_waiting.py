"""Scheduled messages, forwarding when due, duplicate detection."""

from datetime import UTC, datetime, timedelta

import pytest
from azure.servicebus import ServiceBusMessage, ServiceBusMessageState
from azure.servicebus.exceptions import MessageNotFoundError, ServiceBusError

from tests.contract.servicebus.namespace import (
    Clients,
    Namespace,
    fresh_id,
    nothing_comes,
    numbered,
    receive,
    receive_one,
    texts,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")
SOON = timedelta(seconds=1)
LATER = timedelta(minutes=10)


async def test_a_message_sent_for_later_comes_when_it_is_due(clients: Clients) -> None:
    mine = fresh_id()
    receiver = clients.session("sessions", mine)
    assert await receiver.peek_messages(1) == []
    due = datetime.now(UTC) + SOON
    await clients.send("sessions", ServiceBusMessage("due", session_id=mine, scheduled_enqueue_time_utc=due))
    [peeked] = await receiver.peek_messages(1)
    assert peeked.state is ServiceBusMessageState.SCHEDULED
    message = await receive_one(receiver)
    await receiver.complete_message(message)
    assert datetime.now(UTC) >= due
    assert (str(message), message.state) == ("due", ServiceBusMessageState.ACTIVE)


async def test_a_scheduled_message_can_be_cancelled_once(clients: Clients, control: Namespace) -> None:
    mine = fresh_id()
    sender = clients.sender("sessions")
    numbers = await sender.schedule_messages(numbered(3, session_id=mine), datetime.now(UTC) + LATER)
    await sender.cancel_scheduled_messages(numbers[1])
    with pytest.raises(MessageNotFoundError):
        await sender.cancel_scheduled_messages(numbers[1])
    receiver = clients.session("sessions", mine)
    peeked = await receiver.peek_messages(10)
    assert [message.state for message in peeked] == [ServiceBusMessageState.SCHEDULED] * 2
    assert await nothing_comes(receiver)
    control.call("/clock", {"advance": LATER.total_seconds()})
    got = await receive(receiver, 2)
    for message in got:
        await receiver.complete_message(message)
    assert texts(got) == ["0", "2"]


async def test_a_message_is_forwarded_when_due_with_all_it_has(clients: Clients) -> None:
    mine = fresh_id()
    timer = ServiceBusMessage(
        "close",
        session_id=mine,
        message_id=fresh_id(),
        subject="timer",
        application_properties={"generation": 3},
        scheduled_enqueue_time_utc=datetime.now(UTC) + SOON,
    )
    await clients.send("forwarding", timer)
    receiver = clients.session("unique", mine)
    message = await receive_one(receiver)
    await receiver.complete_message(message)
    assert (str(message), message.session_id, message.message_id) == ("close", mine, timer.message_id)
    assert (message.subject, message.application_properties) == ("timer", {b"generation": 3})


async def test_the_destination_drops_duplicates_on_arrival(clients: Clients, control: Namespace) -> None:
    mine, repeated = fresh_id(), fresh_id()
    due = datetime.now(UTC) + LATER
    for text in ("first", "second"):
        await clients.send(
            "forwarding",
            ServiceBusMessage(text, session_id=mine, message_id=repeated, scheduled_enqueue_time_utc=due),
        )
    control.call("/clock", {"advance": LATER.total_seconds()})
    receiver = clients.session("unique", mine)
    message = await receive_one(receiver)
    await receiver.complete_message(message)
    assert str(message) == "first"
    assert await nothing_comes(receiver)


async def test_nobody_receives_from_a_queue_that_forwards(clients: Clients) -> None:
    with pytest.raises(ServiceBusError):
        await clients.receiver("forwarding").receive_messages(1, max_wait_time=1)


async def test_the_schedule_call_is_refused_on_a_queue_that_forwards(clients: Clients, control: Namespace) -> None:
    with pytest.raises(ServiceBusError, match="send with a scheduled enqueue time"):
        await clients.sender("forwarding").schedule_messages(
            ServiceBusMessage("timer", session_id=fresh_id()), datetime.now(UTC) + LATER
        )
    assert control.call("/queues")["forwarding"]["scheduled"] == 0


async def test_a_message_that_the_destination_refuses_is_a_dead_letter(clients: Clients, control: Namespace) -> None:
    await clients.send("forwarding", ServiceBusMessage("no session"))
    dead = clients.receiver("forwarding", sub_queue="deadletter")
    letter = await receive_one(dead)
    await dead.complete_message(letter)
    assert str(letter) == "no session"
    assert control.call("/queues")["forwarding"]["deadLetter"] == 0


async def test_an_id_is_accepted_once_within_the_window(clients: Clients) -> None:
    mine, repeated = fresh_id(), fresh_id()
    receiver = clients.session("unique", mine)
    await clients.send("unique", ServiceBusMessage("first", session_id=mine, message_id=repeated))
    await receiver.complete_message(await receive_one(receiver))
    await clients.send(
        "unique",
        ServiceBusMessage("repeated", session_id=mine, message_id=repeated),
        ServiceBusMessage("next", session_id=mine, message_id=fresh_id()),
    )
    message = await receive_one(receiver)
    await receiver.complete_message(message)
    assert str(message) == "next"


async def test_an_id_is_accepted_again_after_the_window(clients: Clients, control: Namespace) -> None:
    mine, repeated = fresh_id(), fresh_id()
    await clients.send("unique", ServiceBusMessage("first", session_id=mine, message_id=repeated))
    control.call("/clock", {"advance": 61})
    await clients.send("unique", ServiceBusMessage("again", session_id=mine, message_id=repeated))
    receiver = clients.session("unique", mine)
    got = await receive(receiver, 2)
    for message in got:
        await receiver.complete_message(message)
    assert texts(got) == ["first", "again"]
