"""What every `Sender` keeps to: the fake, and Azure Service Bus through its adapter."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from shared.adapters.service_bus import ServiceBusSender
from shared.queue.messages import Subject
from shared.queue.sender import CONTENT_TYPE, QueueMessage
from shared.vocabulary.errors import TooLarge
from tests.contract.ports.queues import Arrived, BrokerOtherEnd, FakeOtherEnd, OtherEnd
from tests.contract.servicebus.namespace import Clients, Namespace

TOO_MUCH = "x" * 2_000_000  # more than any tier takes in one message of a batch


@pytest_asyncio.fixture(params=["fake", "service bus"], scope="module", loop_scope="module")
async def other_end(request: pytest.FixtureRequest) -> AsyncIterator[OtherEnd]:
    if request.param == "fake":
        yield FakeOtherEnd()
        return
    namespace: Namespace = request.getfixturevalue("service_bus")
    opened = BrokerOtherEnd(ServiceBusSender.from_connection_string(namespace.connection), Clients(namespace))
    yield opened
    await opened.close()


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def session() -> str:
    return uuid4().hex


def message(session: str, number: int = 0, *, text: str = "", due: datetime | None = None) -> QueueMessage:
    return QueueMessage(
        subject=Subject.CHECK,
        session_id=session,
        message_id=f"{session}-{number}",
        body={"number": number, "text": text},
        deliver_at=due,
    )


def numbers(arrived: list[Arrived]) -> list[int]:
    return [json.loads(each.body)["number"] for each in arrived]


async def test_queues_that_are_there_are_within_reach(other_end: OtherEnd) -> None:
    await other_end.sender.reach()  # raises otherwise


async def test_a_message_arrives_in_its_session_as_it_was_sent(other_end: OtherEnd, session: str) -> None:
    await other_end.sender.send(
        QueueMessage(
            subject=Subject.EVENT,
            session_id=session,
            message_id=f"{session}-id",
            body={"text": "où ? 👋", "list": [1, None, {"a": True}]},
            event_time=datetime(2026, 11, 24, 9, 0, 0, 500_000, tzinfo=UTC),
        )
    )

    assert await other_end.arrived(session, 1) == [
        Arrived(
            message_id=f"{session}-id",
            session_id=session,
            subject="event",
            content_type=CONTENT_TYPE,
            body='{"text":"où ? 👋","list":[1,null,{"a":true}]}'.encode(),
            event_time="2026-11-24T09:00:00.500000Z",
        )
    ]


async def test_a_message_without_an_event_has_no_event_time(other_end: OtherEnd, session: str) -> None:
    await other_end.sender.send(message(session))

    [arrived] = await other_end.arrived(session, 1)

    assert arrived.event_time is None


async def test_messages_handed_in_one_after_the_other_keep_their_order(other_end: OtherEnd, session: str) -> None:
    for number in range(20):
        await other_end.sender.send(message(session, number))

    assert numbers(await other_end.arrived(session, 20)) == list(range(20))


async def test_messages_handed_in_at_once_all_arrive_each_session_in_order(other_end: OtherEnd) -> None:
    sessions = [uuid4().hex for _ in range(3)]

    await asyncio.gather(*(other_end.sender.send(message(sessions[n % 3], n)) for n in range(300)))

    for place, session in enumerate(sessions):
        assert numbers(await other_end.arrived(session, 100)) == list(range(place, 300, 3))


async def test_a_message_that_is_due_later_arrives_in_its_session_too(other_end: OtherEnd, session: str) -> None:
    await other_end.sender.send(message(session, 1, due=datetime.now(UTC) + timedelta(seconds=0.3)))

    assert numbers(await other_end.arrived(session, 1)) == [1]


async def test_a_message_whose_id_was_seen_is_a_success_and_arrives_once(other_end: OtherEnd, session: str) -> None:
    await other_end.sender.send(message(session, 1))
    await other_end.sender.send(message(session, 1))
    await other_end.sender.send(message(session, 2))

    assert numbers(await other_end.arrived(session, 2)) == [1, 2]


async def test_a_message_that_is_too_large_fails_alone(other_end: OtherEnd, session: str) -> None:
    texts = ["", TOO_MUCH, "", TOO_MUCH, ""]
    messages = [message(session, number, text=text) for number, text in enumerate(texts)]

    outcomes = await asyncio.gather(*(other_end.sender.send(each) for each in messages), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [type(None), TooLarge, type(None), TooLarge, type(None)]
    assert numbers(await other_end.arrived(session, 3)) == [0, 2, 4]


async def test_after_a_message_that_was_too_large_the_next_one_arrives(other_end: OtherEnd, session: str) -> None:
    with pytest.raises(TooLarge):
        await other_end.sender.send(message(session, 1, text=TOO_MUCH))
    await other_end.sender.send(message(session, 2))

    assert numbers(await other_end.arrived(session, 1)) == [2]


async def test_messages_that_are_too_large_together_all_arrive_in_order(other_end: OtherEnd, session: str) -> None:
    messages = [message(session, number, text="x" * 200_000) for number in range(12)]

    await asyncio.gather(*(other_end.sender.send(each) for each in messages))

    assert numbers(await other_end.arrived(session, 12)) == list(range(12))


async def test_a_caller_that_gives_up_does_not_disturb_the_others(other_end: OtherEnd, session: str) -> None:
    sends = [asyncio.create_task(other_end.sender.send(message(session, number))) for number in range(5)]
    await asyncio.sleep(0)
    for given_up in (sends[0], sends[3]):
        given_up.cancel()

    async with asyncio.timeout(10):
        outcomes = await asyncio.gather(*sends, return_exceptions=True)
        await other_end.sender.send(message(session, 5))

    assert [outcomes[number] for number in (1, 2, 4)] == [None, None, None]
    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert isinstance(outcomes[3], asyncio.CancelledError)
    arrived = numbers(await other_end.arrived(session, 4))
    assert arrived == sorted(arrived)
