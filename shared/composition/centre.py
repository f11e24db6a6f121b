"""The app, put together: what the functions call."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from shared.api.access import Identify, by_headers, by_nothing, by_token
from shared.api.event_webhook import Events, event_grid_of
from shared.api.serve import Api
from shared.composition.commands import Commands
from shared.intake.ingest import Ingest
from shared.intake.replay import Replay
from shared.queue.erasure_messages import Erase, EraseOld, ForgetErasure, House
from shared.queue.media_messages import CopyMedia
from shared.queue.messages import (
    Check,
    Drain,
    EventMessage,
    Merged,
    Message,
    PhoneMoved,
    Reservations,
    RollCall,
    TimerFired,
    Turn,
)
from shared.routing.handlers.checks import HandleCheck
from shared.routing.handlers.delivery_statuses import RecordStatus
from shared.routing.handlers.drains import HandleDrain
from shared.routing.handlers.erasures import HandleErase, HandleEraseOld, HandleForgetErasure
from shared.routing.handlers.events import HandleEvent
from shared.routing.handlers.handler import Handler
from shared.routing.handlers.house import HandleHouse
from shared.routing.handlers.inbound_messages import TakeInbound
from shared.routing.handlers.media_copies import HandleCopyMedia
from shared.routing.handlers.merges import HandleMerged, HandlePhoneMoved
from shared.routing.handlers.roll_calls import HandleRollCall
from shared.routing.handlers.timers import HandleTimer
from shared.routing.route import Route
from shared.rules import Rules, compile_rules
from shared.settings import PUBLIC_AUTHORITY, AuthMode

if TYPE_CHECKING:
    from shared.api.signing_keys import Keys
    from shared.api.tokens import Tokens


class ContactCentre(Commands):
    """The app's parts, wired: the work of the functions, on top of what callers ask for."""

    @cached_property
    def ingest(self) -> Ingest:
        """The work of `ingest`."""
        return Ingest(sender=self.ports.sender, quarantine=self.quarantine, clock=self.ports.clock)

    @cached_property
    def replay(self) -> Replay:
        """Sends what is in quarantine again."""
        return Replay(quarantine=self.quarantine, sender=self.ports.sender, clock=self.ports.clock)

    @cached_property
    def rules(self) -> Rules:
        """The rules of the configuration, compiled."""
        return compile_rules(self.configuration)

    @cached_property
    def route(self) -> Route:
        """The work of `route`."""
        return Route(self._handlers, self.quarantine, self.ports.clock, self.ports.telemetry)

    @cached_property
    def _take_inbound(self) -> TakeInbound:
        return TakeInbound(
            committer=self._committer,
            settler=self._settler,
            identification=self.identification,
            configuration=self.configuration,
            rules=self.rules,
            read_team=self.read_team,
            copies=self.media_copies,
            clock=self.clock,
            telemetry=self.ports.telemetry,
        )

    @cached_property
    def _record_status(self) -> RecordStatus:
        return RecordStatus(
            committer=self._committer,
            settler=self._settler,
            identification=self.identification,
            templates=self.templates,
            gate=self._gate,
            clock=self.clock,
        )

    async def _copy_media(self, message: CopyMedia) -> str | None:
        """Copy a file; the client of Blob Storage is made for the first one."""
        return await self._media_handler(message)

    @cached_property
    def _media_handler(self) -> HandleCopyMedia:
        return HandleCopyMedia(
            committer=self._committer,
            settler=self._settler,
            channel=self.ports.channel,
            blobs=self.ports.blobs if self.keeps_copies else None,
            copies=self.media_copies,
            clock=self.clock,
        )

    @cached_property
    def _handlers(self) -> Mapping[type[Message], Handler]:
        """What each message of the queue does."""
        committer, settler, configuration, clock = self._committer, self._settler, self.configuration, self.clock
        return {
            EventMessage: HandleEvent(
                self._take_inbound,
                self._record_status,
                self.identification,
                self.quarantine,
                configuration,
                self.ports.telemetry,
            ),
            Check: HandleCheck(
                committer=committer,
                settler=settler,
                reservations=self._reservations,
                conversation_lists=self.conversation_lists,
                clock=clock,
            ),
            TimerFired: HandleTimer(committer, settler, configuration, self.read_team, clock),
            Drain: HandleDrain(
                committer=committer,
                settler=settler,
                conversation_lists=self.conversation_lists,
                configuration=configuration,
                clock=clock,
            ),
            Merged: HandleMerged(
                committer=committer,
                settler=settler,
                identification=self.identification,
                statuses=self._record_status,
                erased=self.erased_contacts,
                configuration=configuration,
            ),
            PhoneMoved: HandlePhoneMoved(committer, settler),
            Turn: self._take_turn,
            Reservations: self._reservations,
            Erase: HandleErase(self._erase_contact),
            EraseOld: HandleEraseOld(self._erase_old),
            House: HandleHouse(
                housekeeping=self.housekeeping,
                closed_conversations=self.closed_conversations,
                quarantine=self.quarantine,
                committer=committer,
                requests=self.house_requests,
                configuration=configuration,
                clock=clock,
            ),
            ForgetErasure: HandleForgetErasure(self._aliases),
            RollCall: HandleRollCall(
                agents=self.agents,
                signs_of_life=self.signs_of_life,
                lose=self.agent_changes.lose,
                configuration=configuration,
                sender=self.ports.sender,
                clock=clock,
            ),
            CopyMedia: self._copy_media,
        }

    @cached_property
    def _keys(self) -> "Keys":
        from shared.api.signing_keys import Keys

        return Keys(self.ports.openid, self.ports.clock)

    def _tokens_for(self, audience: str | None) -> "Tokens | None":
        from shared.api.tokens import Tokens

        tenant = self.settings.tenant
        return Tokens(tenant, audience, self._keys, self.ports.clock) if tenant and audience else None

    @cached_property
    def identify(self) -> Identify:
        """How the API's callers are known."""
        if self.settings.auth_mode is AuthMode.KEY:
            return by_headers
        tokens = self._tokens_for(self.settings.audience) if self.settings.auth_mode else None
        return by_token(tokens) if tokens else by_nothing

    @cached_property
    def events(self) -> Events:
        """The work of `events`."""
        tenant = self.settings.tenant
        return Events(
            tokens=self._tokens_for(self.settings.events_audience),
            event_grid=event_grid_of(tenant.authority if tenant else PUBLIC_AUTHORITY),
            ingest=self.ingest,
            clock=self.ports.clock,
        )

    @cached_property
    def api(self) -> Api:
        """The work of the HTTP functions."""
        return Api(self)
