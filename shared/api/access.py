"""Who calls, and what that caller may see (docs/sign-in.md)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from shared.api.exchange import Request
from shared.api.problems import unauthenticated
from shared.retry import retry_while_unavailable
from shared.state.agents import Agents, valid_agent_id
from shared.state.conversation import Conversation
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.time import Clock
from shared.vocabulary.words import Role

if TYPE_CHECKING:
    from shared.api.tokens import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls; `id` is that of an agent's record, if there is one."""

    id: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """What a caller may see: the conversations of these queues, None for all.

    `agent_id` and `name` are as the agent's record writes them; without one the id is as the caller writes it.
    """

    queues: frozenset[str] | None
    agent_id: str
    name: str | None

    def sees(self, conversation: Conversation) -> bool:
        """Tell whether the caller may know that the conversation exists."""
        return self.queues is None or conversation.queue in self.queues


type Identify = Callable[[Request], Awaitable[Caller]]
"""Says who calls. Raises Refused: `unauthenticated`; `forbidden` without any role; `unavailable`; `misconfigured`."""


async def by_headers(request: Request) -> Caller:
    """Return the agent whom the calling system names; the host has checked the system's key."""
    agent_id, role = request.header("X-Agent-Id") or "", request.header("X-Agent-Role") or ""
    if not valid_agent_id(agent_id):
        raise Refused(
            Code.UNAUTHENTICATED, "The header X-Agent-Id has to name the agent: 1 to 128 printable ASCII characters."
        )
    if role not in set(Role):
        raise Refused(Code.UNAUTHENTICATED, f"The header X-Agent-Role has to be one of {', '.join(Role)}.")
    return Caller(id=agent_id, role=Role(role))


def by_token(tokens: "Tokens") -> Identify:
    """Return the user, or the application, whom a token was issued to; of its roles the highest counts."""

    async def identify(request: Request) -> Caller:
        claims = await tokens.claims(request)
        caller_id, given = claims.get("oid"), claims.get("roles")
        if not isinstance(caller_id, str) or not valid_agent_id(caller_id):
            raise unauthenticated("The token does not say in `oid` whom it was issued to.")
        roles = [role for role in Role if isinstance(given, list) and role in given]
        if not roles:
            raise Refused(Code.FORBIDDEN, f"The token has none of the roles {', '.join(Role)}.")
        return Caller(id=caller_id, role=roles[-1])

    return identify


async def by_nothing(_request: Request) -> Caller:
    """Know nobody: the settings that say how callers are known are missing or wrong."""
    raise Refused(Code.MISCONFIGURED, "The settings of sign-in are missing or wrong, so no caller can be known.")


def require(caller: Caller, role: Role) -> None:
    """Refuse a caller whose role is lower.

    Raises:
        Refused: `forbidden`.
    """
    if not caller.role.includes(role):
        raise Refused(Code.FORBIDDEN, f"This needs the role {role}.")


async def visibility_of(caller: Caller, agents: Agents, clock: Clock, until: datetime) -> Visibility:
    """Return what the caller may see. An agent without a record, or whose record is not active, has no queues.

    The record may be some seconds old.
    """
    agent = await retry_while_unavailable(lambda: agents.recent(caller.id), clock, until)
    agent_id, name = (agent.id, agent.name) if agent else (caller.id, None)
    if caller.role.includes(Role.SUPERVISOR):
        return Visibility(queues=None, agent_id=agent_id, name=name)
    queues = frozenset(agent.queues if agent and agent.active else ())
    return Visibility(queues=queues, agent_id=agent_id, name=name)
