"""How a conversation comes to its end: set aside, wrapped up, closed."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from shared.api.call import Call
from shared.api.endpoints.conversation_changes import NoteText, change, changing
from shared.api.exchange import WithHeaders
from shared.api.models import Body
from shared.api.texts import ONE_LINE, VISIBLE, WITHOUT_NUL, Moment
from shared.commands.conversation_changes import Decide
from shared.lifecycle import closing
from shared.lifecycle.closing import Ending
from shared.state.team import NOTHING, TeamNeeds
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import invalid_request

MOST_TAGS: Final = 20
_Tag = Annotated[str, Field(min_length=1, max_length=64), WITHOUT_NUL, VISIBLE, ONE_LINE]


def _each_once(tags: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tags))


Tags = Annotated[tuple[_Tag, ...], Field(max_length=MOST_TAGS), AfterValidator(_each_once)]


class WaitBody(Body):
    """Until when; left out: until the customer writes."""

    until: Moment | None = None


class CloseBody(Body):
    """What is noted at the end; tags stand for those that the conversation had."""

    wrap_up_code: Annotated[str, Field(min_length=1, max_length=128), WITHOUT_NUL, VISIBLE] | None = None
    tags: Tags | None = None
    note: NoteText | None = Field(default=None, description="An internal note, never sent.")

    def decide(self, _call: Call) -> tuple[Decide, TeamNeeds]:
        """Return what is to be decided, and on what of the team."""
        ending = Ending(wrap_up_code=self.wrap_up_code, tags=self.tags, note=self.note)
        return partial(closing.close, ending=ending), NOTHING


async def wait(call: Call) -> WithHeaders:
    """Set a conversation aside until its customer writes, or a time has come."""
    until = call.body.until
    if until is not None and until <= call.clock.now():
        raise invalid_request(("until", "expected a time to come"))
    needs = TeamNeeds(agents=frozenset({call.known_caller.id}))
    return await change(call, "wait", partial(closing.wait, until=until), needs=needs)


async def wrap_up(call: Call) -> WithHeaders:
    """End a conversation, with time left to note what is left to note."""
    return await change(call, "wrap-up", closing.wrap_up)


async def close(call: Call) -> WithHeaders:
    """Close a conversation, for good."""
    decide, needs = call.body.decide(call)
    return await change(call, "close", decide, needs=needs)


WAIT: Final = changing(wait, Code.INVALID_TRANSITION, Code.AGENT_FULL, body=WaitBody)
WRAP_UP: Final = changing(wrap_up, Code.INVALID_TRANSITION)
CLOSE: Final = changing(close, Code.INVALID_TRANSITION, Code.WRAP_UP_CODE_REQUIRED, body=CloseBody)
