"""Who calls, and what that caller may see (docs/sign-in.md)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.api.exchange import Request
from shared.api.problems import unauthenticated
from shared.state.agent import Agent
from shared.state.agents import AGENT_ID_RULE, valid_agent_id
from shared.state.conversation import Conversation
from shared.state.list_row import ListRow
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import same_agent
from shared.vocabulary.invisible import shows_nothing
from shared.vocabulary.words import Role

if TYPE_CHECKING:
    from shared.api.tokens import Tokens

_LONGEST_NAME = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls; `id` is that of an agent's record, if there is one, `name` what a token calls the caller."""

    id: str
    role: Role
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """What a caller may see: the conversations of these queues (None: all), and those that lie with this agent.

    Attributes:
        agent: Sees what it has or is offered, whatever the queue.
    """

    queues: frozenset[str] | None
    agent: str

    def sees(self, conversation: Conversation | ListRow) -> bool:
        """Tell whether the caller may know that the conversation exists."""
        if self.queues is None or conversation.queue in self.queues:
            return True
        return lies_with(conversation, self.agent)


def lies_with(conversation: Conversation | ListRow, agent_id: str) -> bool:
    """Tell whether an agent has a conversation, or is offered it."""
    offer = conversation.offer
    return same_agent(conversation.agent, agent_id) or same_agent(offer.agent if offer else None, agent_id)


type Identify = Callable[[Request], Awaitable[Caller]]
"""Says who calls. Raises Refused: `unauthenticated`; `forbidden` without any role; `unavailable`; `misconfigured`."""


async def by_headers(request: Request) -> Caller:
    """Return the agent whom the calling system names; the host has checked the system's key."""
    agent_id, role = request.header("X-Agent-Id") or "", request.header("X-Agent-Role") or ""
    if not valid_agent_id(agent_id):
        raise Refused(
            Code.UNAUTHENTICATED,
            f"The header X-Agent-Id has to name the agent: {AGENT_ID_RULE}",
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
        return Caller(id=caller_id, role=roles[-1], name=_shown_name(claims.get("name")))

    return identify


def _shown_name(claim: object) -> str | None:
    """Return the name in a token, if it can be an agent's."""
    if not isinstance(claim, str) or not claim.isprintable() or shows_nothing(claim):
        return None
    return claim[:_LONGEST_NAME]


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


def visibility_of(caller: Caller, agent: Agent | None) -> Visibility:
    """Return what a caller may see, by the record of the agent: without one, or with one not active, no queue."""
    if caller.role.includes(Role.SUPERVISOR):
        return Visibility(queues=None, agent=caller.id)
    return Visibility(queues=frozenset(agent.queues if agent and agent.active else ()), agent=caller.id)


def actor_of(caller: Caller, agent: Agent | None) -> Actor:
    """Return who acts, as the agent's record writes it; without one the id is as the caller writes it."""
    agent_id, name = (agent.id, agent.name) if agent else (caller.id, None)
    return Actor(id=agent_id, name=name, is_agent=not caller.role.includes(Role.SUPERVISOR))
