"""Finds lines in a conversation's history by their messages: from the newest back, in pages that grow.

A message goes by its id, by that id's hash, which tells no number, and by the id of its reply.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Final

from shared.state.contact_store import Contacts
from shared.vocabulary.identity import is_digest, message_hash, split_conversation_id
from shared.vocabulary.message import Message

_FIRST_PAGE: Final = 50
_LARGEST_PAGE: Final = 1_000
_MOST_PAGES: Final = 20
"""Most of what is asked for was seen a moment ago; nobody reads on for ever."""


async def line_and_newer(
    contacts: Contacts, conversation_id: str, message_id: str
) -> tuple[Message | None, list[Message]]:
    """Return the line of a message and the lines that are newer.

    Raises:
        Unavailable: The service is away.
    """
    newer: list[Message] = []
    async for _, message in _newest_first(contacts, conversation_id):
        if _goes_by(message, message_id):
            return message, newer
        newer.append(message)
    return None, newer


async def newest_of_customer(contacts: Contacts, conversation_id: str, message_id: str) -> Message | None:
    """Return the newest message of the customer's among a message and those before it.

    Raises:
        Unavailable: The service is away.
    """
    reached = False
    async for _, message in _newest_first(contacts, conversation_id):
        reached = reached or _goes_by(message, message_id)
        if reached and message.by_customer:
            return message
    return None


async def keyed_line(contacts: Contacts, conversation_id: str, message_id: str) -> tuple[str, Message] | None:
    """Return the line of a message with its row key.

    Raises:
        Unavailable: The service is away.
    """
    async for key, message in _newest_first(contacts, conversation_id):
        if _goes_by(message, message_id):
            return key, message
    return None


async def lines_of(
    contacts: Contacts, conversation_id: str, outgoing_ids: frozenset[str]
) -> Mapping[str, tuple[str, Message]]:
    """Return the lines of outgoing messages, with their row keys, by the messages' ids, the oldest first.

    Raises:
        Unavailable: The service is away.
    """
    found: dict[str, tuple[str, Message]] = {}
    async for key, message in _newest_first(contacts, conversation_id):
        if message.reply_id in outgoing_ids:
            found[message.reply_id] = key, message
        if len(found) == len(outgoing_ids):
            break
    return dict(reversed(found.items()))


def _goes_by(message: Message, name: str) -> bool:
    known = message.message_id
    return name in (known, message.reply_id) or (known is not None and is_digest(name) and message_hash(known) == name)


async def _newest_first(contacts: Contacts, conversation_id: str) -> AsyncIterator[tuple[str, Message]]:
    after: str | None = None
    contact_id, episode = split_conversation_id(conversation_id) or ("", "")
    for page in range(_MOST_PAGES):
        limit = min(_FIRST_PAGE << page, _LARGEST_PAGE)
        lines = await contacts.history(contact_id, episode, limit=limit, after=after)
        for line in lines:
            yield line
        if len(lines) < limit:
            return
        after = lines[-1][0]
