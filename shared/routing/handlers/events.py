"""An event of the provider's: a customer's message or a delivery status, of a channel of the configuration."""

import logging
from contextlib import suppress

from shared.configuration.channels import Channel, provider_of
from shared.configuration.document import Configuration
from shared.intake.envelope import as_text
from shared.intake.events import DeliveryStatus, InboundMessage
from shared.intake.identification import Identification, WrittenBeforeErasure
from shared.intake.parsing import parse_event
from shared.intake.quarantine import Quarantine
from shared.intake.quarantined import Source
from shared.logs import log
from shared.queue.messages import EventMessage
from shared.routing.handlers.delivery_statuses import RecordStatus
from shared.routing.handlers.inbound_messages import TakeInbound
from shared.state.channel_heard import ChannelHeard
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.errors import Unavailable, Unreadable
from shared.vocabulary.identity import session_of
from shared.vocabulary.words import Provider


class HandleEvent:
    """Gives an event to what records its kind; one of an unknown channel goes to quarantine.

    One from before its customer was erased is dropped, however late or often it comes.
    """

    def __init__(
        self,
        inbound: TakeInbound,
        statuses: RecordStatus,
        identification: Identification,
        quarantine: Quarantine,
        configuration: Configuration,
        heard: ChannelHeard,
        telemetry: Telemetry,
    ) -> None:
        self._inbound = inbound
        self._statuses = statuses
        self._identification = identification
        self._quarantine = quarantine
        self._configuration = configuration
        self._heard = heard
        self._telemetry = telemetry

    async def __call__(self, message: EventMessage) -> str | None:
        """See `Handler`."""
        event = parse_event(message.envelope)
        if event is None:
            raise Unreadable("the event is of another type")
        if not isinstance(event, InboundMessage | DeliveryStatus):
            return None
        channel = self._configuration.channel_by_id(event.customer.channel_id)
        try:
            if channel is None:
                await self._identification.find(event.customer, event.at)  # nothing is kept of whoever was erased
                await self._keep(message, event)
                return None
            if isinstance(event, DeliveryStatus):
                conversation_id = await self._statuses(event)
            else:
                conversation_id = await self._inbound(event, channel)
            await self._hear(event, channel)
            return conversation_id
        except WrittenBeforeErasure:
            log("event.erased", event_id=event.event_id)
            self._telemetry.record(Metric.EVENTS_ERASED.of(channel=event.customer.channel_id))
            return None

    async def _hear(self, event: InboundMessage | DeliveryStatus, channel: Channel) -> None:
        """Note that Meta's webhooks come through: else, that none tells of a message would mean nothing."""
        if provider_of(event.customer.channel_id) is Provider.WHATSAPP_CLOUD:
            with suppress(Unavailable):  # the next event says it as well
                await self._heard.note(channel.key, event.at)

    async def _keep(self, message: EventMessage, event: InboundMessage | DeliveryStatus) -> None:
        """Quarantine an event of a channel that the configuration does not have, to be replayed once it does."""
        channel_id = event.customer.channel_id
        await self._quarantine.keep(
            source=Source.EVENT,
            name=event.event_id,
            reasons=(f"the channel {channel_id} is not in the configuration",),
            body=as_text(message.envelope),
            at=event.at,
            session_id=session_of(channel_id, event.customer.sender),
        )
        log("route.unknown_channel", level=logging.WARNING, event_id=event.event_id, channel_id=channel_id)
