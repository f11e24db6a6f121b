"""Whether agents are there, and what they have in hand: what they say themselves, and supervisors for them."""

from http import HTTPStatus
from typing import Annotated, Final

from pydantic import Field

from shared.api.call import Call
from shared.api.endpoints.agents import AgentView, agent_view, check_id
from shared.api.endpoints.conversation_views import ChannelView
from shared.api.models import Body, View
from shared.api.operations import Operation
from shared.configuration.workstreams import Presence
from shared.state.agent import PresenceBy
from shared.vocabulary.codes import Code
from shared.vocabulary.identity import CONVERSATION_ID_FORM
from shared.vocabulary.words import Role


class PresenceBody(Body):
    """Whether an agent is there."""

    presence: Presence


class MeView(View):
    """Who calls. Without a record an agent has no queues; starting a shift makes one, for a supervisor to fill in.

    `channels` are those on which a conversation can be begun.
    """

    id: str
    agent_id: str
    role: Role
    record: AgentView | None
    presence: Presence
    load: int
    channels: tuple[ChannelView, ...]


class ReleasedView(View):
    """How many conversations were put back into their queues."""

    conversations: int


async def who_am_i(call: Call) -> MeView:
    """Say who calls, and what the caller has in hand."""
    caller = call.known_caller
    agent = await call.services.agents.find(caller.id)
    caller_id = agent.id if agent else caller.id
    channels = call.services.configuration.channels.values()
    return MeView(
        id=caller_id,
        agent_id=caller_id,
        role=caller.role,
        record=agent_view(agent) if agent else None,
        presence=agent.presence if agent else Presence.OFFLINE,
        load=agent.units if agent else 0,
        channels=tuple(ChannelView(id=each.key, name=each.name) for each in channels),
    )


async def set_mine(call: Call) -> AgentView:
    """Say whether the caller is there; whoever has no record gets one, without queues."""
    caller, body = call.known_caller, call.body
    changes = call.services.agent_changes
    name = caller.name or caller.id
    return agent_view(await changes.set_presence(caller.id, body.presence, PresenceBy.AGENT, name))


async def set_anybodys(call: Call) -> AgentView:
    """Say for an agent whether that one is there."""
    agent_id, body = call.request.params["agentId"], call.body
    return agent_view(await call.services.agent_changes.set_presence(agent_id, body.presence, PresenceBy.SUPERVISOR))


async def release_all(call: Call) -> ReleasedView:
    """Put all that an agent has, or is offered, back into its queues: someone fell ill."""
    actor, _ = await call.standing()
    agent_id = call.request.params["agentId"]
    return ReleasedView(conversations=await call.services.agent_changes.release_all(agent_id, actor, call.until))


class RecomputeBody(Body):
    """The conversations that the lists say to be the agent's."""

    conversations: Annotated[
        tuple[Annotated[str, Field(pattern=CONVERSATION_ID_FORM)], ...],
        Field(max_length=500, description="Compared besides those that the agent's load names."),
    ] = ()


class MendedView(View):
    """How many entries of the agent's load were wrong."""

    mended: int


async def recompute(call: Call) -> MendedView:
    """Make an agent's load say what the agent's conversations do."""
    agent_id = call.request.params["agentId"]
    return MendedView(mended=await call.services.recompute_load(agent_id, call.body.conversations))


ME: Final = Operation(endpoint=who_am_i, answer=MeView)
SET_MINE: Final = Operation(endpoint=set_mine, body=PresenceBody, answer=AgentView)
SET_ANYBODYS: Final = Operation(
    endpoint=set_anybodys, body=PresenceBody, check=check_id, answer=AgentView, codes=(Code.NOT_FOUND,)
)
RELEASE_ALL: Final = Operation(
    endpoint=release_all, answer=ReleasedView, status=HTTPStatus.ACCEPTED, codes=(Code.NOT_FOUND,)
)
RECOMPUTE: Final = Operation(endpoint=recompute, body=RecomputeBody, answer=MendedView, codes=(Code.NOT_FOUND,))
