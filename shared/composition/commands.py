"""What callers of the API ask for: the parts that carry it out."""

from functools import cached_property

from shared.commands.agent_changes import AgentChanges
from shared.commands.agent_replies import Replies
from shared.commands.contact_changes import ContactChanges
from shared.commands.conversation_changes import ConversationChanges
from shared.commands.drains import Drains
from shared.commands.erasures import Erasures
from shared.commands.load_recomputing import RecomputeLoad
from shared.commands.media_files import MediaFiles
from shared.commands.read_receipts import ReadReceipts
from shared.commands.readiness import Readiness
from shared.commands.reply_files import ReplyFiles
from shared.commands.reports import Reports
from shared.commands.retries import Retries
from shared.commands.shifts import Shifts
from shared.commands.starts import Starts
from shared.commands.uploads import Uploads
from shared.composition.effects import Effects
from shared.distribution.queue_lengths import QueueLengths
from shared.distribution.queue_overview import QueueOverview
from shared.erasure.export import Export
from shared.intake.identification import Identification
from shared.live.waiting import Live


class Commands(Effects):
    """The parts that commands are, on top of effects and stores."""

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
            channel_stops=self.channel_stops,
            clock=self.ports.clock,
        )

    @cached_property
    def queue_lengths(self) -> QueueLengths:
        """How many wait in the queues, for desks."""
        return QueueLengths(self.waiting_lines, self.ports.clock)

    @cached_property
    def drains(self) -> Drains:
        """Empties queues into others."""
        return Drains(self.ports.sender, self.conversation_lists, self.ports.clock)

    @cached_property
    def identification(self) -> Identification:
        """Finds contacts by their names."""
        return Identification(self._aliases, self.contacts)

    @cached_property
    def replies(self) -> Replies:
        """What agents write."""
        return Replies(
            committer=self._committer,
            settler=self._settler,
            templates=self.templates,
            files=self._reply_files,
            configuration=self.configuration,
            clock=self.ports.clock,
        )

    @cached_property
    def _reply_files(self) -> ReplyFiles:
        return ReplyFiles(self.ports, self.configuration)

    @cached_property
    def retries(self) -> Retries:
        """What failed, to be sent again."""
        return Retries(self.contacts, self.templates, self._reply_files)

    @cached_property
    def uploads(self) -> Uploads:
        """Files for replies."""
        return Uploads(self.contacts, self.ports, self.clock, private=self.settings.media_storage_private)

    @cached_property
    def starts(self) -> Starts:
        """Conversations that the team begins."""
        return Starts(
            committer=self._committer,
            settler=self._settler,
            replies=self.replies,
            identification=self.identification,
            templates=self.templates,
            files=self._reply_files,
            read_team=self.read_team,
            configuration=self.configuration,
            clock=self.clock,
        )

    @cached_property
    def media_files(self) -> MediaFiles:
        """The files of messages."""
        return MediaFiles(
            contacts=self.contacts,
            channel=self.channel,
            blobs=self.ports.blobs,
            copies=self.media_copies,
            links=self.keeps_copies and not self.settings.media_storage_private,
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
            takes_files=self.takes_files,
        )

    @cached_property
    def read_receipts(self) -> ReadReceipts:
        """Shows customers what the team has read."""
        return ReadReceipts(self.channel, self.contacts, self.configuration, wanted=self.settings.whatsapp.marks_read)

    @cached_property
    def contact_changes(self) -> ContactChanges:
        """What the team notes of contacts."""
        return ContactChanges(self._committer, self._settler, self.configuration, self.ports.clock)

    @cached_property
    def erasures(self) -> Erasures:
        """Forgets contacts."""
        return Erasures(self.erased_contacts, self._committer, self.clock)

    @cached_property
    def export(self) -> Export:
        """Hands out what is stored of a contact."""
        return Export(
            contacts=self.contacts,
            erased=self.erased_contacts,
            aliases=self._aliases,
            conversation_lists=self.conversation_lists,
            closed_conversations=self.closed_conversations,
            quarantine=self.quarantine,
            configuration=self.configuration,
        )

    @cached_property
    def reports(self) -> Reports:
        """Says what closed conversations come to."""
        return Reports(self.closed_conversations, self.closed_days)

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
    def shifts(self) -> Shifts:
        """Whose desks are on shift."""
        return Shifts(self.signs_of_life, self.roll_call_requests, self.agent_changes, self.clock)

    @cached_property
    def live(self) -> Live:
        """Desks that wait for changes."""
        return Live(self.changes, self.clock, self.ports.telemetry)

    @cached_property
    def recompute_load(self) -> RecomputeLoad:
        """Makes an agent's load say what the agent's conversations do."""
        return RecomputeLoad(self.agents, self._reservations)

    @cached_property
    def readiness(self) -> Readiness:
        """How the app's dependencies are."""
        ports = self.ports
        channels = self.configuration.channels.values()
        blobs = ports.blobs if self.settings.media_storage else None
        return Readiness(ports.tables, ports.sender, self.templates, channels, self.clock, blobs, self._topic)
