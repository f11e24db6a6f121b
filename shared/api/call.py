"""What the API needs of the app, and what an endpoint is given."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from shared.api.access import Caller, Identify, Visibility, actor_of, visibility_of
from shared.api.exchange import Request
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
from shared.commands.reports import Reports
from shared.commands.retries import Retries
from shared.commands.shifts import Shifts
from shared.commands.starts import Starts
from shared.commands.uploads import Uploads
from shared.configuration.document import Configuration
from shared.distribution.queue_lengths import QueueLengths
from shared.distribution.queue_overview import QueueOverview
from shared.erasure.export import Export
from shared.intake.identification import Identification
from shared.intake.quarantine import Quarantine
from shared.intake.replay import Replay
from shared.lifecycle.situation import Situation
from shared.live.waiting import Live
from shared.retry import retry_while_unavailable
from shared.rules import Rules
from shared.sending.template_list import TemplateLists
from shared.settings import Settings
from shared.state.agent import Agent
from shared.state.agents import Agents
from shared.state.channel_stops import ChannelStops
from shared.state.closed_conversations import ClosedConversations
from shared.state.closed_queues import ClosedQueues
from shared.state.contact_store import Contacts
from shared.state.conversation_lists import ConversationLists
from shared.state.queue_names import QueueNames
from shared.state.quick_replies import StoredQuickReplies
from shared.state.team_reading import ReadTeam
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.time import Clock

if TYPE_CHECKING:
    from shared.desk.files import DeskFiles


class Services(Protocol):
    """The app's services. Those that need the configuration can be had only where there are no `problems`."""

    @property
    def clock(self) -> Clock: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def problems(self) -> tuple[str, ...]: ...
    @property
    def desk(self) -> "DeskFiles": ...
    @property
    def takes_files(self) -> bool: ...
    @property
    def identify(self) -> Identify: ...
    @property
    def configuration(self) -> Configuration: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def replies(self) -> Replies: ...
    @property
    def retries(self) -> Retries: ...
    @property
    def shifts(self) -> Shifts: ...
    @property
    def live(self) -> Live: ...
    @property
    def starts(self) -> Starts: ...
    @property
    def identification(self) -> Identification: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def contact_changes(self) -> ContactChanges: ...
    @property
    def media_files(self) -> MediaFiles: ...
    @property
    def conversation_changes(self) -> ConversationChanges: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def conversation_lists(self) -> ConversationLists: ...
    @property
    def closed_queues(self) -> ClosedQueues: ...
    @property
    def channel_stops(self) -> ChannelStops: ...
    @property
    def queue_overview(self) -> QueueOverview: ...
    @property
    def queue_lengths(self) -> QueueLengths: ...
    @property
    def quick_replies(self) -> StoredQuickReplies: ...
    @property
    def drains(self) -> Drains: ...
    @property
    def erasures(self) -> Erasures: ...
    @property
    def export(self) -> Export: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def closed_conversations(self) -> ClosedConversations: ...
    @property
    def queue_names(self) -> QueueNames: ...
    @property
    def read_receipts(self) -> ReadReceipts: ...
    @property
    def agents(self) -> Agents: ...
    @property
    def recompute_load(self) -> RecomputeLoad: ...
    @property
    def agent_changes(self) -> AgentChanges: ...
    @property
    def read_team(self) -> ReadTeam: ...
    @property
    def readiness(self) -> Readiness: ...
    @property
    def templates(self) -> TemplateLists: ...
    @property
    def quarantine(self) -> Quarantine: ...
    @property
    def replay(self) -> Replay: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that was let in.

    Attributes:
        until: When trying again ends.
        query, body: Read as the operation's models; None on a route for anyone. `body` is of use where it has one.
        agent_read_anew: Whether the caller's record is read as it is now.
    """

    services: Services
    request: Request
    caller: Caller | None
    until: datetime
    query: Any = None
    body: Any = None
    agent_read_anew: bool = False

    @property
    def known_caller(self) -> Caller:
        """The caller of a route that not just anyone may call."""
        if self.caller is None:
            raise Refused(Code.UNAUTHENTICATED, "This route needs a caller.")
        return self.caller

    @property
    def clock(self) -> Clock:
        """The app's clock."""
        return self.services.clock

    async def agent(self) -> Agent | None:
        """Return the record of the agent who calls, if there is one; unless it is read anew, it may be seconds old."""
        agents, agent_id = self.services.agents, self.known_caller.id
        look_up = agents.find if self.agent_read_anew else agents.recent
        return await retry_while_unavailable(lambda: look_up(agent_id), self.clock, self.until)

    async def visibility(self) -> Visibility:
        """Return what the caller may see."""
        return visibility_of(self.known_caller, await self.agent())

    def situation(self, actor: Actor) -> Situation:
        """Return what a decision knows besides the contact, if somebody asks for it now."""
        services = self.services
        return Situation(by=actor, configuration=services.configuration, takes_files=services.takes_files)

    async def standing(self) -> tuple[Actor, Visibility]:
        """Return as whom the caller acts, and what the caller may see."""
        agent = await self.agent()
        return actor_of(self.known_caller, agent), visibility_of(self.known_caller, agent)


type Endpoint = Callable[[Call], Awaitable[Any]]
"""Answers a call with a view, or with None. Raises Refused and Unavailable."""

type Check = Callable[[Services, Request], Awaitable[Sequence[tuple[str, str]]]]
"""Says what is wrong with a request where its models can't: (path, message) of each problem. Raises Unavailable."""
