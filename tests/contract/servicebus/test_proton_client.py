"""A client that is closer to the protocol, Proton: credit that is drained, signs of life, sessions, a refused link."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from proton import Link, Message, Timeout, symbol
from proton.reactor import ReceiverOption
from proton.utils import BlockingConnection, BlockingSender, LinkDetached

from tests.contract.servicebus.namespace import Namespace, fresh_id

HEARTBEAT_SECONDS = 0.4


class InSession(ReceiverOption):
    """Asks for a session by its id, or for the next available one (None)."""

    def __init__(self, session_id: str | None) -> None:
        self._session_id = session_id

    def apply(self, link: Link) -> None:
        link.source.filter.put_dict({symbol("com.microsoft:session-filter"): self._session_id})


@pytest.fixture
def connection(control: Namespace) -> Iterator[BlockingConnection]:
    """A connection without a token, which a stand-in accepts and a real namespace does not."""
    endpoint = urlsplit(control.connection.split(";")[0].removeprefix("Endpoint="))
    opened = BlockingConnection(
        f"amqp://{endpoint.netloc}", allowed_mechs="ANONYMOUS", heartbeat=HEARTBEAT_SECONDS, timeout=10
    )
    yield opened
    opened.close()


def test_a_session_is_sent_received_and_settled(connection: BlockingConnection) -> None:
    mine = fresh_id()
    connection.create_sender("sessions").send(Message(id="m1", body="hello", group_id=mine))
    receiver = connection.create_receiver("sessions", credit=1, options=InSession(None))
    got = receiver.receive()
    receiver.accept()
    assert (got.id, got.body, got.group_id) == ("m1", "hello", mine)


def test_credit_that_is_not_used_is_given_back_when_drained(connection: BlockingConnection) -> None:
    mine = fresh_id()
    connection.create_sender("sessions").send(Message(body="only", group_id=mine))
    receiver = connection.create_receiver("sessions", credit=0, options=InSession(mine))
    receiver.link.drain(5)
    got = receiver.receive()
    receiver.accept()
    connection.wait(lambda: receiver.link.credit == 0, timeout=5)
    assert got.body == "only"


def test_a_client_that_asks_for_signs_of_life_stays_connected_while_nothing_comes(
    connection: BlockingConnection,
) -> None:
    mine = fresh_id()
    receiver = connection.create_receiver("sessions", credit=1, options=InSession(mine))
    with pytest.raises(Timeout):
        receiver.receive(timeout=3 * HEARTBEAT_SECONDS)
    connection.create_sender("sessions").send(Message(body="still here", group_id=mine))
    assert receiver.receive().body == "still here"
    receiver.accept()


def test_a_refused_link_leaves_the_connection_usable(connection: BlockingConnection) -> None:
    with pytest.raises(LinkDetached, match="could not be found"):
        connection.create_sender("missing")
    connection.create_sender("sessions")


def refusal(connection: BlockingConnection, sender: BlockingSender, data: bytes) -> str | None:
    """Send the bytes of a message and return the condition it is rejected with."""
    delivery = sender.link.delivery(fresh_id())
    sender.link.stream(data)
    sender.link.advance()
    connection.wait(lambda: delivery.settled, timeout=5)
    return delivery.remote.condition.name if delivery.remote.condition else None


def test_what_is_no_message_or_too_large_is_refused_and_the_link_goes_on(connection: BlockingConnection) -> None:
    mine = fresh_id()
    sender = connection.create_sender("sessions")
    large = Message(body="x" * 256 * 1024, group_id=mine).encode()
    assert refusal(connection, sender, b"\x00\x53\x75nothing") == "amqp:decode-error"
    assert refusal(connection, sender, large) == "amqp:link:message-size-exceeded"
    sender.send(Message(body="good", group_id=mine))
    receiver = connection.create_receiver("sessions", credit=1, options=InSession(mine))
    assert receiver.receive().body == "good"
    receiver.accept()
