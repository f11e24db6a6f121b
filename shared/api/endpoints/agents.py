"""The agents' records: kept by supervisors, and listed for colleagues of a queue."""

from dataclasses import replace
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, Field, ValidationError, ValidationInfo
from pydantic_core import InitErrorDetails

from shared.api.call import Call, Services
from shared.api.exchange import Request
from shared.api.models import Body, View
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, cut, place_in
from shared.api.texts import ONE_LINE, VISIBLE, WITHOUT_NUL
from shared.configuration.workstreams import Presence
from shared.state.agent import Agent, AgentSkill
from shared.state.agents import ME, NOBODY, valid_agent_id
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import same_agent
from shared.vocabulary.words import Role

_ORDER = "agents"


def _configured(queue: str, info: ValidationInfo[Services]) -> str:
    queues = info.context.configuration.queues
    if queue not in queues:
        raise ValueError(f"there is no queue {queue}; the configuration has: {', '.join(queues)}")
    return queue


_Name = Annotated[str, Field(min_length=1, max_length=128), WITHOUT_NUL]
_Queue = Annotated[_Name, AfterValidator(_configured)]


class SkillBody(Body):
    """A skill of an agent's."""

    name: Annotated[_Name, VISIBLE]
    level: Annotated[int, Field(ge=1, le=100)]


def _distinct(skills: tuple[SkillBody, ...]) -> tuple[SkillBody, ...]:
    names = [skill.name for skill in skills]
    again = {"error": ValueError("this skill is named already")}
    repeated = [
        InitErrorDetails(type="value_error", loc=(at, "name"), input=name, ctx=again)
        for at, name in enumerate(names)
        if name in names[:at]
    ]
    if repeated:
        raise ValidationError.from_exception_data("skills", repeated)
    return skills


class AgentBody(Body):
    """An agent's record; what is left out takes its default."""

    name: Annotated[_Name, VISIBLE, ONE_LINE]
    queues: Annotated[tuple[_Queue, ...], Field(max_length=500)]
    capacity: Annotated[int, Field(ge=0, le=1_000_000, description="Units of work that the agent takes.")] = 100
    skills: Annotated[tuple[SkillBody, ...], Field(max_length=500), AfterValidator(_distinct)] = ()
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
    cursor: Annotated[Place, place_in({_ORDER: (str, str)})] | None = None


async def check_id(_services: Services, request: Request) -> tuple[tuple[str, str], ...]:
    """Name an id that no caller can have."""
    agent_id = request.params["agentId"]
    if same_agent(agent_id, ME):
        return (("agentId", f"{ME} stands for whoever calls"),)
    if same_agent(agent_id, NOBODY):
        return (("agentId", f"{NOBODY} stands for no agent"),)
    if not valid_agent_id(agent_id):
        return (("agentId", "expected 1 to 128 printable ASCII characters"),)
    return ()


async def write(call: Call) -> AgentView:
    """Create an agent's record, or replace what a supervisor decides in it."""
    body: AgentBody = call.body
    agent_id = call.request.params["agentId"]
    given = Agent(
        id=agent_id,
        name=body.name,
        queues=tuple(dict.fromkeys(body.queues)),
        capacity=body.capacity,
        skills=tuple(AgentSkill(name=skill.name, level=skill.level) for skill in body.skills),
        active=body.active,
    )
    return _view(await call.services.agents.save(agent_id, lambda before: _kept(before, given)))


async def read(call: Call) -> AgentView:
    """Read an agent's record."""
    agent = await call.services.agents.find(call.request.params["agentId"])
    if agent is None:
        raise Refused(Code.NOT_FOUND, "There is no such agent.")
    return _view(agent)


async def find(call: Call) -> AgentsView:
    """Return all agents, or those of a queue; an agent sees the names of those with whom it shares a queue."""
    query: AgentQuery = call.query
    visibility = await call.visibility()
    agents = [
        agent
        for agent in await call.services.agents.list()
        if (query.queue is None or query.queue in agent.queues)
        and (visibility.queues is None or not visibility.queues.isdisjoint(agent.queues))
    ]
    page, cursor = cut(agents, lambda agent: (agent.name, agent.id), _ORDER, query.limit, query.cursor)
    show = _view if call.known_caller.role.includes(Role.SUPERVISOR) else _colleague
    return AgentsView(items=tuple(show(agent) for agent in page), next_cursor=cursor)


def _kept(before: Agent | None, given: Agent) -> Agent:
    """Return the record as given, with what the agent's work has made of it."""
    if before is None:
        return given
    return replace(
        before,
        name=given.name,
        queues=given.queues,
        capacity=given.capacity,
        skills=given.skills,
        active=given.active,
    )


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
        load=agent.units,
        last_assigned_at=agent.last_assigned_at,
    )


FIND: Final = Operation(endpoint=find, query=AgentQuery, answer=AgentsView)
READ: Final = Operation(endpoint=read, answer=AgentView, codes=(Code.NOT_FOUND,))
WRITE: Final = Operation(endpoint=write, body=AgentBody, check=check_id, answer=AgentView)
