"""What brings decisions into the world: commits, settling, turns."""

from functools import cached_property

from shared.automated_messages.on_changes import TellCustomer
from shared.committing.committer import Committer
from shared.committing.events_out import Tells
from shared.composition.stores import Stores
from shared.distribution.giving import Giving
from shared.distribution.quiet_settling import QuietSettling
from shared.distribution.reservations import SettleReservations
from shared.distribution.turn import TakeTurn
from shared.distribution.turn_report import TurnReport
from shared.erasure.erasing import EraseContact
from shared.erasure.retention import EraseOldConversations
from shared.erasure.steps import (
    EraseFiles,
    EraseFromChanges,
    EraseFromLists,
    EraseLoads,
    EraseNames,
    EraseRows,
    HaveOthersTold,
)
from shared.sending.calls import Calls
from shared.sending.channel_gate import ChannelGate
from shared.sending.dispatcher import Dispatcher
from shared.sending.upload_addresses import UploadAddresses
from shared.settling.closed import ReportClosed
from shared.settling.closed_failures import ShowClosedFailures
from shared.settling.events_out import TellOthers
from shared.settling.house import AskForHouse
from shared.settling.lists import ShowInLists
from shared.settling.loads import KeepLoads
from shared.settling.missed_offers import NoteMissedOffers
from shared.settling.notices import SendNotices
from shared.settling.remembering import RememberSettled
from shared.settling.sending import SendAndTell
from shared.settling.settler import Settler
from shared.settling.telling import TellDesks
from shared.settling.tombstones import ClearTombstones
from shared.settling.turn_request import AskForTurn


class Effects(Stores):
    """The parts by which decisions take effect, on top of the stores."""

    @cached_property
    def _committer(self) -> Committer:
        ports = self.ports
        return Committer(
            contacts=self.contacts,
            agents=self.agents,
            sender=ports.sender,
            configuration=self.configuration,
            clock=ports.clock,
            telemetry=ports.telemetry,
            tell_customer=TellCustomer(self.templates.context, self.agents.recent),
            tells=self._tells,
        )

    @property
    def _tells(self) -> Tells | None:
        if not self._topic:
            return None
        return Tells.FULL if self.settings.events_in_full else Tells.IDS

    @cached_property
    def _gate(self) -> ChannelGate:
        return ChannelGate(self.channel_stops, self.channel.same_provider, self.ports.clock, self.ports.telemetry)

    @cached_property
    def tell_desks(self) -> TellDesks:
        """Tells desks what a settling changed."""
        return TellDesks(self.changes, self.contacts)

    @cached_property
    def _settler(self) -> Settler:
        ports, committer = self.ports, self._committer
        addresses = UploadAddresses(lambda: ports.blobs)
        dispatcher = Dispatcher(
            committer=committer,
            channel=self.channel,
            gate=self._gate,
            templates=self.templates,
            addresses=addresses,
            calls=Calls(committer, self.channel_heard, ports.clock, self._doubt),
            clock=ports.clock,
            telemetry=ports.telemetry,
        )
        show_in_lists = ShowInLists(self.conversation_lists, self.queue_names, self.contacts, ports.clock)
        show_failures = ShowClosedFailures(self.conversation_lists, self.contacts)
        report_closed = ReportClosed(self.closed_conversations, committer)
        send_and_tell = SendAndTell(dispatcher.send_unsent, self.tell_desks)
        return Settler(
            [
                show_in_lists,
                show_failures,
                self.tell_desks.before_sending,
                KeepLoads(self.agents, self.contacts, ports.clock),
                report_closed,
                ClearTombstones(self.conversation_lists, committer, ports.clock),
                SendNotices(self._aliases, committer),
                NoteMissedOffers(self.agents, committer, self.configuration, ports.clock),
                AskForTurn(self.turns, self.contacts, self.configuration),
                send_and_tell,
                show_in_lists,  # once more, since what was sent may show in them, or count where it failed
                show_failures,
                self.tell_desks,
                report_closed,
                AskForHouse(self.house_requests),
                *([TellOthers(self._topic, committer, ports.clock)] if self._topic else []),
                RememberSettled(self.contacts),
            ],
            sending=send_and_tell,
        )

    @cached_property
    def _erase_contact(self) -> EraseContact:
        committer, erased, clock = self._committer, self.erased_contacts, self.ports.clock
        return EraseContact(
            steps=[
                EraseNames(self._aliases, committer, clock),
                EraseFromLists(self.conversation_lists, committer, clock),
                EraseLoads(self.agents, self.turns, clock),
                EraseRows(erased, self.contacts, self.closed_conversations),
                EraseFiles(self.ports.blobs),
                *([HaveOthersTold(committer)] if self._topic else []),
                EraseFromChanges(self.changes, committer, clock),
            ],
            erased=erased,
            quarantine=self.quarantine,
            committer=committer,
            configuration=self.configuration,
            telemetry=self.ports.telemetry,
        )

    @cached_property
    def _erase_old(self) -> EraseOldConversations:
        return EraseOldConversations(
            committer=self._committer,
            erased=self.erased_contacts,
            closed_conversations=self.closed_conversations,
            blobs=self.ports.blobs,
            erase_contact=self._erase_contact,
            configuration=self.configuration,
            clock=self.ports.clock,
        )

    @cached_property
    def _quiet_settling(self) -> QuietSettling:
        return QuietSettling(self._committer, self._settler)

    @cached_property
    def _reservations(self) -> SettleReservations:
        return SettleReservations(self._committer, self.agents, self._quiet_settling, self.ports.clock)

    @cached_property
    def _take_turn(self) -> TakeTurn:
        giving = Giving(
            committer=self._committer,
            agents=self.agents,
            conversation_lists=self.conversation_lists,
            quiet_settling=self._quiet_settling,
            reservations=self._reservations,
            configuration=self.configuration,
            clock=self.ports.clock,
        )
        return TakeTurn(
            lines=self.waiting_lines,
            agents=self.agents,
            turns=self.turns,
            giving=giving,
            report=TurnReport(self.closed_queues, self.configuration, self.ports.clock, self.ports.telemetry),
            configuration=self.configuration,
            clock=self.ports.clock,
        )
