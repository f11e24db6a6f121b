"""How a conversation comes to its end: set aside, wrapped up, closed. Pure.

What is wanted and is so already changes nothing, and is refused to nobody who may want it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.configuration.lifecycle import Lifecycle, WrapUp
from shared.configuration.workstreams import Workstream
from shared.lifecycle import moves
from shared.lifecycle.labels import unknown_tags
from shared.lifecycle.notes import add_note
from shared.lifecycle.situation import Situation, refuse_one_more_aside
from shared.lifecycle.system_lines import Line, add_system_line
from shared.lifecycle.transitions import Action, in_charge, require
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, invalid_request
from shared.vocabulary.words import ClosureReason, ConversationStatus

_USUAL: Final = Lifecycle()
_ANY_CODE: Final = WrapUp()


def wait(draft: Draft, conversation: Conversation, situation: Situation, until: datetime | None) -> None:
    """Set the conversation aside until its customer writes, or a time has come.

    Raises:
        Refused: `not_assigned_to_you`, `invalid_transition`, `agent_full`.
    """
    waits = conversation.status is ConversationStatus.WAITING and conversation.wait_until == until
    if waits and in_charge(conversation, situation.by):
        return
    require(Action.WAIT, draft, conversation, situation)
    refuse_one_more_aside(situation.team.agent(conversation.agent), conversation.id)
    moves.set_aside(draft, until)
    add_system_line(draft, Line.SET_ASIDE, situation.workstream_of(conversation), by=situation.by.shown)


def wrap_up(draft: Draft, conversation: Conversation, situation: Situation) -> None:
    """Give the agent time to note what is left to note; without any the conversation closes at once.

    Raises:
        Refused: `not_assigned_to_you`, `invalid_transition`.
    """
    ended = conversation.closure is not None and conversation.closure.reason is ClosureReason.AGENT_ENDED
    if (conversation.status is ConversationStatus.WRAP_UP or ended) and in_charge(conversation, situation.by):
        return
    require(Action.WRAP_UP, draft, conversation, situation)
    workstream = situation.workstream_of(conversation)
    duration = (workstream.lifecycle if workstream else _USUAL).wrap_up
    if duration > timedelta(0):
        moves.begin_wrap_up(draft, draft.now + duration)
        add_system_line(draft, Line.WRAPPED_UP, workstream, by=situation.by.shown)
    else:
        moves.close(draft, ClosureReason.AGENT_ENDED)
        add_system_line(draft, Line.CLOSED_BY, workstream, by=situation.by.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What is noted when a conversation is closed; tags stand for those that it had."""

    wrap_up_code: str | None = None
    tags: tuple[str, ...] | None = None
    note: str | None = None


def close(draft: Draft, conversation: Conversation, situation: Situation, ending: Ending) -> None:
    """Close the conversation, for good.

    Raises:
        Refused: `not_assigned_to_you`, `invalid_transition`, `invalid_request`, `wrap_up_code_required`.
    """
    by, workstream = situation.by, situation.workstream_of(conversation)
    if conversation.closed and in_charge(conversation, situation.by):
        return
    require(Action.CLOSE, draft, conversation, situation)
    _check(ending, conversation, workstream)
    if ending.tags is not None:
        draft.update_conversation(tags=ending.tags)
    if ending.wrap_up_code:
        draft.update_conversation(wrap_up_code=ending.wrap_up_code)
    if ending.note:
        add_note(draft, conversation, by, ending.note)
    own = by.same_as(conversation.agent)
    moves.close(draft, ClosureReason.AGENT_CLOSED if own else ClosureReason.SUPERVISOR_CLOSED)
    add_system_line(draft, Line.CLOSED_BY, workstream, by=by.shown)


def _check(ending: Ending, conversation: Conversation, workstream: Workstream | None) -> None:
    """Refuse what the workstream does not have, and an end without a code where it asks for one."""
    wrap_up = workstream.wrap_up if workstream else _ANY_CODE
    code, errors = ending.wrap_up_code, list(unknown_tags(ending.tags or (), workstream))
    missing = wrap_up.required and not (code or conversation.wrap_up_code)
    if missing or (code and wrap_up.codes and code not in wrap_up.codes):
        errors.insert(0, ("wrapUpCode", f"expected one of {', '.join(wrap_up.codes)}"))
    if missing and len(errors) == 1:
        detail = "A conversation of this workstream is closed with a code."
        raise Refused(Code.WRAP_UP_CODE_REQUIRED, detail, errors=tuple(errors))
    if errors:
        raise invalid_request(*errors)
