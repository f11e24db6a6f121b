"""What a team writes on a conversation: priority, tags, skills, variables. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.configuration.workstreams import Workstream
from shared.lifecycle.situation import Situation
from shared.lifecycle.transitions import refuse_others
from shared.state.conversation import Conversation, NeededSkill
from shared.state.draft import Draft
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.limits import MOST_BYTES_OF_VARIABLES, MOST_VARIABLES, bytes_of
from shared.vocabulary.words import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What is to change; None leaves it. Of the variables those named change, and None takes one away."""

    priority: Priority | None = None
    tags: tuple[str, ...] | None = None
    skills: tuple[NeededSkill, ...] | None = None
    variables: Mapping[str, str | int | float | bool | None] | None = None


def label(draft: Draft, conversation: Conversation, situation: Situation, labels: Labels) -> None:
    """Change what is written on the conversation.

    Raises:
        Refused: `conversation_closed`, `not_assigned_to_you`, `invalid_request`.
    """
    if conversation.closed:
        raise Refused(Code.CONVERSATION_CLOSED, "The conversation is closed, and is not changed any more.")
    refuse_others(conversation, situation.by)
    if labels.tags is not None:
        check_tags(labels.tags, situation.workstream_of(conversation))
    changed: dict[str, Any] = {
        "priority": labels.priority,
        "tags": labels.tags,
        "skills": labels.skills,
        "variables": _merged(conversation.variables, labels.variables) if labels.variables is not None else None,
    }
    changed = {name: value for name, value in changed.items() if value not in (None, getattr(conversation, name))}
    if changed:
        draft.update_conversation(**changed)


def check_tags(tags: tuple[str, ...], workstream: Workstream | None) -> None:
    """Refuse tags that the workstream does not have, if it names any.

    Raises:
        Refused: `invalid_request`.
    """
    known = workstream.wrap_up.tags if workstream else ()
    unknown = [
        (f"tags[{at}]", f"expected one of {', '.join(known)}") for at, tag in enumerate(tags) if tag not in known
    ]
    if known and unknown:
        raise Refused(Code.INVALID_REQUEST, "The request is not as it has to be.", errors=tuple(unknown))


def _merged(
    variables: Mapping[str, str | int | float | bool], changes: Mapping[str, str | int | float | bool | None]
) -> Mapping[str, str | int | float | bool]:
    merged = {**variables, **changes}
    kept = {name: value for name, value in merged.items() if value is not None}
    if len(kept) > MOST_VARIABLES or bytes_of(kept) > MOST_BYTES_OF_VARIABLES:
        what = (
            f"a conversation has at most {MOST_VARIABLES} variables, and {MOST_BYTES_OF_VARIABLES // 1024} KiB of them"
        )
        raise Refused(Code.INVALID_REQUEST, "The request is not as it has to be.", errors=(("variables", what),))
    return kept
