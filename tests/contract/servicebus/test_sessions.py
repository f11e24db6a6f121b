"""Queues with sessions: order, locks, waiting for the next, state."""

import asyncio
from datetime import UTC, datetime

import pytest
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusReceiver
from azure.servicebus.exceptions import (
    OperationTimeoutError,
    ServiceBusError,
    SessionCannotBeLockedError,
)

from tests.contract.servicebus.namespace import (
    Clients,
    failures,
    fresh_id,
    in_parallel,
    nothing_comes,
    numbered,
    receive,
    receive_one,
    texts,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def drain(receiver: ServiceBusReceiver, count: int = 1) -> list[str]:
    """Receive and complete `count` messages one by one; return their bodies."""
    bodies = []
    for _ in range(count):
        message = await receive_one(receiver)
        await receiver.complete_message(message)
        bodies.append(str(message))
    return bodies


async def stays_empty(receiver: ServiceBusReceiver) -> None:
    assert await nothing_comes(receiver)


async def test_a_holder_gets_its_session_in_order_and_nothing_else(clients: Clients) -> None:
    mine, other = fresh_id(), fresh_id()
    await clients.send("sessions", *numbered(5, session_id=mine), ServiceBusMessage("other", session_id=other))
    receiver = clients.session("sessions", mine)
    got = await receive(receiver, 5)
    for message in got:
        await receiver.complete_message(message)
    assert texts(got) == ["0", "1", "2", "3", "4"]
    assert {message.session_id for message in got} == {mine}
    assert receiver.session.session_id == mine
    assert receiver.session.locked_until_utc is not None
    assert receiver.session.locked_until_utc > datetime.now(UTC)
    await in_parallel(drain(clients.session("sessions", other)), stays_empty(receiver))


async def test_settling_in_a_session_keeps_its_order(clients: Clients) -> None:
    mine = fresh_id()
    await clients.send("sessions", *numbered(3, session_id=mine))
    receiver = clients.session("sessions", mine)
    await receiver.abandon_message(await receive_one(receiver))
    again = await receive_one(receiver)
    assert (str(again), again.delivery_count, again.sequence_number is not None) == ("0", 1, True)
    await receiver.defer_message(again)
    await receiver.dead_letter_message(await receive_one(receiver), reason="Odd", error_description="odd")
    last = await receive_one(receiver)
    await receiver.complete_message(last)
    assert str(last) == "2"
    [deferred] = await receiver.receive_deferred_messages(again.sequence_number or 0)
    await receiver.complete_message(deferred)
    dead = clients.receiver("sessions", sub_queue="deadletter")
    letter = await receive_one(dead)
    await dead.complete_message(letter)
    assert (str(letter), letter.session_id, letter.dead_letter_reason) == ("1", mine, "Odd")


async def test_a_message_without_session_is_refused(clients: Clients) -> None:
    with pytest.raises(ServiceBusError, match="SessionId"):
        await clients.send("sessions", ServiceBusMessage("lost"))


async def test_a_receiver_without_session_is_refused(clients: Clients) -> None:
    errors = await failures(
        clients.receiver("sessions").receive_messages(1, max_wait_time=1),
        clients.session("plain", fresh_id()).receive_messages(1, max_wait_time=1),
    )
    assert all(isinstance(error, ServiceBusError) for error in errors)


async def test_who_waits_for_the_next_session_is_woken_by_its_first_message(clients: Clients) -> None:
    mine = fresh_id()
    receiver = clients.next_session("sessions")
    waiting = asyncio.create_task(receive_one(receiver))
    await clients.send("sessions", ServiceBusMessage("hello", session_id=mine))
    message = await waiting
    await receiver.complete_message(message)
    assert (str(message), receiver.session.session_id) == ("hello", mine)


async def test_the_wait_for_a_session_ends_with_a_timeout(clients: Clients) -> None:
    with pytest.raises(OperationTimeoutError):
        await clients.next_session("sessions", wait=1).receive_messages(1)


async def test_a_held_session_can_not_be_accepted(clients: Clients) -> None:
    mine = fresh_id()
    await clients.session("sessions", mine).session.get_state()
    with pytest.raises(SessionCannotBeLockedError):
        await clients.session("sessions", mine).receive_messages(1, max_wait_time=1)


async def test_a_session_keeps_its_state(clients: Clients) -> None:
    mine = fresh_id()
    async with clients.session("sessions", mine) as receiver:
        assert await receiver.session.get_state() is None
        await receiver.session.set_state(b"greeted \x00\xff")
    heir = clients.session("sessions", mine)
    assert await heir.session.get_state() == b"greeted \x00\xff"
    await heir.session.set_state(None)
    assert await heir.session.get_state() is None


async def test_a_receiver_that_closes_gives_its_messages_back_uncounted(clients: Clients) -> None:
    mine = fresh_id()
    await clients.send("sessions", *numbered(2, session_id=mine))
    leaving = clients.session("sessions", mine)
    await receive(leaving, 2)
    await leaving.close()
    heir = clients.session("sessions", mine)
    got = await receive(heir, 2)
    for message in got:
        await heir.complete_message(message)
    assert [(str(message), message.delivery_count) for message in got] == [("0", 0), ("1", 0)]


async def test_peek_is_limited_to_the_session(clients: Clients) -> None:
    mine, other = fresh_id(), fresh_id()
    await clients.send("sessions", *numbered(2, session_id=mine), ServiceBusMessage("other", session_id=other))
    receiver = clients.session("sessions", mine)
    assert texts(list(await receiver.peek_messages(10))) == ["0", "1"]
    await in_parallel(drain(receiver, 2), drain(clients.session("sessions", other)))


async def test_many_receivers_wait_at_once_and_each_gets_a_session(clients: Clients) -> None:
    receivers = [clients.next_session("sessions", wait=20) for _ in range(32)]
    waiting = [asyncio.create_task(receive_one(receiver, wait=20)) for receiver in receivers]
    names = [fresh_id() for _ in receivers]
    sender = clients.sender("sessions")
    await sender.send_messages([ServiceBusMessage(name, session_id=name) for name in names])
    messages = await asyncio.gather(*waiting)
    await in_parallel(
        *(receiver.complete_message(message) for receiver, message in zip(receivers, messages, strict=True))
    )
    assert sorted(texts(messages)) == sorted(names)
    assert all(str(message) == message.session_id for message in messages)


async def test_many_short_sessions_are_each_worked_off_in_order(clients: Clients) -> None:
    sessions = {fresh_id(): [str(number) for number in range(5)] for _ in range(24)}
    sender = clients.sender("sessions")
    for number in range(5):
        await sender.send_messages([ServiceBusMessage(str(number), session_id=session) for session in sessions])
    done: dict[str, list[str]] = {}

    async def work() -> None:
        for _ in range(2):
            receiver = clients.next_session("sessions", wait=20)
            async with receiver:
                bodies = await drain(receiver, 5)
                done[receiver.session.session_id] = bodies

    await in_parallel(*(work() for _ in range(12)))
    assert done == sessions
