"""A provider that does not know a repetition again: one call, then a status tells, or a person is asked."""

import pytest

from shared.composition import ContactCentre
from shared.intake.events import CustomerIdentity, DeliveryStatus
from shared.vocabulary.message import Failure
from shared.vocabulary.words import MessageStatus
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, World, refusal

MINUTES = 60
DOUBT = 10 * MINUTES
SENT, DELIVERED, READ, FAILED = (
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.READ,
    MessageStatus.FAILED,
)


@pytest.fixture
async def world() -> World:
    """A customer of a number at such a provider has written."""
    world = World(sample())
    world.channel.repeatable = False
    await world.customer("Bonjour")
    return world


async def told(
    world: World,
    status: MessageStatus = DELIVERED,
    *,
    call: int = -1,
    message_id: str | None = None,
    code: str | None = None,
    by: ContactCentre | None = None,
) -> None:
    """A status names the attempt of a call, by its request id."""
    shipment = world.channel.attempts[call]
    phone = world.contact.phone
    event = DeliveryStatus(
        event_id=f"event-{call}-{status}",
        message_id=message_id or f"wamid.{shipment.request_id}",
        customer=CustomerIdentity(channel_id=CHANNEL, phone=phone, bsuid=None),
        status=status,
        at=world.clock.now(),
        request_id=shipment.request_id,
        error=Failure(code=code, message="refused") if code else None,
    )
    await (by or world.centre)._record_status(event)


async def heard(world: World) -> None:
    """A webhook of somebody else's comes through."""
    await world.centre.channel_heard.note(CHANNEL, world.clock.now())


async def in_doubt(world: World, text: str = "Un") -> None:
    world.channel.lose_next_answer()
    await refusal(world.reply(text))


async def test_an_answer_is_an_answer(world: World) -> None:
    await world.reply("Un")
    assert world.line("Un").status is SENT
    assert world.contact.unsent == ()


async def test_in_doubt_nobody_calls_again_and_a_status_ends_it(world: World) -> None:
    await in_doubt(world)
    await refusal(world.reply("Deux"))
    await world.customer("Alors ?")
    await world.pass_time(9 * MINUTES)
    assert len(world.channel.attempts) == 1
    assert world.line("Un").status is MessageStatus.PENDING
    await told(world)
    assert world.phone == ["Un", "Deux"]
    assert world.line("Un").status is DELIVERED


async def test_a_status_that_says_failed_is_decided_by_its_code(world: World) -> None:
    await in_doubt(world)
    await told(world, FAILED, code="131026")
    line = world.line("Un")
    assert line.status is FAILED
    assert line.error
    assert line.error.code == "131026"


async def test_without_a_status_it_goes_out_once_more_if_webhooks_come(world: World) -> None:
    await in_doubt(world)
    await world.pass_time(1 * MINUTES)
    await heard(world)
    await world.pass_time(DOUBT)
    assert world.line("Un").status is SENT
    assert len(world.channel.attempts) == 2
    assert len({each.request_id for each in world.channel.attempts}) == 2
    assert world.contact.unsent == ()


async def test_without_webhooks_it_has_failed_and_asks_a_person_to_look(world: World) -> None:
    await heard(world)
    world.clock.step(1)
    await in_doubt(world)
    await world.pass_time(DOUBT + 5)
    line = world.line("Un")
    assert len(world.channel.attempts) == 1
    assert line.status is FAILED
    assert line.error
    assert (line.error.code, line.error.retryable) == ("in_doubt", True)
    assert "Look whether" in line.error.hint


async def test_in_doubt_twice_it_has_failed(world: World) -> None:
    await in_doubt(world)
    world.channel.lose_next_answer()
    for _ in range(3):
        await world.pass_time(5 * MINUTES)
        await heard(world)
    await world.pass_time(DOUBT)
    assert len(world.channel.attempts) == 2
    assert world.line("Un").status is FAILED
