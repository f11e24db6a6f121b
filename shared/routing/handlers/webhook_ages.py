"""How long Meta's webhooks have told nothing of a number: nothing else says that they don't come."""

from shared.configuration.channels import provider_of
from shared.configuration.document import Configuration
from shared.state.channel_heard import ChannelHeard
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.time import Clock
from shared.vocabulary.words import Provider


class MeasureWebhookAges:
    """Measures it for each number at Meta; of one that was never heard of, since it moved there, if it did.

    Raises Unavailable when storage is away.
    """

    def __init__(self, heard: ChannelHeard, configuration: Configuration, clock: Clock, telemetry: Telemetry) -> None:
        self._heard = heard
        self._configuration = configuration
        self._clock = clock
        self._telemetry = telemetry

    async def __call__(self) -> None:
        """Measure."""
        now = self._clock.now()
        for channel in self._configuration.channels.values():
            at_meta = provider_of(channel.id_at(now)) is Provider.WHATSAPP_CLOUD
            if at_meta and (at := await self._heard.last(channel.key) or channel.moved_at):
                age = max((now - at).total_seconds(), 0)
                self._telemetry.record(Metric.WEBHOOK_AGE.of(age, channel=channel.key))
