"""One action on many conversations, each as the single call would do it."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import Field, RootModel

from shared.api.call import Call
from shared.api.endpoints.assignment import AssignBody, TransferBody
from shared.api.endpoints.closing import CloseBody
from shared.api.endpoints.conversation_changes import carry_out
from shared.api.models import Body, View, absent
from shared.api.operations import Operation
from shared.api.preconditions import KEY_HEADER, check_headers
from shared.api.problems import AnyProblem, problem_of, refusal_of
from shared.api.texts import WITHOUT_NUL
from shared.at_once import each_of
from shared.commands.conversation_changes import Decide
from shared.lifecycle import assignment
from shared.state.team import NOTHING, TeamNeeds
from shared.vocabulary.errors import ContactCentreError

MOST_IDS: Final = 100
_AT_ONCE: Final = 8
_PATIENCE: Final = timedelta(seconds=60)
_Ids = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=128), WITHOUT_NUL], ...],
    Field(min_length=1, max_length=MOST_IDS),
]


class BulkAssign(AssignBody):
    """Give them to an agent, or take them."""

    ids: _Ids
    action: Literal["assign"]


class BulkTransfer(TransferBody):
    """Hand them on."""

    ids: _Ids
    action: Literal["transfer"]


class BulkClose(CloseBody):
    """Close them."""

    ids: _Ids
    action: Literal["close"]


class BulkRelease(Body):
    """Put them back into their queues."""

    ids: _Ids
    action: Literal["release"]

    def decide(self, _call: Call) -> tuple[Decide, TeamNeeds]:
        """Return what is to be decided, and on what of the team."""
        return assignment.release, NOTHING


type BulkBody = Annotated[BulkAssign | BulkTransfer | BulkClose | BulkRelease, Field(discriminator="action")]


class BulkItem(View):
    """What became of one conversation: the status and the problem of a call for it alone."""

    conversation_id: str
    status: int
    problem: AnyProblem | None = absent()


class BulkItems(RootModel[tuple[BulkItem, ...]]):
    """What became of each conversation, in the order of the ids."""


async def change_many(call: Call) -> BulkItems:
    """Do the same to many conversations."""
    decide, needs = call.body.decide(call)

    async def one(conversation_id: str) -> BulkItem:
        try:
            await carry_out(call, "bulk", decide, conversation_id=conversation_id, needs=needs)
        except ContactCentreError as error:
            problem = AnyProblem.model_validate(problem_of(refusal_of(error)))
            return BulkItem(conversation_id=conversation_id, status=problem.status, problem=problem)
        return BulkItem(conversation_id=conversation_id, status=200)

    return BulkItems(tuple(await each_of(dict.fromkeys(call.body.ids), one, at_once=_AT_ONCE)))


CHANGE: Final = Operation(
    endpoint=change_many,
    body=BulkBody,
    check=check_headers,
    headers=KEY_HEADER,
    patience=_PATIENCE,
    answer=BulkItems,
    most_a_minute=30,
)
