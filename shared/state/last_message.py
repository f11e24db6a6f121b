"""The newest message of a conversation, as lists show it. Pure."""

from typing import Final

from shared.state.conversation import LastMessage
from shared.vocabulary.message import Message, says_nothing
from shared.vocabulary.readable import readable_text, sign_of
from shared.vocabulary.words import AuthorType, Direction

_MOST_CHARACTERS: Final = 120


def newest_message(last: LastMessage | None, message: Message) -> LastMessage | None:
    """Return which message a list shows once there is another; one that nobody wrote to anybody is none."""
    if _says_nothing(message):
        return last
    if last and last.at > message.at:
        return last
    return LastMessage(direction=message.direction, kind=message.kind, preview=_preview(message), at=message.at)


def _says_nothing(message: Message) -> bool:
    """Tell whether it is a note, only about an earlier one, what WhatsApp itself says, or an automated text."""
    by_nobody = message.author.type in (AuthorType.SYSTEM, AuthorType.AUTOMATED)
    return by_nobody or message.direction is Direction.INTERNAL or says_nothing(message.kind, message.original_kind)


def _preview(message: Message) -> str:
    """Return the beginning of what can be read, in one line; a choice by its title, a file by caption or name.

    New words for an earlier message have a sign before them.
    """
    media, choice = message.media, message.choice
    words = (
        readable_text(message)
        or (choice.title if choice else None)
        or (media.caption or media.file_name if media else None)
    )
    line = " ".join((*filter(None, [sign_of(message)]), *(words or "").split()))
    return line if len(line) <= _MOST_CHARACTERS else f"{line[: _MOST_CHARACTERS - 1]}…"
