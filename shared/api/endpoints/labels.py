"""What a team writes on a conversation: priority, tags, skills, variables."""

from functools import partial
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from shared.api.call import Call
from shared.api.endpoints.agents import each_named_once
from shared.api.endpoints.closing import Tags
from shared.api.endpoints.conversation_changes import change
from shared.api.endpoints.conversation_views import ConversationView
from shared.api.exchange import WithHeaders
from shared.api.models import WHOLE, Body, in_one
from shared.api.operations import Operation
from shared.api.preconditions import ETAG_HEADER, IF_MATCH_HEADER
from shared.api.texts import ONE_LINE, VISIBLE, WITHOUT_NUL
from shared.lifecycle import labels
from shared.lifecycle.labels import Labels
from shared.state.conversation import NeededSkill
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.limits import LONGEST_VALUE, MOST_SKILLS, MOST_VARIABLES
from shared.vocabulary.words import Priority, Role

_Name = Annotated[str, Field(min_length=1, max_length=100), WITHOUT_NUL, VISIBLE, ONE_LINE]
_Text = Annotated[str, Field(max_length=LONGEST_VALUE), WITHOUT_NUL]
_Number = Annotated[int, Field(ge=-(2**53), le=2**53)] | Annotated[float, Field(allow_inf_nan=False)]

_Value = Annotated[
    bool | _Number | _Text | None,
    in_one(f"expected text of at most {LONGEST_VALUE:,} characters, a number, true, false or null"),
]


class NeededSkillBody(Body):
    """A skill that the agent should have; without a level any will do."""

    name: _Name
    level: Annotated[int, Field(ge=1, le=100), WHOLE] | None = None


class LabelsBody(Body):
    """What to change. Of the variables those that are named change; null takes one away."""

    priority: Annotated[Priority, Field(strict=False)] | None = None
    tags: Tags | None = None
    skills: (
        Annotated[tuple[NeededSkillBody, ...], Field(max_length=MOST_SKILLS), AfterValidator(each_named_once)] | None
    ) = None
    variables: Annotated[dict[_Name, _Value], Field(max_length=MOST_VARIABLES)] | None = None


async def update(call: Call) -> WithHeaders:
    """Change a conversation's tags and variables; supervisors also its priority and skills."""
    body: LabelsBody = call.body
    above_agents = body.priority is not None or body.skills is not None
    if above_agents and not call.known_caller.role.includes(Role.SUPERVISOR):
        raise Refused(Code.FORBIDDEN, f"To change priority or skills needs the role {Role.SUPERVISOR}.")
    skills = None
    if body.skills is not None:
        skills = tuple(NeededSkill(name=skill.name, level=skill.level) for skill in body.skills)
    wanted = Labels(priority=body.priority, tags=body.tags, skills=skills, variables=body.variables)
    return await change(call, "label", partial(labels.label, labels=wanted))


UPDATE: Final = Operation(
    endpoint=update,
    body=LabelsBody,
    headers=IF_MATCH_HEADER,
    answer=ConversationView,
    answer_headers=ETAG_HEADER,
    codes=(
        Code.CONVERSATION_NOT_FOUND,
        Code.CONVERSATION_CLOSED,
        Code.NOT_ASSIGNED_TO_YOU,
        Code.CHANGED_MEANWHILE,
    ),
)
