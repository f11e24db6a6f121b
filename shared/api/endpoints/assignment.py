"""Who has a conversation: taken or assigned, accepted or declined, handed on, given back."""

from functools import partial
from typing import Annotated, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, model_validator

from shared.api.call import Call, Services
from shared.api.endpoints.conversation_changes import NoteText, change, changing
from shared.api.exchange import WithHeaders
from shared.api.models import Body
from shared.commands.conversation_changes import Decide
from shared.lifecycle import assignment, offers
from shared.lifecycle.transfer import Handover, hand_over
from shared.state.agents import AGENT_ID_RULE, valid_agent_id
from shared.state.team import NOTHING, TeamNeeds
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import same_agent
from shared.vocabulary.words import Role


def _agent(agent_id: str) -> str:
    if not valid_agent_id(agent_id):
        raise ValueError(f"expected an agent's id: {AGENT_ID_RULE}")
    return agent_id


def _queue(queue: str, info: ValidationInfo[Services]) -> str:
    queues = info.context.configuration.queues
    if queue not in queues:
        raise ValueError(f"there is no queue {queue}; the configuration has: {', '.join(queues)}")
    return queue


AgentId = Annotated[str, AfterValidator(_agent)]
QueueName = Annotated[str, AfterValidator(_queue)]


class AssignBody(Body):
    """To whom; left out: to the caller."""

    agent: AgentId | None = None

    def decide(self, call: Call) -> tuple[Decide, TeamNeeds]:
        """Return what is to be decided, and on what of the team.

        Raises:
            Refused: `forbidden`, since only supervisors give conversations to others.
        """
        caller = call.known_caller
        if self.agent is None or same_agent(self.agent, caller.id):
            return assignment.take, NOTHING
        if not caller.role.includes(Role.SUPERVISOR):
            raise Refused(Code.FORBIDDEN, f"To give a conversation to somebody else needs the role {Role.SUPERVISOR}.")
        return partial(assignment.assign, agent_id=self.agent), TeamNeeds(agents=frozenset({self.agent}))


class TransferBody(Body):
    """Where to: a queue or an agent; and what whoever gets it should know."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["queue"]}, {"required": ["agent"]}]})

    queue: QueueName | None = None
    agent: AgentId | None = None
    note: NoteText | None = Field(default=None, description="An internal note, never sent.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.queue is None) == (self.agent is None):
            raise ValueError("expected either queue or agent")
        return self

    def decide(self, _call: Call) -> tuple[Decide, TeamNeeds]:
        """Return what is to be decided, and on what of the team."""
        handover = Handover(queue=self.queue, agent=self.agent, note=self.note)
        needs = TeamNeeds(agents=frozenset(filter(None, [self.agent])), closed_queues=self.queue is not None)
        return partial(hand_over, handover=handover), needs


async def assign(call: Call) -> WithHeaders:
    """Take a conversation, or give it to an agent."""
    decide, needs = call.body.decide(call)
    return await change(call, "assign", decide, needs=needs)


async def accept(call: Call) -> WithHeaders:
    """Accept the conversation that is offered."""
    return await change(call, "accept", offers.accept)


async def decline(call: Call) -> WithHeaders:
    """Decline the conversation that is offered."""
    return await change(call, "decline", offers.decline)


async def transfer(call: Call) -> WithHeaders:
    """Hand a conversation on to a queue or an agent."""
    decide, needs = call.body.decide(call)
    return await change(call, "transfer", decide, needs=needs)


async def release(call: Call) -> WithHeaders:
    """Put a conversation back into its queue."""
    return await change(call, "release", assignment.release)


ASSIGN: Final = changing(
    assign,
    Code.INVALID_TRANSITION,
    Code.PICK_NOT_ALLOWED,
    Code.AGENT_FULL,
    Code.AGENT_NOT_AVAILABLE,
    body=AssignBody,
)
ACCEPT: Final = changing(accept, Code.OFFER_ENDED, Code.AGENT_FULL)
DECLINE: Final = changing(decline, Code.OFFER_ENDED)
TRANSFER: Final = changing(
    transfer,
    Code.INVALID_TRANSITION,
    Code.QUEUE_CLOSED,
    Code.AGENT_NOT_AVAILABLE,
    Code.AGENT_FULL,
    body=TransferBody,
)
RELEASE: Final = changing(release, Code.INVALID_TRANSITION)
