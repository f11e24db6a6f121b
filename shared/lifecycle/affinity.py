"""Whether a conversation that was set aside returns to the agent who has it. Pure."""

from shared.configuration.workstreams import Presence
from shared.state.agent import Agent
from shared.state.conversation import Conversation
from shared.state.draft import Room
from shared.state.loads import obstacle_to


def can_return(conversation: Conversation, agent: Agent | None, units: int) -> bool:
    """Tell whether the agent works here, serves the queue, is not offline, and has room up to twice the capacity."""
    if agent is None or not agent.active or agent.presence is Presence.OFFLINE:
        return False
    return conversation.queue in agent.queues and obstacle_to(agent, conversation.id, units, Room.TWICE) is None
