"""An event of a provider's: brought under its channel's key, and given to what knows its kind."""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from shared.configuration.channels import Channel, provider_of
from shared.configuration.document import Configuration
from shared.intake.envelope import as_text
from shared.intake.events import (
    AccountEvent,
    CustomerEvent,
    DeliveryStatus,
    IdentityChange,
    InboundMessage,
    PreferenceChange,
)
from shared.intake.identification import Identification, WrittenBeforeErasure
from shared.intake.parsing import parse_event
from shared.intake.quarantine import Quarantine
from shared.intake.quarantined import Source
from shared.logs import log
from shared.queue.messages import EventMessage
from shared.routing.handlers.account_news import HeedAccount
from shared.routing.handlers.delivery_statuses import RecordStatus
from shared.routing.handlers.identity_changes import FollowIdentity
from shared.routing.handlers.inbound_messages import TakeInbound
from shared.routing.handlers.preferences import HeedPreference
from shared.state.channel_heard import ChannelHeard
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.errors import Unavailable, Unreadable
from shared.vocabulary.identity import session_of
from shared.vocabulary.time import Clock
from shared.vocabulary.words import Provider


class HandleEvent:
    """Gives an event to what records its kind; one of an unknown channel goes to quarantine.

    The provider's id of a channel ends here: from here on it is the channel's key. A number that moves may bring a
    message under both of its ids; the one that does not count at its time is dropped and counted. What is said of our
    own messages, and of the customer, always counts.

    One from before its customer was erased is dropped, however late or often it comes.
    """

    def __init__(
        self,
        *,
        inbound: TakeInbound,
        statuses: RecordStatus,
        preferences: HeedPreference,
        identities: FollowIdentity,
        accounts: HeedAccount,
        identification: Identification,
        quarantine: Quarantine,
        configuration: Configuration,
        heard: ChannelHeard,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._inbound = inbound
        self._statuses = statuses
        self._preferences = preferences
        self._identities = identities
        self._accounts = accounts
        self._identification = identification
        self._quarantine = quarantine
        self._configuration = configuration
        self._heard = heard
        self._clock = clock
        self._telemetry = telemetry

    async def __call__(self, message: EventMessage) -> str | None:
        """See `Handler`."""
        event = parse_event(message.envelope)
        if event is None:
            raise Unreadable("the event is of another type")
        if isinstance(event, AccountEvent):
            await self._accounts(event)
            return None
        channel_id = event.customer.channel_id
        channel = self._configuration.channel_by_id(channel_id)
        try:
            if channel is None:
                await self._identification.find(event.customer, event.at)  # nothing is kept of whoever was erased
                await self._keep(message, event)
                return None
            conversation_id = None
            if isinstance(event, InboundMessage) and not channel.counts(channel_id, event.at or self._clock.now()):
                self._drop(event, channel, provider_of(channel_id))
            else:
                customer = replace(event.customer, channel_id=channel.key)
                conversation_id = await self._take(replace(event, customer=customer), channel)
            if provider_of(channel_id) is Provider.WHATSAPP_CLOUD:
                await self._hear(event.at, channel)
            return conversation_id
        except WrittenBeforeErasure:
            log("event.erased", event_id=event.event_id)
            self._telemetry.record(Metric.EVENTS_ERASED.of(channel=channel.key if channel else channel_id))
            return None

    async def _take(self, event: CustomerEvent, channel: Channel) -> str | None:
        match event:
            case InboundMessage():
                return await self._inbound(event, channel)
            case DeliveryStatus():
                return await self._statuses(event)
            case PreferenceChange():
                return await self._preferences(event, channel)
            case IdentityChange():
                return await self._identities(event)

    async def _hear(self, at: datetime | None, channel: Channel) -> None:
        """Note that Meta's webhooks come through: else, that none tells of a message would mean nothing."""
        with suppress(Unavailable):  # the next event says it as well
            await self._heard.note(channel.key, at)

    def _drop(self, event: InboundMessage, channel: Channel, provider: Provider) -> None:
        """Forget a message that the number's other provider brings as well, under an id that nothing links to this."""
        log(
            "message.elsewhere",
            event_id=event.event_id,
            message_id=event.message_id,
            channel_id=channel.key,
            provider=provider,
        )
        self._telemetry.record(Metric.MESSAGES_ELSEWHERE.of(provider=provider, channel=channel.key))

    async def _keep(self, message: EventMessage, event: CustomerEvent) -> None:
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
