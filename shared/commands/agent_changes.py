"""What is changed about agents: their records, whether they are there, and what they have in hand when they are not."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from shared.at_once import each_of
from shared.commands.conversation_changes import ConversationChanges, Decide, Wish
from shared.commands.finding import no_agent
from shared.configuration.document import Configuration
from shared.configuration.workstreams import Presence
from shared.lifecycle import moves
from shared.lifecycle.affinity import home_queue
from shared.lifecycle.situation import Situation
from shared.lifecycle.system_lines import Line, add_system_line
from shared.queue.turn_requests import TurnRequests
from shared.state.agent import Agent, LoadKind, PresenceBy
from shared.state.agents import Agents
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.presence import lost_since, may_take_more, was_there, with_presence
from shared.vocabulary.actor import Actor
from shared.vocabulary.errors import Refused, Unavailable
from shared.vocabulary.identity import same_agent
from shared.vocabulary.time import Clock
from shared.vocabulary.words import ConversationStatus, SegmentEnd

_PATIENCE: Final = timedelta(seconds=10)
_GIVEN_BACK: Final = (ConversationStatus.ACTIVE, ConversationStatus.WAITING)


class AgentChanges:
    """Carries out what the API says of agents.

    Every method raises Unavailable when storage or queue are away; it may be called again.
    """

    def __init__(
        self,
        *,
        agents: Agents,
        conversations: ConversationChanges,
        turns: TurnRequests,
        configuration: Configuration,
        clock: Clock,
    ) -> None:
        self._agents = agents
        self._conversations = conversations
        self._turns = turns
        self._configuration = configuration
        self._clock = clock

    async def write(self, agent_id: str, change: Callable[[Agent | None], Agent]) -> Agent:
        """Write what `change` makes of a record, None when there is none.

        What waits for such an agent gets a turn; whoever is not there any more is asked about nothing.
        """
        known = await self._agents.find(agent_id)
        if may_take_more(known, change(known), self._configuration):
            await self._turns.ask_before()
        before: Agent | None = None

        def changed(current: Agent | None) -> Agent:
            nonlocal before
            before = current
            return change(current)

        after = await self._agents.save(agent_id, changed)
        if may_take_more(before, after, self._configuration):
            await self._turns.ask()
        if not after.active or after.presence is Presence.OFFLINE:
            await self._end_offers(after)
        return after

    async def set_presence(self, agent_id: str, presence: Presence, by: PresenceBy, name: str | None = None) -> Agent:
        """Set whether an agent is there.

        Args:
            name: That of a record without queues, which is made if there is none; None: there has to be one.

        Raises:
            Refused: `not_found`.
        """

        def changed(current: Agent | None) -> Agent:
            if current is None and name is None:
                raise no_agent()
            agent = current or Agent(id=agent_id, name=name or agent_id)
            return with_presence(agent, presence, by, self._clock.now())

        return await self.write(agent_id, changed)

    async def lose(self, agent_id: str, seen_at: datetime) -> None:
        """Set an agent offline whose desk was last heard of at a time, unless the agent's presence was set since."""

        def lost(agent: Agent) -> Agent:
            if not was_there(agent, seen_at):
                return agent
            return with_presence(agent, Presence.OFFLINE, PresenceBy.SYSTEM, self._clock.now())

        agent = await self._agents.revise(agent_id, lost)
        if agent and agent.presence is Presence.OFFLINE:
            await self._end_offers(agent)

    async def find_again(self, agent_id: str, since: datetime) -> None:
        """Set an agent to what the agent was before a silence, if it was set offline for that since a time."""

        def found(agent: Agent | None) -> Agent:
            if agent is None:
                raise no_agent()
            if agent.presence_before is None or not lost_since(agent, since):
                return agent
            return with_presence(agent, agent.presence_before, PresenceBy.DESK, self._clock.now())

        await self.write(agent_id, found)

    async def release_all(self, agent_id: str, by: Actor, until: datetime) -> int:
        """Put all that an agent has, or is offered, back into its queues; how many conversations that were.

        What is being wrapped up is done, and ends by itself.

        Raises:
            Refused: `not_found`.
        """
        agent = await self._agents.find(agent_id)
        if agent is None:
            raise no_agent()

        def give_back(draft: Draft, conversation: Conversation, situation: Situation) -> None:
            if same_agent(conversation.agent, agent.id) and conversation.status in _GIVEN_BACK:
                moves.to_queue(draft, home_queue(conversation, self._configuration), SegmentEnd.RELEASED)
                add_system_line(draft, Line.RELEASED, situation.workstream_of(conversation), by=by.shown)
            else:
                _end_offer(agent, draft, conversation, situation)

        conversations = agent.conversations(LoadKind.HELD, LoadKind.PARKED)
        return await self._change_each(conversations, "release_all", by, give_back, until)

    async def _end_offers(self, agent: Agent) -> None:
        by = Actor(id=agent.id, name=agent.name, is_agent=False)

        def end(draft: Draft, conversation: Conversation, situation: Situation) -> None:
            _end_offer(agent, draft, conversation, situation)

        conversations = agent.conversations(LoadKind.HELD)
        await self._change_each(conversations, "end_offers", by, end, self._clock.now() + _PATIENCE)

    async def _change_each(
        self, conversation_ids: Iterable[str], action: str, by: Actor, decide: Decide, until: datetime
    ) -> int:
        """Carry out one decision about several conversations; how many it changed."""
        changed: set[str] = set()

        async def change(conversation_id: str) -> Unavailable | None:
            def decided(draft: Draft, conversation: Conversation, situation: Situation) -> None:
                decide(draft, conversation, situation)
                if not draft.untouched:
                    changed.add(conversation_id)

            wish = Wish(action=action, conversation_id=conversation_id, by=by, may_see=lambda _: True, decide=decided)
            try:
                await self._conversations.carry_out(wish, until)
            except Refused:  # it has been erased
                changed.discard(conversation_id)
            except Unavailable as error:  # the others go on
                return error
            return None

        for failure in filter(None, await each_of(conversation_ids, change)):
            raise failure
        return len(changed)


def _end_offer(agent: Agent, draft: Draft, conversation: Conversation, situation: Situation) -> None:
    """Take back what is offered to an agent, to whom it does not count as a decline."""
    if conversation.offer and same_agent(conversation.offer.agent, agent.id):
        moves.end_offer(draft, declined=False)
        add_system_line(draft, Line.OFFER_WITHDRAWN, situation.workstream_of(conversation), agent=agent.name)
