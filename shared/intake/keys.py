"""Under which id an event's channel is kept: a number that moved has had several, and its first is its key for ever."""

from collections.abc import Mapping
from dataclasses import replace

from shared.intake.events import AccountEvent, CustomerIdentity, Event

type Keys = Mapping[str, str]
"""From every id that a channel has or had to its key; an id that is not in it is a key itself."""


def keyed(customer: CustomerIdentity, keys: Keys) -> CustomerIdentity:
    """Return a customer as the customer of the channel's key."""
    channel_id = customer.channel_id
    return replace(customer, channel_id=keys.get(channel_id, channel_id))


def under_key(event: Event, keys: Keys) -> Event:
    """Return an event as one of the channel's key."""
    if isinstance(event, AccountEvent):
        channel_id = event.channel_id
        return replace(event, channel_id=keys.get(channel_id, channel_id)) if channel_id else event
    return replace(event, customer=keyed(event.customer, keys))
