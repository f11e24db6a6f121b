"""What a decision that a person asks for knows besides the contact: who asks, the configuration, the team. Pure."""

from dataclasses import dataclass
from typing import Final

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Distribution, Workstream
from shared.state.agent import Agent, LoadKind
from shared.state.conversation import Conversation
from shared.state.loads import MOST_PARKED
from shared.state.team import NOBODY_ASKED, Team
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, invalid_request

_USUAL: Final = Distribution()


def distribution_of(conversation: Conversation, configuration: Configuration) -> Distribution:
    """Return how a conversation is given to agents; where its workstream is gone, as is usual."""
    workstream = configuration.workstreams.get(conversation.workstream)
    return workstream.distribution if workstream else _USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Who asks, and what is known.

    Attributes:
        takes_files: Whether agents can upload files: there is Blob Storage, where WhatsApp can fetch them.
    """

    by: Actor
    configuration: Configuration
    takes_files: bool = False
    team: Team = NOBODY_ASKED

    def workstream_of(self, conversation: Conversation) -> Workstream | None:
        """Return a conversation's workstream; None when the configuration does not have it any more."""
        return self.configuration.workstreams.get(conversation.workstream)

    def distribution_of(self, conversation: Conversation) -> Distribution:
        """Return how a conversation is given to agents."""
        return distribution_of(conversation, self.configuration)


def refuse_one_more_aside(agent: Agent | None, conversation_id: str) -> None:
    """Keep an agent from having too many conversations that wait for their customers.

    Raises:
        Refused: `agent_full`.
    """
    if agent and len(set(agent.conversations(LoadKind.PARKED)) - {conversation_id}) >= MOST_PARKED:
        raise Refused(
            Code.AGENT_FULL,
            f"{MOST_PARKED} conversations of {agent.name}'s wait for their customers: close or transfer one first.",
        )


def agent_to_have_it(situation: Situation, agent_id: str) -> Agent:
    """Return the agent to whom a conversation is to go.

    Raises:
        Refused: `invalid_request` without such an agent, `agent_not_available`.
    """
    agent = situation.team.agent(agent_id)
    if agent is None:
        raise invalid_request(("agent", f"there is no agent {agent_id}"))
    if not agent.active:
        raise Refused(
            Code.AGENT_NOT_AVAILABLE, f"{agent.name} does not work here any more: choose another agent, or the queue."
        )
    return agent
