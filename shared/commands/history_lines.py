"""Finds a line in a conversation's history by the id of its message: from the newest backwards, page by page."""

from typing import Final

from shared.state.contact_store import Contacts
from shared.vocabulary.identity import split_conversation_id
from shared.vocabulary.message import Message

_PAGE: Final = 50
_MOST_LINES: Final = 1_000
"""What is asked for was seen a moment ago; nobody reads on for ever."""


async def line_and_newer(
    contacts: Contacts, conversation_id: str, message_id: str
) -> tuple[Message | None, list[Message]]:
    """Return the line of a message, by its id or its reply's, and the lines that are newer.

    Raises:
        Unavailable: The service is away.
    """
    newer: list[Message] = []
    after: str | None = None
    contact_id, episode = split_conversation_id(conversation_id) or ("", "")
    while len(newer) < _MOST_LINES:
        lines = await contacts.history(contact_id, episode, limit=_PAGE, after=after)
        for key, message in lines:
            if message_id in (message.message_id, message.reply_id):
                return message, newer
            newer.append(message)
            after = key
        if len(lines) < _PAGE:
            break
    return None, newer
