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
from shared.vocabulary.errors import Refused, invalid_request
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
    if unknown := unknown_tags(labels.tags or (), situation.workstream_of(conversation)):
        raise invalid_request(*unknown)
    changed: dict[str, Any] = {
        "priority": labels.priority,
        "tags": labels.tags,
        "skills": labels.skills,
        "variables": _merged(conversation.variables, labels.variables) if labels.variables is not None else None,
    }
    changed = {name: value for name, value in changed.items() if value not in (None, getattr(conversation, name))}
    if changed:
        draft.update_conversation(**changed)


def unknown_tags(tags: tuple[str, ...], workstream: Workstream | None) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with tags, (path, message): the workstream does not have them, and names some."""
    known = workstream.wrap_up.tags if workstream else ()
    if not known:
        return ()
    expected = f"expected one of {', '.join(known)}"
    return tuple((f"tags[{at}]", expected) for at, tag in enumerate(tags) if tag not in known)


def _merged(
    variables: Mapping[str, str | int | float | bool], changes: Mapping[str, str | int | float | bool | None]
) -> Mapping[str, str | int | float | bool]:
    merged = {**variables, **changes}
    kept = {name: value for name, value in merged.items() if value is not None}
    if len(kept) > MOST_VARIABLES or bytes_of(kept) > MOST_BYTES_OF_VARIABLES:
        what = (
            f"a conversation has at most {MOST_VARIABLES} variables, and {MOST_BYTES_OF_VARIABLES // 1024} KiB of them"
        )
        raise invalid_request(("variables", what))
    return kept
