"""Messages of a queue without sessions: sending, settling, dead letters, locks."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from azure.servicebus import ServiceBusMessage, ServiceBusMessageState, ServiceBusReceiveMode
from azure.servicebus.aio import ServiceBusReceiver
from azure.servicebus.amqp import AmqpAnnotatedMessage, AmqpMessageBodyType
from azure.servicebus.exceptions import (
    MessageNotFoundError,
    MessageSizeExceededError,
    MessagingEntityNotFoundError,
)

from tests.contract.servicebus.namespace import (
    Clients,
    failures,
    fresh_id,
    nothing_comes,
    numbered,
    receive,
    receive_one,
    texts,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def plain(clients: Clients) -> ServiceBusReceiver:
    """The one receiver of the queue: what it does not settle is gone when its lock runs out."""
    return clients.receiver("plain")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def dead(clients: Clients) -> ServiceBusReceiver:
    return clients.receiver("plain", sub_queue="deadletter")


async def test_a_message_arrives_as_it_was_sent(clients: Clients, plain: ServiceBusReceiver) -> None:
    identifier = uuid4()
    sent = ServiceBusMessage(
        b"\x00words",
        message_id="m1",
        session_id="kept without meaning",
        subject="inbound",
        content_type="application/json",
        correlation_id="c1",
        to="here",
        reply_to="there",
        reply_to_session_id="s2",
        application_properties={"text": "é", "number": 7, "yes": True, "share": 0.5, "id": identifier},
    )
    before = datetime.now(UTC)
    await clients.send("plain", sent)
    got = await receive_one(plain)
    await plain.complete_message(got)
    assert b"".join(got.body) == b"\x00words"
    assert (got.message_id, got.session_id, got.subject) == ("m1", "kept without meaning", "inbound")
    assert (got.content_type, got.correlation_id, got.to) == ("application/json", "c1", "here")
    assert (got.reply_to, got.reply_to_session_id) == ("there", "s2")
    assert got.application_properties == {
        b"text": "é".encode(),
        b"number": 7,
        b"yes": True,
        b"share": 0.5,
        b"id": identifier,
    }
    assert got.enqueued_time_utc is not None
    assert abs((got.enqueued_time_utc - before).total_seconds()) < 5
    assert (got.delivery_count, got.state) == (0, ServiceBusMessageState.ACTIVE)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (AmqpMessageBodyType.VALUE, {"value_body": "one value"}),
        (AmqpMessageBodyType.SEQUENCE, {"sequence_body": [["a", 1], ["b"]]}),
        (AmqpMessageBodyType.DATA, {"data_body": [b"two", b"parts"]}),
    ],
)
async def test_a_body_of_any_kind_arrives_as_it_was_sent(
    clients: Clients, plain: ServiceBusReceiver, kind: AmqpMessageBodyType, body: dict[str, object]
) -> None:
    await clients.sender("plain").send_messages(AmqpAnnotatedMessage(**body))  # type: ignore[arg-type]  # one kind each
    got = await receive_one(plain)
    await plain.complete_message(got)
    assert got.body_type == kind
    match kind:
        case AmqpMessageBodyType.VALUE:
            assert got.body == b"one value"
        case AmqpMessageBodyType.SEQUENCE:
            assert list(got.body) == [[b"a", 1], [b"b"]]
        case _:
            assert list(got.body) == [b"two", b"parts"]


async def test_a_batch_is_many_messages_in_order(clients: Clients, plain: ServiceBusReceiver) -> None:
    sender = clients.sender("plain")
    batch = await sender.create_message_batch()
    for message in numbered(60):
        batch.add_message(message)
    await sender.send_messages(batch)
    await sender.send_messages([ServiceBusMessage("x" * 300), ServiceBusMessage("last")])
    got = await receive(plain, 62)
    for message in got:
        await plain.complete_message(message)
    assert texts(got) == [*[str(number) for number in range(60)], "x" * 300, "last"]
    assert await nothing_comes(plain)


async def test_a_batch_offers_no_more_room_than_the_queue_takes(clients: Clients) -> None:
    batch = await clients.sender("plain").create_message_batch()
    assert batch.max_size_in_bytes == 256 * 1024
    with pytest.raises(MessageSizeExceededError):
        batch.add_message(ServiceBusMessage("x" * 256 * 1024))


async def test_a_message_over_256_kb_is_refused(clients: Clients, plain: ServiceBusReceiver) -> None:
    with pytest.raises(MessageSizeExceededError):
        await clients.send("plain", ServiceBusMessage("x" * 256 * 1024))
    big = "x" * 250_000
    await clients.send("plain", ServiceBusMessage(big))
    got = await receive_one(plain)
    await plain.complete_message(got)
    assert str(got) == big


async def test_an_abandoned_message_comes_again_until_it_is_a_dead_letter(
    clients: Clients, plain: ServiceBusReceiver, dead: ServiceBusReceiver
) -> None:
    await clients.send("plain", ServiceBusMessage("stubborn", message_id="m1", application_properties={"own": 1}))
    counts = []
    for _ in range(3):
        message = await receive_one(plain)
        counts.append(message.delivery_count)
        await plain.abandon_message(message)
    letter = await receive_one(dead)
    await dead.complete_message(letter)
    assert counts == [0, 1, 2]
    assert (letter.message_id, str(letter), letter.delivery_count) == ("m1", "stubborn", 3)
    assert letter.dead_letter_reason == "MaxDeliveryCountExceeded"
    assert (letter.application_properties or {})[b"own"] == 1
    assert await nothing_comes(plain)


async def test_a_dead_letter_carries_the_reason_it_was_given(
    clients: Clients, plain: ServiceBusReceiver, dead: ServiceBusReceiver
) -> None:
    await clients.send("plain", ServiceBusMessage("unreadable"))
    await plain.dead_letter_message(await receive_one(plain), reason="Malformed", error_description="no JSON")
    letter = await receive_one(dead)
    await dead.complete_message(letter)
    assert (str(letter), letter.dead_letter_reason, letter.dead_letter_error_description) == (
        "unreadable",
        "Malformed",
        "no JSON",
    )


async def test_a_deferred_message_is_received_by_its_number_only(clients: Clients, plain: ServiceBusReceiver) -> None:
    await clients.send("plain", ServiceBusMessage("later"))
    message = await receive_one(plain)
    assert message.sequence_number is not None
    await plain.defer_message(message)
    assert await nothing_comes(plain)
    [deferred] = await plain.receive_deferred_messages([message.sequence_number])
    await plain.complete_message(deferred)
    assert str(deferred) == "later"
    with pytest.raises(MessageNotFoundError):
        await plain.receive_deferred_messages([message.sequence_number])


async def test_a_deferred_message_can_become_a_dead_letter(
    clients: Clients, plain: ServiceBusReceiver, dead: ServiceBusReceiver
) -> None:
    await clients.send("plain", ServiceBusMessage("later"))
    message = await receive_one(plain)
    assert message.sequence_number is not None
    await plain.defer_message(message)
    [deferred] = await plain.receive_deferred_messages(message.sequence_number)
    await plain.dead_letter_message(deferred, reason="TooLate", error_description="")
    letter = await receive_one(dead)
    await dead.complete_message(letter)
    assert letter.dead_letter_reason == "TooLate"


async def test_receive_and_delete_needs_no_settlement(clients: Clients) -> None:
    await clients.send("plain", *numbered(3))
    taker = clients.receiver("plain", receive_mode=ServiceBusReceiveMode.RECEIVE_AND_DELETE)
    assert texts(await receive(taker, 3)) == ["0", "1", "2"]
    assert await taker.peek_messages(5) == []
    await taker.close()


async def test_peek_shows_active_and_deferred_messages_and_takes_none(
    clients: Clients, plain: ServiceBusReceiver
) -> None:
    await clients.send("plain", ServiceBusMessage("deferred"), ServiceBusMessage("active"))
    first = await receive_one(plain)
    await plain.defer_message(first)
    assert first.sequence_number is not None
    peeked = await plain.peek_messages(10, sequence_number=first.sequence_number)
    assert [(str(message), message.state) for message in peeked] == [
        ("deferred", ServiceBusMessageState.DEFERRED),
        ("active", ServiceBusMessageState.ACTIVE),
    ]
    [again] = await plain.receive_deferred_messages(first.sequence_number)
    await plain.complete_message(again)
    await plain.complete_message(await receive_one(plain))
    assert await plain.peek_messages(10, sequence_number=first.sequence_number) == []


async def test_a_message_that_a_closing_receiver_did_not_hand_out_is_released(clients: Clients) -> None:
    await clients.send("plain", *numbered(2))
    greedy = clients.receiver("plain", prefetch_count=10)
    await greedy.complete_message(await receive_one(greedy))
    await greedy.close()
    heir = clients.receiver("plain")
    message = await receive_one(heir, wait=2)
    await heir.complete_message(message)
    await heir.close()
    assert (str(message), message.delivery_count) == ("1", 0)


async def test_an_unknown_queue_is_named(clients: Clients) -> None:
    missing = f"no-{fresh_id()}"
    errors = await failures(
        clients.receiver(missing).receive_messages(1, max_wait_time=1),
        clients.send(missing, ServiceBusMessage("lost")),
    )
    assert [type(error) for error in errors] == [MessagingEntityNotFoundError] * 2
