"""A customer of a number whose provider does not know a repetition again, and messages that are in doubt there."""

from shared.sending.channel import Postponed, Shipment
from shared.vocabulary.words import MessageStatus
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, World, refusal

MINUTES = 60
DOUBT = 10 * MINUTES
PENDING, SENT, DELIVERED, FAILED = (
    MessageStatus.PENDING,
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.FAILED,
)
AWAY = Postponed(code="131016", message="away")
TURNED_AWAY = Postponed(code="429", message="too many", in_doubt=False)


async def a_world() -> World:
    """A customer of a number at such a provider has written."""
    world = World(sample())
    world.channel.repeatable = False
    await world.customer("Bonjour")
    return world


async def heard(world: World) -> None:
    """A webhook of somebody else's comes through."""
    await world.centre.channel_heard.note(CHANNEL, world.clock.now())


async def in_doubt(world: World, text: str = "Un") -> Shipment:
    """A reply is taken, and its answer lost."""
    world.channel.lose_next_answer()
    await refusal(world.reply(text))
    return world.channel.sent[-1]


async def given_up(world: World, text: str = "Un") -> Shipment:
    """A reply was in doubt for so long that it has failed."""
    shipment = await in_doubt(world, text)
    await world.pass_time(DOUBT + 5)
    assert code_of(world, text) == "in_doubt"
    return shipment


def code_of(world: World, text: str) -> str | None:
    """The code of what went wrong with a message."""
    error = world.line(text).error
    return error.code if error else None
