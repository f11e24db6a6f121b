"""What each message of the queue does: the handlers, and the table by which `route` finds them."""

from collections.abc import Mapping
from functools import cached_property

from shared.composition.commands import Commands
from shared.queue.erasure_messages import Erase, EraseChanges, EraseOld, ForgetErasure, ForgetHour, House, TellErasure
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
from shared.routing.handlers.account_news import HeedAccount
from shared.routing.handlers.arrivals import Arrivals
from shared.routing.handlers.checks import HandleCheck
from shared.routing.handlers.delivery_statuses import RecordStatus
from shared.routing.handlers.drains import HandleDrain
from shared.routing.handlers.erasures import HandleErase, HandleEraseOld, HandleForgetErasure, HandleTellErasure
from shared.routing.handlers.events import HandleEvent
from shared.routing.handlers.handler import Handler
from shared.routing.handlers.house import HandleHouse
from shared.routing.handlers.identity_changes import FollowIdentity
from shared.routing.handlers.inbound_messages import TakeInbound
from shared.routing.handlers.media_copies import HandleCopyMedia
from shared.routing.handlers.merges import HandleMerged, HandlePhoneMoved
from shared.routing.handlers.old_changes import HandleEraseChanges, HandleForgetHour
from shared.routing.handlers.preferences import HeedPreference
from shared.routing.handlers.roll_calls import HandleRollCall
from shared.routing.handlers.timers import HandleTimer
from shared.routing.handlers.webhook_ages import MeasureWebhookAges


class Handlers(Commands):
    """The handlers of the queue's messages, on top of what callers ask for."""

    @cached_property
    def _handlers(self) -> Mapping[type[Message], Handler]:
        """What each message of the queue does."""
        committer, settler, configuration, clock = self._committer, self._settler, self.configuration, self.clock
        return {
            EventMessage: self._handle_event,
            Check: self._handle_check,
            TimerFired: HandleTimer(committer, settler, configuration, self.read_team, clock),
            Drain: self._handle_drain,
            Merged: self._handle_merged,
            PhoneMoved: HandlePhoneMoved(committer, settler),
            Turn: self._take_turn,
            Reservations: self._reservations,
            RollCall: self._handle_roll_call,
            CopyMedia: self._copy_media,
            Erase: HandleErase(self._erase_contact),
            EraseOld: HandleEraseOld(self._erase_old),
            ForgetErasure: HandleForgetErasure(self._aliases),
            TellErasure: HandleTellErasure(self._topic, self._committer, self.clock),
            House: self._handle_house,
            ForgetHour: HandleForgetHour(self.changes, self.hour_requests),
            EraseChanges: HandleEraseChanges(self.changes),
        }

    @cached_property
    def _handle_event(self) -> HandleEvent:
        committer, settler, identification = self._committer, self._settler, self.identification
        return HandleEvent(
            inbound=self._take_inbound,
            statuses=self._record_status,
            preferences=HeedPreference(committer, settler, identification, self.configuration),
            identities=FollowIdentity(
                committer, settler, identification, self.configuration, self.read_team, self.clock
            ),
            accounts=self._heed_account,
            identification=identification,
            quarantine=self.quarantine,
            configuration=self.configuration,
            heard=self.channel_heard,
            clock=self.clock,
            telemetry=self.ports.telemetry,
        )

    @cached_property
    def _heed_account(self) -> HeedAccount:
        return HeedAccount(
            gate=self._gate,
            templates=self.templates,
            configuration=self.configuration,
            clock=self.clock,
            telemetry=self.ports.telemetry,
        )

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
            arrivals=Arrivals(committer=self._committer, templates=self.templates, gate=self._gate, clock=self.clock),
            templates=self.templates,
            gate=self._gate,
            clock=self.clock,
        )

    @cached_property
    def _handle_check(self) -> HandleCheck:
        return HandleCheck(
            committer=self._committer,
            settler=self._settler,
            reservations=self._reservations,
            conversation_lists=self.conversation_lists,
            clock=self.clock,
        )

    @cached_property
    def _handle_drain(self) -> HandleDrain:
        return HandleDrain(
            committer=self._committer,
            settler=self._settler,
            conversation_lists=self.conversation_lists,
            configuration=self.configuration,
            clock=self.clock,
        )

    @cached_property
    def _handle_merged(self) -> HandleMerged:
        return HandleMerged(
            committer=self._committer,
            settler=self._settler,
            identification=self.identification,
            statuses=self._record_status,
            erased=self.erased_contacts,
            configuration=self.configuration,
        )

    @cached_property
    def _handle_roll_call(self) -> HandleRollCall:
        return HandleRollCall(
            agents=self.agents,
            signs_of_life=self.signs_of_life,
            lose=self.agent_changes.lose,
            configuration=self.configuration,
            requests=self.roll_call_requests,
            once_a_minute=MeasureWebhookAges(self.channel_heard, self.configuration, self.clock, self.ports.telemetry),
            clock=self.clock,
            telemetry=self.ports.telemetry,
        )

    async def _copy_media(self, message: CopyMedia) -> str | None:
        """Copy a file; the client of Blob Storage is made for the first one."""
        return await self._handle_copy_media(message)

    @cached_property
    def _handle_copy_media(self) -> HandleCopyMedia:
        return HandleCopyMedia(
            committer=self._committer,
            settler=self._settler,
            channel=self.channel,
            blobs=self.ports.blobs if self.keeps_copies else None,
            copies=self.media_copies,
            clock=self.clock,
        )

    @cached_property
    def _handle_house(self) -> HandleHouse:
        return HandleHouse(
            housekeeping=self.housekeeping,
            closed_conversations=self.closed_conversations,
            closed_days=self.closed_days,
            quarantine=self.quarantine,
            committer=self._committer,
            requests=self.house_requests,
            configuration=self.configuration,
            clock=self.clock,
        )
