"""The synchronous client: the same queues, the main operations."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from azure.servicebus import (
    NEXT_AVAILABLE_SESSION,
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusReceivedMessage,
    ServiceBusReceiver,
    ServiceBusSender,
)
from azure.servicebus.exceptions import MessageSizeExceededError

from tests.contract.servicebus.namespace import Namespace, fresh_id, numbered


@pytest.fixture(scope="module")
def client(namespace: Namespace) -> Iterator[ServiceBusClient]:
    with ServiceBusClient.from_connection_string(namespace.connection, retry_total=0) as opened:
        yield opened


@pytest.fixture(scope="module")
def sender(client: ServiceBusClient) -> Iterator[ServiceBusSender]:
    with client.get_queue_sender("sessions") as opened:
        yield opened


def receive(receiver: ServiceBusReceiver) -> ServiceBusReceivedMessage:
    [message] = receiver.receive_messages(1, max_wait_time=10)
    return message


def test_a_session_is_sent_received_and_settled(client: ServiceBusClient, sender: ServiceBusSender) -> None:
    mine = fresh_id()
    sender.send_messages(ServiceBusMessage("single", session_id=mine, message_id="m1"))
    sender.send_messages(numbered(3, session_id=mine))
    with pytest.raises(MessageSizeExceededError):
        sender.send_messages(ServiceBusMessage("x" * 256 * 1024, session_id=mine))
    with client.get_queue_receiver("sessions", session_id=mine) as receiver:
        single = receive(receiver)
        receiver.complete_message(single)
        receiver.abandon_message(receive(receiver))
        again = receive(receiver)
        receiver.defer_message(again)
        receiver.dead_letter_message(receive(receiver), reason="Odd", error_description="odd")
        receiver.complete_message(receive(receiver))
        [deferred] = receiver.receive_deferred_messages(again.sequence_number or 0)
        receiver.complete_message(deferred)
        receiver.session.set_state(b"state")
        assert receiver.session.get_state() == b"state"
        receiver.session.set_state(None)
        assert receiver.peek_messages(10) == []
    assert (str(single), single.message_id, str(again), again.delivery_count) == ("single", "m1", "0", 1)
    with client.get_queue_receiver("sessions", sub_queue="deadletter") as dead:
        letter = receive(dead)
        dead.complete_message(letter)
    assert (str(letter), letter.dead_letter_reason) == ("1", "Odd")


def test_the_next_session_is_accepted_when_its_message_is_due(
    client: ServiceBusClient, sender: ServiceBusSender
) -> None:
    mine = fresh_id()
    sender.send_messages(
        ServiceBusMessage("due", session_id=mine, scheduled_enqueue_time_utc=datetime.now(UTC) + timedelta(seconds=1))
    )
    number = sender.schedule_messages(
        ServiceBusMessage("cancelled", session_id=mine), datetime.now(UTC) + timedelta(seconds=1)
    )
    sender.cancel_scheduled_messages(number)
    with client.get_queue_receiver("sessions", session_id=NEXT_AVAILABLE_SESSION, max_wait_time=10) as receiver:
        message = receive(receiver)
        receiver.complete_message(message)
        assert (str(message), receiver.session.session_id) == ("due", mine)


def test_sessions_with_messages_are_listed(client: ServiceBusClient, sender: ServiceBusSender) -> None:
    mine = fresh_id()
    sender.send_messages(ServiceBusMessage("here", session_id=mine))
    listed = list(client.list_queue_sessions("sessions"))
    with client.get_queue_receiver("sessions", session_id=mine) as receiver:
        receiver.complete_message(receive(receiver))
    assert mine in listed
