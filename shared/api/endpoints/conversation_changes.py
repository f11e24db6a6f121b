"""What the routes that change one conversation have in common: who wants what, under which headers, and the answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from pydantic import Field

from shared.api.call import Call
from shared.api.endpoints.conversation_answers import conversation_answer
from shared.api.endpoints.conversation_views import ConversationView
from shared.api.exchange import WithHeaders
from shared.api.models import Body
from shared.api.operations import Operation
from shared.api.preconditions import (
    ETAG_HEADER,
    IF_MATCH_HEADER,
    KEY_HEADER,
    check_headers,
    expected_versions,
    key_of,
)
from shared.api.texts import VISIBLE, WITHOUT_NUL
from shared.commands.conversation_changes import Changed, Decide, Wish
from shared.state.contact import Contact
from shared.state.team import NOTHING, TeamNeeds
from shared.vocabulary.codes import Code

MOST_NOTE: Final = 4096
NoteText = Annotated[str, Field(min_length=1, max_length=MOST_NOTE), WITHOUT_NUL, VISIBLE]


async def carry_out(
    call: Call,
    action: str,
    decide: Decide,
    *,
    conversation_id: str | None = None,
    needs: TeamNeeds = NOTHING,
    learn: Callable[[Contact], Awaitable[None]] | None = None,
    note_id: str | None = None,
    part: str = "",
) -> Changed:
    """Do what the call asks of the conversation in its path, or of another one, under the headers of the call.

    Args:
        part: What else its path names.
    """
    actor, visibility = await call.standing()
    asked = conversation_id or call.request.params["conversationId"]
    wish = Wish(
        action=action,
        conversation_id=asked,
        by=actor,
        may_see=visibility.sees,
        decide=decide,
        needs=needs,
        versions=None if conversation_id else expected_versions(call.request),
        key=key_of(call, f"{action}/{part}" if part else action, asked),
        learn=learn,
        note_id=note_id,
    )
    return await call.services.conversation_changes.carry_out(wish, call.until)


async def change(
    call: Call,
    action: str,
    decide: Decide,
    *,
    needs: TeamNeeds = NOTHING,
    learn: Callable[[Contact], Awaitable[None]] | None = None,
) -> WithHeaders:
    """Do what the call asks; the answer is the conversation as reading it gives it."""
    changed = await carry_out(call, action, decide, needs=needs, learn=learn)
    actor, _ = await call.standing()
    return await conversation_answer(call, actor, changed.stored, changed.conversation)


def changing(endpoint: Callable[[Call], Awaitable[Any]], *codes: Code, body: type[Body] | Any = None) -> Operation:
    """Return the operation of a POST that changes a conversation."""
    return Operation(
        endpoint=endpoint,
        body=body,
        check=check_headers,
        headers={**KEY_HEADER, **IF_MATCH_HEADER},
        answer=ConversationView,
        answer_headers=ETAG_HEADER,
        codes=(
            Code.CONVERSATION_NOT_FOUND,
            Code.NOT_ASSIGNED_TO_YOU,
            Code.CHANGED_MEANWHILE,
            Code.IDEMPOTENCY_KEY_REUSED,
            *codes,
        ),
    )
