"""What the app needs of the world, and what it keeps there."""

from datetime import timedelta
from functools import cached_property
from typing import Protocol

from shared.api.openid import OpenId
from shared.configuration import Configuration
from shared.intake.quarantine import Quarantine
from shared.media.blobs import Blobs
from shared.media.copying import MediaCopies
from shared.media.web import Web
from shared.queue.house_requests import HourRequests, HouseRequests
from shared.queue.roll_call_requests import RollCallRequests
from shared.queue.sender import Sender
from shared.queue.topic import Topic
from shared.queue.turn_requests import TurnRequests
from shared.rules import Rules, compile_rules
from shared.sending.channel import Channel
from shared.sending.in_doubt import DOUBT, SHORT_DOUBT
from shared.sending.providers import Providers
from shared.sending.template_list import SHORT_TOLD_FOR, TOLD_FOR, TemplateLists
from shared.settings import Settings
from shared.state.agents import Agents
from shared.state.aliases import Aliases
from shared.state.changes import Changes
from shared.state.channel_heard import ChannelHeard
from shared.state.channel_stops import ChannelStops
from shared.state.closed_conversations import ClosedConversations
from shared.state.closed_days import ClosedDays
from shared.state.closed_queues import ClosedQueues
from shared.state.contact_store import Contacts
from shared.state.conversation_lists import ConversationLists
from shared.state.erased_contacts import ErasedContacts
from shared.state.housekeeping import Housekeeping
from shared.state.listed_templates import TemplateRows
from shared.state.queue_names import QueueNames
from shared.state.quick_replies import PARTITION as QUICK_REPLIES
from shared.state.quick_replies import StoredQuickReplies, StoredQuickReply
from shared.state.settings_rows import SettingsRows
from shared.state.signs_of_life import SignsOfLife
from shared.state.tables import Tables
from shared.state.team_reading import ReadTeam
from shared.state.waiting_lines import WaitingLines
from shared.telemetry import Telemetry
from shared.vocabulary.time import Clock
from shared.vocabulary.words import Provider


class Ports(Protocol):
    """What the app needs of the world."""

    @property
    def tables(self) -> Tables:
        """Table Storage."""

    @property
    def sender(self) -> Sender:
        """The queues."""

    @property
    def topic(self) -> Topic | None:
        """The topic on which other systems are told what happens; None where nobody is."""

    def channel_at(self, provider: Provider) -> Channel:
        """Return whoever brings messages to WhatsApp."""

    @property
    def blobs(self) -> Blobs | None:
        """Blob Storage; None where no setting names one."""

    @property
    def web(self) -> Web:
        """Names and files of the public internet."""

    @property
    def openid(self) -> OpenId:
        """The tenant of Microsoft Entra ID."""

    @property
    def clock(self) -> Clock:
        """Time and chance."""

    @property
    def telemetry(self) -> Telemetry:
        """Metrics and traces."""


class Stores:
    """What is kept and known: the parts that stand on the ports alone.

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

    @cached_property
    def rules(self) -> Rules:
        """The rules of the configuration, compiled."""
        return compile_rules(self.configuration)

    @cached_property
    def quarantine(self) -> Quarantine:
        """What can't be processed."""
        return Quarantine(tables=self.ports.tables, clock=self.ports.clock, telemetry=self.ports.telemetry)

    @cached_property
    def contacts(self) -> Contacts:
        """The contacts."""
        return Contacts(self.ports.tables)

    @cached_property
    def erased_contacts(self) -> ErasedContacts:
        """The contacts, as their erasure sees them."""
        return ErasedContacts(self.ports.tables, self.contacts)

    @cached_property
    def conversation_lists(self) -> ConversationLists:
        """The lists of conversations."""
        return ConversationLists(self.ports.tables)

    @cached_property
    def waiting_lines(self) -> WaitingLines:
        """The lines of those who wait for an agent."""
        return WaitingLines(self.ports.tables)

    @property
    def _topic(self) -> Topic | None:
        return self.ports.topic if self.settings.events_topic else None

    @cached_property
    def closed_conversations(self) -> ClosedConversations:
        """The conversations that have ended, by day."""
        return ClosedConversations(self.ports.tables, self.ports.clock)

    @cached_property
    def closed_days(self) -> ClosedDays:
        """What the closed conversations of each day come to."""
        return ClosedDays(self.ports.tables, self.ports.clock)

    @cached_property
    def queue_names(self) -> QueueNames:
        """The names of all queues that a conversation was ever in."""
        return QueueNames(self.ports.tables, self.ports.clock)

    @cached_property
    def quick_replies(self) -> StoredQuickReplies:
        """The texts that supervisors put at everybody's hand."""
        return SettingsRows(self.ports.tables, self.ports.clock, QUICK_REPLIES, StoredQuickReply)

    @cached_property
    def _aliases(self) -> Aliases:
        return Aliases(self.ports.tables)

    @cached_property
    def agents(self) -> Agents:
        """The agents' records."""
        return Agents(self.ports.tables, self.ports.clock)

    @cached_property
    def closed_queues(self) -> ClosedQueues:
        """What supervisors closed for a while."""
        return ClosedQueues(self.ports.tables, self.ports.clock)

    @cached_property
    def signs_of_life(self) -> SignsOfLife:
        """When desks were heard of last."""
        return SignsOfLife(self.ports.tables)

    @cached_property
    def roll_call_requests(self) -> RollCallRequests:
        """Asks who is still there."""
        return RollCallRequests(self.ports.sender, self.ports.clock)

    @cached_property
    def read_team(self) -> ReadTeam:
        """What decisions about contacts have to know of the team."""
        return ReadTeam(self.agents, self.waiting_lines, self.closed_queues)

    @cached_property
    def channel(self) -> Channel:
        """The channels of the configuration, whoever has their numbers."""
        return Providers(self.configuration.channels.values(), self.ports.channel_at, self.clock.now)

    @cached_property
    def templates(self) -> TemplateLists:
        """What the channel says of its templates."""
        rows = TemplateRows(self.ports.tables)
        told_for = SHORT_TOLD_FOR if self.settings.short_durations else TOLD_FOR
        return TemplateLists(self.channel, rows, self.configuration, self.ports.clock, told_for=told_for)

    @property
    def takes_files(self) -> bool:
        """Whether agents can upload files: there is Blob Storage, where WhatsApp can fetch them."""
        return self.settings.media_storage is not None and not self.settings.media_storage_private

    @property
    def keeps_copies(self) -> bool:
        """Whether files of customers are copied to Blob Storage."""
        return self.settings.media_storage is not None and bool(self.configuration.media.keep)

    @cached_property
    def media_copies(self) -> MediaCopies:
        """Asks for copies of customers' files."""
        return MediaCopies(self.ports.sender, self.ports.clock, kept=self.keeps_copies)

    @cached_property
    def channel_stops(self) -> ChannelStops:
        """What keeps channels from sending."""
        return ChannelStops(self.ports.tables, self.ports.clock)

    @property
    def _doubt(self) -> timedelta:
        return SHORT_DOUBT if self.settings.short_durations else DOUBT

    @cached_property
    def channel_heard(self) -> ChannelHeard:
        """When webhooks of numbers came through."""
        return ChannelHeard(self.ports.tables, self.ports.clock, pause=self._doubt / 10)

    @cached_property
    def housekeeping(self) -> Housekeeping:
        """How far the day's housekeeping has come."""
        return Housekeeping(self.ports.tables)

    @cached_property
    def house_requests(self) -> HouseRequests:
        """Asks for the day's housekeeping."""
        return HouseRequests(self.ports.sender, self.ports.clock)

    @cached_property
    def hour_requests(self) -> HourRequests:
        """Asks that old hours of the log of changes are erased."""
        return HourRequests(self.ports.sender, self.ports.clock)

    @cached_property
    def changes(self) -> Changes:
        """What desks are told."""
        return Changes(self.ports.tables, self.hour_requests, self.ports.clock)

    @cached_property
    def turns(self) -> TurnRequests:
        """Asks for turns of the distribution."""
        return TurnRequests(self.ports.sender, self.ports.clock)
