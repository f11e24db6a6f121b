"""Which moves a conversation allows, by its status (docs/configuration.md, "The life of a conversation")."""

from enum import StrEnum
from typing import Final

from shared.vocabulary.words import ConversationStatus


class Move(StrEnum):
    """What a person may ask of a conversation, as `allowed` names it."""

    TAKE = "take"
    ASSIGN = "assign"
    ACCEPT = "accept"
    DECLINE = "decline"
    TRANSFER = "transfer"
    RELEASE = "release"
    WAIT = "wait"
    WRAP_UP = "wrapUp"
    CLOSE = "close"


_OPEN, _ACTIVE = ConversationStatus.OPEN, ConversationStatus.ACTIVE
_WAITING, _WRAP_UP = ConversationStatus.WAITING, ConversationStatus.WRAP_UP

FROM: Final[dict[Move, frozenset[ConversationStatus]]] = {
    Move.TAKE: frozenset({_OPEN, _WAITING}),
    Move.ASSIGN: frozenset({_OPEN, _ACTIVE, _WAITING}),
    Move.ACCEPT: frozenset({_OPEN}),
    Move.DECLINE: frozenset({_OPEN}),
    Move.TRANSFER: frozenset({_OPEN, _ACTIVE, _WAITING}),
    Move.RELEASE: frozenset({_ACTIVE}),
    Move.WAIT: frozenset({_ACTIVE}),
    Move.WRAP_UP: frozenset({_ACTIVE}),
    Move.CLOSE: frozenset({_OPEN, _ACTIVE, _WAITING, _WRAP_UP}),
}
"""From which status each move leads anywhere."""
