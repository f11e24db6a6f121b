"""What a channel says of an attempt, without what it may quote of what it was sent: the number, the words."""

from shared.sending.channel import Shipment
from shared.vocabulary.channel_words import without_personal_data


def without_private_parts(said: str, shipment: Shipment) -> str:
    """Return the channel's words, fit to be stored and shown."""
    content = shipment.content
    values = content.template.texts if content.template else ()
    return without_personal_data(said, shipment.to, shipment.to.lstrip("+"), content.words, *values)
