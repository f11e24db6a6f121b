"""Statuses as Meta's webhook brings them: each names the attempt that it is about by its request id."""

from shared.composition import ContactCentre
from shared.intake.events import CustomerIdentity, DeliveryStatus
from shared.sending.channel import Shipment
from shared.vocabulary.message import Failure
from shared.vocabulary.words import MessageStatus
from tests.fakes.world import CHANNEL, World


async def tell(
    world: World,
    shipment: Shipment,
    status: MessageStatus,
    *,
    code: str | None = None,
    by: ContactCentre | None = None,
) -> None:
    """A status of a message that the channel took is handled."""
    phone, bsuid = (shipment.to, None) if shipment.to.startswith("+") else (None, shipment.to)
    message_id = world.channel.message_id(shipment)
    event = DeliveryStatus(
        event_id=f"event-{message_id}-{status}",
        message_id=message_id,
        customer=CustomerIdentity(channel_id=CHANNEL, phone=phone, bsuid=bsuid),
        status=status,
        at=world.clock.now(),
        request_id=shipment.request_id,
        error=Failure(code=code, message="refused") if code else None,
    )
    await (by or world.centre)._record_status(event)


async def tell_of_all(world: World, status: MessageStatus = MessageStatus.SENT) -> None:
    """A status of each message that was taken is handled, also of those that go out since the ones before are known."""
    for shipment in world.channel.sent:
        await tell(world, shipment, status)
