"""Who calls, and what that caller may see (http-api.md, "Who may call")."""

from dataclasses import dataclass
from datetime import datetime

from shared.api.exchange import Request
from shared.patience import persist
from shared.state.agents import Agents, valid_agent_id
from shared.state.contact import Conversation
from shared.vocabulary.errors import Refused
from shared.vocabulary.time import Clock
from shared.vocabulary.words import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls; `id` is that of an agent's record, if there is one."""

    id: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a caller may see: the conversations of these queues, None for all. `name` is as the agent's record says."""

    queues: frozenset[str] | None
    name: str | None

    def sees(self, conversation: Conversation) -> bool:
        """Whether the caller may know that the conversation exists."""
        return self.queues is None or conversation.queue in self.queues


def identify(request: Request) -> Caller:
    """The agent whom the calling system names; the host has checked the system's key.

    Raises:
        Refused: `unauthenticated`.
    """
    agent_id, role = request.header("X-Agent-Id") or "", request.header("X-Agent-Role") or ""
    if not valid_agent_id(agent_id):
        raise Refused(
            "unauthenticated", "The header X-Agent-Id has to name the agent: 1 to 128 printable ASCII characters."
        )
    if role not in set(Role):
        raise Refused("unauthenticated", f"The header X-Agent-Role has to be one of {', '.join(Role)}.")
    return Caller(id=agent_id, role=Role(role))


def require(caller: Caller, role: Role) -> None:
    """Refuse a caller whose role is lower.

    Raises:
        Refused: `forbidden`.
    """
    if not caller.role.includes(role):
        raise Refused("forbidden", f"This needs the role {role}.")


async def sight_of(caller: Caller, agents: Agents, clock: Clock, until: datetime) -> Sight:
    """What the caller may see. An agent without a record, or whose record is not active, has no queues."""
    agent = await persist(lambda: agents.find(caller.id), clock, until)
    name = agent.name if agent else None
    if caller.role.includes(Role.SUPERVISOR):
        return Sight(queues=None, name=name)
    return Sight(queues=frozenset(agent.queues if agent and agent.active else ()), name=name)
