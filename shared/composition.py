"""The one place where the parts of the app are made and put together.

Importing the app makes no client: each is made on first use, once, and lives as long as the worker.
"""

import logging
import os
from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from shared.adapters.azure import AzurePorts
from shared.api.access import Identify, by_headers, by_nothing, by_token
from shared.api.event_webhook import Events, event_grid_of
from shared.api.openid import OpenId
from shared.api.serve import Api
from shared.commands.agent_changes import AgentChanges
from shared.commands.agent_replies import Replies
from shared.commands.contact_changes import ContactChanges
from shared.commands.conversation_changes import ConversationChanges
from shared.commands.drains import Drains
from shared.commands.load_recomputing import RecomputeLoad
from shared.commands.readiness import Readiness
from shared.committing.committer import Committer
from shared.configuration import Configuration, ConfigurationError, read_configuration
from shared.distribution.giving import Giving
from shared.distribution.queue_overview import QueueOverview
from shared.distribution.quiet_settling import QuietSettling
from shared.distribution.reservations import SettleReservations
from shared.distribution.turn import TakeTurn
from shared.intake.ingest import Ingest
from shared.intake.quarantine import Quarantine
from shared.intake.replay import Replay
from shared.logs import log, quieten_sdks
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
from shared.queue.sender import Sender
from shared.queue.turn_requests import TurnRequests
from shared.routing.handlers.checks import HandleCheck
from shared.routing.handlers.delivery_statuses import RecordStatus
from shared.routing.handlers.drains import HandleDrain
from shared.routing.handlers.events import HandleEvent
from shared.routing.handlers.handler import Handler
from shared.routing.handlers.inbound_messages import TakeInbound
from shared.routing.handlers.merges import HandleMerged, HandlePhoneMoved
from shared.routing.handlers.roll_calls import HandleRollCall
from shared.routing.handlers.timers import HandleTimer
from shared.routing.identification import Identification
from shared.routing.route import Route
from shared.rules import Rules, compile_rules
from shared.sending.channel import Channel
from shared.sending.dispatcher import Dispatcher
from shared.sending.template_list import TemplateLists
from shared.settings import PUBLIC_AUTHORITY, AuthMode, Settings, read_settings
from shared.settling.closed import ReportClosed
from shared.settling.lists import ShowInLists
from shared.settling.loads import KeepLoads
from shared.settling.missed_offers import NoteMissedOffers
from shared.settling.notices import SendNotices
from shared.settling.remembering import RememberSettled
from shared.settling.settler import Settler
from shared.settling.tombstones import ClearTombstones
from shared.settling.turn_request import AskForTurn
from shared.state.agents import Agents
from shared.state.aliases import Aliases
from shared.state.closed_conversations import ClosedConversations
from shared.state.closed_queues import ClosedQueues
from shared.state.contact_store import Contacts
from shared.state.conversation_lists import ConversationLists
from shared.state.queue_names import QueueNames
from shared.state.quick_replies import StoredQuickReplies
from shared.state.signs_of_life import SignsOfLife
from shared.state.tables import Tables
from shared.state.team_reading import ReadTeam
from shared.state.waiting_lines import WaitingLines
from shared.telemetry import Telemetry
from shared.telling import TellCustomer
from shared.vocabulary.time import Clock

if TYPE_CHECKING:
    from shared.api.signing_keys import Keys
    from shared.api.tokens import Tokens


class Ports(Protocol):
    """What the app needs of the world."""

    @property
    def tables(self) -> Tables:
        """Table Storage."""

    @property
    def sender(self) -> Sender:
        """The queues."""

    @property
    def channel(self) -> Channel:
        """ACS."""

    @property
    def openid(self) -> OpenId:
        """The tenant of Microsoft Entra ID."""

    @property
    def clock(self) -> Clock:
        """Time and chance."""

    @property
    def telemetry(self) -> Telemetry:
        """Metrics and traces."""


class ContactCentre:
    """The app's parts, wired.

    Args:
        settings: The app settings, as far as they are there.
        configuration: None when the file is bad.
        problems: What is wrong with settings and configuration; with any, only intake works.
    """

    def __init__(
        self, ports: Ports, settings: Settings, configuration: Configuration | None, problems: tuple[str, ...] = ()
    ) -> None:
        self.ports = ports
        self.settings = settings
        self.problems = problems
        self._configuration = configuration

    @property
    def clock(self) -> Clock:
        """Time and chance."""
        return self.ports.clock

    @property
    def configuration(self) -> Configuration:
        """The configuration; only where there are no problems."""
        if self._configuration is None:
            raise RuntimeError("; ".join(self.problems))
        return self._configuration

    # Each part is made on first use: `ingest` needs few of them, and its first call waits for all that is made.
    @cached_property
    def quarantine(self) -> Quarantine:
        """What can't be processed."""
        return Quarantine(tables=self.ports.tables, clock=self.ports.clock, telemetry=self.ports.telemetry)

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
    def contacts(self) -> Contacts:
        """The contacts."""
        return Contacts(self.ports.tables)

    @cached_property
    def conversation_lists(self) -> ConversationLists:
        """The lists of conversations."""
        return ConversationLists(self.ports.tables)

    @cached_property
    def waiting_lines(self) -> WaitingLines:
        """The lines of those who wait for an agent."""
        return WaitingLines(self.ports.tables)

    @cached_property
    def turns(self) -> TurnRequests:
        """Asks for turns of the distribution."""
        return TurnRequests(self.ports.sender, self.ports.clock)

    @cached_property
    def queue_overview(self) -> QueueOverview:
        """What is the matter with the queues."""
        return QueueOverview(
            configuration=self.configuration,
            agents=self.agents,
            lines=self.waiting_lines,
            lists=self.conversation_lists,
            closed_queues=self.closed_queues,
            queue_names=self.queue_names,
            clock=self.ports.clock,
        )

    @cached_property
    def quick_replies(self) -> StoredQuickReplies:
        """The texts that supervisors put at everybody's hand."""
        return StoredQuickReplies(self.ports.tables, self.ports.clock)

    @cached_property
    def drains(self) -> Drains:
        """Empties queues into others."""
        return Drains(self.ports.sender, self.conversation_lists, self.ports.clock)

    @cached_property
    def closed_conversations(self) -> ClosedConversations:
        """The conversations that have ended, by day."""
        return ClosedConversations(self.ports.tables)

    @cached_property
    def queue_names(self) -> QueueNames:
        """The names of all queues that a conversation was ever in."""
        return QueueNames(self.ports.tables, self.ports.clock)

    @cached_property
    def _aliases(self) -> Aliases:
        return Aliases(self.ports.tables)

    @cached_property
    def templates(self) -> TemplateLists:
        """What the channel says of its templates."""
        return TemplateLists(self.ports.channel, self.configuration, self.ports.clock)

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
        )

    @cached_property
    def _settler(self) -> Settler:
        ports, committer = self.ports, self._committer
        dispatcher = Dispatcher(committer, ports.channel, self.templates, ports.clock, ports.telemetry)
        show_in_lists = ShowInLists(self.conversation_lists, self.queue_names, self.contacts, ports.clock)
        return Settler(
            [
                show_in_lists,
                KeepLoads(self.agents, self.contacts, ports.clock),
                ReportClosed(self.closed_conversations, committer),
                ClearTombstones(self.conversation_lists, committer, ports.clock),
                SendNotices(self._aliases, committer),
                NoteMissedOffers(self.agents, committer, self.configuration, ports.clock),
                AskForTurn(self.turns, self.contacts, self.configuration),
                dispatcher.send_unsent,
                show_in_lists,  # once more, since what was sent may show in them
                RememberSettled(self.contacts),
            ],
            sending=dispatcher.send_unsent,
        )

    @cached_property
    def route(self) -> Route:
        """The work of `route`."""
        return Route(self._handlers, self.quarantine, self.ports.clock, self.ports.telemetry)

    @cached_property
    def _handlers(self) -> Mapping[type[Message], Handler]:
        """What each message of the queue does."""
        committer, settler, clock = self._committer, self._settler, self.ports.clock
        identification = Identification(self._aliases, self.contacts)
        inbound = TakeInbound(
            committer=committer,
            settler=settler,
            identification=identification,
            configuration=self.configuration,
            rules=self.rules,
            read_team=self.read_team,
            clock=clock,
            telemetry=self.ports.telemetry,
        )
        statuses = RecordStatus(
            committer=committer, settler=settler, identification=identification, templates=self.templates, clock=clock
        )
        return {
            EventMessage: HandleEvent(inbound, statuses, self.quarantine, self.configuration),
            Check: HandleCheck(
                committer=committer,
                settler=settler,
                reservations=self._reservations,
                conversation_lists=self.conversation_lists,
                clock=clock,
            ),
            TimerFired: HandleTimer(committer, settler, self.configuration, self.read_team, clock),
            Drain: HandleDrain(
                committer=committer,
                settler=settler,
                conversation_lists=self.conversation_lists,
                configuration=self.configuration,
                clock=clock,
            ),
            Merged: HandleMerged(
                committer=committer,
                settler=settler,
                identification=identification,
                statuses=statuses,
                configuration=self.configuration,
            ),
            PhoneMoved: HandlePhoneMoved(committer, settler),
            Turn: self._take_turn,
            Reservations: self._reservations,
            RollCall: HandleRollCall(
                agents=self.agents,
                signs_of_life=SignsOfLife(self.ports.tables),
                lose=self.agent_changes.lose,
                configuration=self.configuration,
                sender=self.ports.sender,
                clock=clock,
            ),
        }

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
            closed_queues=self.closed_queues,
            configuration=self.configuration,
            clock=self.ports.clock,
            telemetry=self.ports.telemetry,
        )

    @cached_property
    def replies(self) -> Replies:
        """What agents write."""
        return Replies(
            committer=self._committer,
            settler=self._settler,
            templates=self.templates,
            configuration=self.configuration,
            clock=self.ports.clock,
        )

    @cached_property
    def conversation_changes(self) -> ConversationChanges:
        """What people do to conversations."""
        return ConversationChanges(
            committer=self._committer,
            settler=self._settler,
            read_team=self.read_team,
            configuration=self.configuration,
            clock=self.ports.clock,
        )

    @cached_property
    def contact_changes(self) -> ContactChanges:
        """What the team notes of contacts."""
        return ContactChanges(self._committer, self._settler, self.configuration, self.ports.clock)

    @cached_property
    def agent_changes(self) -> AgentChanges:
        """What is changed about agents."""
        return AgentChanges(
            agents=self.agents,
            conversations=self.conversation_changes,
            turns=self.turns,
            configuration=self.configuration,
            clock=self.clock,
        )

    @cached_property
    def recompute_load(self) -> RecomputeLoad:
        """Makes an agent's load say what the agent's conversations do."""
        return RecomputeLoad(self.agents, self._reservations)

    @cached_property
    def agents(self) -> Agents:
        """The agents' records."""
        return Agents(self.ports.tables, self.ports.clock)

    @cached_property
    def closed_queues(self) -> ClosedQueues:
        """What supervisors closed for a while."""
        return ClosedQueues(self.ports.tables, self.ports.clock)

    @cached_property
    def read_team(self) -> ReadTeam:
        """What decisions about contacts have to know of the team."""
        return ReadTeam(self.agents, self.waiting_lines, self.closed_queues)

    @cached_property
    def readiness(self) -> Readiness:
        """How the app's dependencies are."""
        ports = self.ports
        channels = self.configuration.channels.values()
        return Readiness(ports.tables, ports.sender, self.templates, [channel.id for channel in channels])

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


def compose(folder: Path, environment: Mapping[str, str] = os.environ) -> ContactCentre:
    """Return the app as settings and configuration file say; what is wrong with them is logged and kept, not raised."""
    quieten_sdks()
    settings = read_settings(environment)
    if settings.tenant:
        import_module("shared.api.tokens")  # now, where it is needed, so that no caller waits for it
    problems = list(settings.problems)
    configuration = None
    try:
        file = folder / settings.configuration_file
        configuration = read_configuration(file, short_durations=settings.short_durations)
    except ConfigurationError as error:
        problems += [problem.in_file(settings.configuration_file) for problem in error.problems]
    for problem in problems:
        log("misconfigured", level=logging.ERROR, problem=problem)
    return ContactCentre(AzurePorts(settings), settings, configuration, tuple(problems))
