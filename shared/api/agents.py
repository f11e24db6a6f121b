"""The agents' records: kept by supervisors, and listed for colleagues of a queue."""

from dataclasses import replace
from typing import Annotated

from pydantic import AwareDatetime, Field

from shared.api.conversations import ME
from shared.api.models import WITHOUT_NUL, Body, View
from shared.api.paging import Page, PageQuery, cut
from shared.api.parts import Call
from shared.configuration.workstreams import Presence
from shared.state.agents import Agent, AgentSkill, valid_agent_id
from shared.vocabulary.errors import Refused
from shared.vocabulary.words import Role

_ORDER = "agents"
_Name = Annotated[str, Field(min_length=1, max_length=128), WITHOUT_NUL]


class SkillBody(Body):
    """A skill of an agent's."""

    name: _Name
    level: Annotated[int, Field(ge=1, le=100)]


class AgentBody(Body):
    """An agent's record; what is left out takes its default."""

    name: _Name
    queues: Annotated[tuple[_Name, ...], Field(max_length=500)]
    capacity: Annotated[int, Field(ge=0, le=1_000_000, description="Units of work that the agent takes.")] = 100
    skills: Annotated[tuple[SkillBody, ...], Field(max_length=500)] = ()
    active: bool = True


class ColleagueView(View):
    """What agents see of each other."""

    agent_id: str
    name: str
    presence: Presence


class AgentSkillView(View):
    """A skill of an agent's."""

    name: str
    level: int


class AgentView(ColleagueView):
    """An agent's record, and how busy the agent is: `load` counts units like `capacity`."""

    queues: tuple[str, ...]
    capacity: int
    skills: tuple[AgentSkillView, ...]
    active: bool
    load: int
    last_assigned_at: AwareDatetime | None


class AgentsView(Page[AgentView | ColleagueView]):
    """Agents."""


class AgentQuery(PageQuery):
    """Which agents."""

    queue: str | None = None


async def write(call: Call) -> AgentView:
    """Create an agent's record, or replace what a supervisor decides in it."""
    body: AgentBody = call.body
    agent_id = call.request.params["agentId"]
    _refuse(agent_id, body.queues, call)
    given = Agent(
        id=agent_id,
        name=body.name,
        queues=tuple(dict.fromkeys(body.queues)),
        capacity=body.capacity,
        skills=tuple(AgentSkill(name=skill.name, level=skill.level) for skill in body.skills),
        active=body.active,
    )
    return _view(await call.parts.agents.save(agent_id, lambda before: _kept(before, given)))


async def read(call: Call) -> AgentView:
    """An agent's record."""
    agent = await call.parts.agents.find(call.request.params["agentId"])
    if agent is None:
        raise Refused("not_found", "There is no such agent.")
    return _view(agent)


async def find(call: Call) -> AgentsView:
    """All agents, or those of a queue; an agent sees the names of those with whom it shares a queue."""
    query: AgentQuery = call.query
    sight = await call.sight()
    agents = [
        agent
        for agent in await call.parts.agents.list()
        if (query.queue is None or query.queue in agent.queues)
        and (sight.queues is None or not sight.queues.isdisjoint(agent.queues))
    ]
    page, cursor = cut(agents, lambda agent: (agent.name, agent.id), _ORDER, query)
    show = _view if call.known_caller.role.includes(Role.SUPERVISOR) else _colleague
    return AgentsView(items=tuple(show(agent) for agent in page), next_cursor=cursor)


def _refuse(agent_id: str, queues: tuple[str, ...], call: Call) -> None:
    """Refuse an id that no caller can have, and queues that do not exist."""
    configured = call.parts.configuration.queues
    problems = [
        (f"queues[{at}]", f"there is no queue {queue}; the configuration has: {', '.join(configured)}")
        for at, queue in enumerate(queues)
        if queue not in configured
    ]
    if not valid_agent_id(agent_id):
        problems.append(("agentId", "expected 1 to 128 printable ASCII characters"))
    elif agent_id == ME:
        problems.append(("agentId", f"{ME} stands for whoever calls"))
    if problems:
        raise Refused("invalid_request", "The record can't be kept.", errors=tuple(problems))


def _kept(before: Agent | None, given: Agent) -> Agent:
    """The record as given, with what the agent's work has made of it."""
    if before is None:
        return given
    return replace(given, presence=before.presence, load=before.load, last_assigned_at=before.last_assigned_at)


def _colleague(agent: Agent) -> ColleagueView:
    return ColleagueView(agent_id=agent.id, name=agent.name, presence=agent.presence)


def _view(agent: Agent) -> AgentView:
    return AgentView(
        agent_id=agent.id,
        name=agent.name,
        presence=agent.presence,
        queues=agent.queues,
        capacity=agent.capacity,
        skills=tuple(AgentSkillView(name=skill.name, level=skill.level) for skill in agent.skills),
        active=agent.active,
        load=sum(agent.load.values()),
        last_assigned_at=agent.last_assigned_at,
    )
