"""The agents' records: kept by supervisors, and listed for colleagues of a queue."""

from dataclasses import replace
from typing import Annotated, Any, Final, Protocol

from pydantic import AfterValidator, AwareDatetime, Field, ValidationError, ValidationInfo
from pydantic_core import InitErrorDetails

from shared.api.access import require
from shared.api.call import Call, Services
from shared.api.exchange import Request, WithHeaders
from shared.api.models import WHOLE, Body, View
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, cut, place_in
from shared.api.preconditions import IF_MATCH_HEADER, meant_for
from shared.api.texts import ONE_LINE, VISIBLE, WITHOUT_NUL
from shared.commands.finding import no_agent
from shared.configuration.workstreams import Presence
from shared.state.agent import Agent, AgentSkill, LoadKind
from shared.state.agents import AGENT_ID_RULE, ME, NOBODY, valid_agent_id
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, invalid_request
from shared.vocabulary.identity import digest, same_agent
from shared.vocabulary.words import Role

_ORDER = "agents"
_MAX_SKILL_NAMES = 4_096


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
    level: Annotated[int, Field(ge=1, le=100), WHOLE]


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def each_named_once[Skill: _Named](skills: tuple[Skill, ...]) -> tuple[Skill, ...]:
    """Return skills of which none is named twice; else the validation fails where one is."""
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


def _short_together(skills: tuple[SkillBody, ...]) -> tuple[SkillBody, ...]:
    # With queues and last assignments, a record stays within 16 KiB.
    if sum(len(skill.name.encode()) for skill in skills) > _MAX_SKILL_NAMES:
        raise ValueError(f"the names of all skills may have {_MAX_SKILL_NAMES:,} bytes together")
    return skills


class AgentBody(Body):
    """What a supervisor decides about an agent; what is left out stays, and takes its default in a new record."""

    name: Annotated[_Name, VISIBLE, ONE_LINE, Field(description="A new record needs one.")] = ""
    queues: Annotated[tuple[_Queue, ...], Field(max_length=50)] = ()
    capacity: Annotated[int, Field(ge=0, le=1_000_000, description="Units of work that the agent takes."), WHOLE] = 100
    skills: Annotated[
        tuple[SkillBody, ...], Field(max_length=50), AfterValidator(each_named_once), AfterValidator(_short_together)
    ] = ()
    active: bool = True

    def over(self, before: Agent) -> Agent:
        """Return a record with what is named here."""
        named: dict[str, Any] = {field: getattr(self, field) for field in self.model_fields_set}
        if "queues" in named:
            named["queues"] = tuple(dict.fromkeys(self.queues))
        if "skills" in named:
            named["skills"] = tuple(AgentSkill(name=skill.name, level=skill.level) for skill in self.skills)
        return replace(before, **named)


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
    """An agent's record, and how busy the agent is.

    `load` counts the units of `conversations`, what is offered included, as `capacity` does.
    """

    queues: tuple[str, ...]
    capacity: int
    skills: tuple[AgentSkillView, ...]
    active: bool
    presence_since: AwareDatetime | None
    load: int
    conversations: tuple[str, ...]
    last_assigned_at: AwareDatetime | None


class AgentsView(Page[AgentView | ColleagueView]):
    """Agents."""


class AgentQuery(PageQuery):
    """Which agents."""

    queue: str | None = None
    cursor: Annotated[Place, place_in({_ORDER: (int, str, str)})] | None = None


async def check_id(_services: Services, request: Request) -> tuple[tuple[str, str], ...]:
    """Name an id that no caller can have."""
    agent_id = request.params["agentId"]
    if same_agent(agent_id, ME):
        return (("agentId", f"{ME} stands for whoever calls"),)
    if same_agent(agent_id, NOBODY):
        return (("agentId", f"{NOBODY} stands for no agent"),)
    if not valid_agent_id(agent_id):
        return (("agentId", f"expected {AGENT_ID_RULE}"),)
    return ()


async def write(call: Call) -> WithHeaders:
    """Create an agent's record, or change what is named in it."""
    body: AgentBody = call.body
    agent_id = call.request.params["agentId"]

    def written(before: Agent | None) -> Agent:
        if not meant_for(call.request, agent_etag(before) if before else None):
            raise Refused(Code.CHANGED_MEANWHILE, "The agent's record has changed since it was read: read it again.")
        if before is None and not body.name:
            raise invalid_request(("name", "a new record needs a name"))
        return body.over(before or Agent(id=agent_id, name=body.name))

    return _answer(await call.services.agent_changes.write(agent_id, written))


async def read(call: Call) -> WithHeaders:
    """Read an agent's record: agents their own, supervisors all."""
    agent_id, caller = call.request.params["agentId"], call.known_caller
    if not same_agent(agent_id, caller.id):
        require(caller, Role.SUPERVISOR)
    agent = await call.services.agents.find(agent_id)
    if agent is None:
        raise no_agent()
    return _answer(agent)


async def find(call: Call) -> AgentsView:
    """Return all agents, or those of a queue; an agent sees the names of those with whom it shares a queue.

    First come those without queues: they have started a shift, and wait for a supervisor to give them some.
    """
    query: AgentQuery = call.query
    visibility = await call.visibility()
    agents = [
        agent
        for agent in await call.services.agents.list()
        if (query.queue is None or query.queue in agent.queues)
        and (visibility.queues is None or not visibility.queues.isdisjoint(agent.queues))
    ]
    page, cursor = cut(agents, _place, _ORDER, query.limit, query.cursor)
    show = agent_view if call.known_caller.role.includes(Role.SUPERVISOR) else _colleague
    return AgentsView(items=tuple(show(agent) for agent in page), next_cursor=cursor)


def agent_etag(agent: Agent) -> str:
    """Return the ETag of what supervisors decide about an agent."""
    skills = [f"{skill.name}/{skill.level}" for skill in agent.skills]
    decided = [agent.name, str(agent.capacity), str(agent.active), *agent.queues, "", *skills]
    return f'"{digest("agent record", *decided)}"'


def _answer(agent: Agent) -> WithHeaders:
    return WithHeaders(agent_view(agent), {"ETag": agent_etag(agent)})


def _place(agent: Agent) -> Place:
    return int(bool(agent.queues)), agent.name, agent.id


def _colleague(agent: Agent) -> ColleagueView:
    return ColleagueView(agent_id=agent.id, name=agent.name, presence=agent.presence)


def agent_view(agent: Agent) -> AgentView:
    """Return what supervisors see of an agent."""
    return AgentView(
        agent_id=agent.id,
        name=agent.name,
        presence=agent.presence,
        queues=agent.queues,
        capacity=agent.capacity,
        skills=tuple(AgentSkillView(name=skill.name, level=skill.level) for skill in agent.skills),
        active=agent.active,
        presence_since=agent.presence_since,
        load=agent.units,
        conversations=agent.conversations(LoadKind.HELD),
        last_assigned_at=agent.last_assigned_at,
    )


_ETAG: Final = {"ETag": "It changes with whatever a supervisor decides about the agent."}
FIND: Final = Operation(endpoint=find, query=AgentQuery, answer=AgentsView)
READ: Final = Operation(endpoint=read, answer=AgentView, answer_headers=_ETAG, codes=(Code.NOT_FOUND,))
WRITE: Final = Operation(
    endpoint=write,
    body=AgentBody,
    check=check_id,
    headers=IF_MATCH_HEADER,
    answer=AgentView,
    answer_headers=_ETAG,
    codes=(Code.CHANGED_MEANWHILE,),
)
