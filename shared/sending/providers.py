"""The port `Channel` on several providers: each channel's messages go to whoever has its number at the time."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime

from shared.configuration.channels import Channel as ConfiguredChannel
from shared.configuration.channels import provider_of
from shared.sending.channel import Channel, Outcome, Shipment
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import Provider


class Providers:
    """The channels of a configuration, by their keys; here alone it is known which ids they have at their providers.

    Args:
        channel_at: Gives a provider.
    """

    def __init__(
        self,
        channels: Iterable[ConfiguredChannel],
        channel_at: Callable[[Provider], Channel],
        now: Callable[[], datetime],
    ) -> None:
        self._channels = {channel.key: channel for channel in channels}
        self._channel_at = channel_at
        self._now = now

    def repeats_harmlessly(self, shipment: Shipment) -> bool:
        """See `Channel.repeats_harmlessly`."""
        adapter, shipment = self._of(shipment)
        return adapter.repeats_harmlessly(shipment)

    def same_provider(self, channel_id: str, then: datetime, now: datetime) -> bool:
        """See `Channel.same_provider`."""
        channel = self._channels.get(channel_id)
        # Who wrote the time may have a clock that is ahead of this one.
        return channel is None or channel.id_at(then) == channel.id_at(max(then, now))

    async def send(self, shipment: Shipment) -> Outcome:
        """See `Channel.send`."""
        adapter, shipment = self._of(shipment)
        return await adapter.send(shipment)

    async def templates(self, channel_id: str) -> Sequence[ListedTemplate]:
        """See `Channel.templates`."""
        adapter, its_id = self._at(channel_id, self._now())
        return await adapter.templates(its_id)

    def media(self, provider: Provider, media_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes] | None]:
        """See `Channel.media`."""
        return self._channel_at(provider).media(provider, media_id)

    async def mark_read(self, channel_id: str, message_id: str) -> None:
        """See `Channel.mark_read`."""
        adapter, its_id = self._at(channel_id, self._now())
        await adapter.mark_read(its_id, message_id)

    def _of(self, shipment: Shipment) -> tuple[Channel, Shipment]:
        """Return who takes an attempt: an attempt stays with the provider that the number had when it was due first.

        Another one would know nothing of it, and could bring it to the customer a second time.
        """
        adapter, its_id = self._at(shipment.channel_id, shipment.first_sent)
        return adapter, replace(shipment, channel_id=its_id)

    def _at(self, key: str, at: datetime) -> tuple[Channel, str]:
        """Return who has a channel at a time, and its id there; one that was taken out is as it was called."""
        channel = self._channels.get(key)
        its_id = channel.id_at(at) if channel else key
        return self._channel_at(provider_of(its_id)), its_id
