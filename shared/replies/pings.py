"""Pings: the templates that go out for replies while the window is closed, to ask the customer to write."""

import re
from dataclasses import replace
from typing import Final

from shared.state.outgoing import Outgoing
from shared.vocabulary.message import Content
from shared.vocabulary.words import MessageStatus

_PING: Final = "-ping"
_OUTGOING: Final = re.compile(rf"[0-9A-Z]{{26}}(?:{_PING}|-\d+)*", re.ASCII)


def is_outgoing_id(text: str) -> bool:
    """Tell whether a text can be the id of a reply, of a part of one or of its ping."""
    return _OUTGOING.fullmatch(text) is not None


def reply_of(outgoing_id: str) -> str:
    """Return the id of the reply that an agent's message belongs to: its own, or the one whose ping or part it is."""
    return outgoing_id.partition("-")[0]


def is_ping(outgoing_id: str) -> bool:
    """Tell whether a message is the template that went out beside words, and nothing that a person wrote."""
    return outgoing_id.endswith(_PING)


def ping_for(reply: Outgoing, content: Content, *, in_its_place: bool) -> Outgoing:
    """Return the template that goes out for a reply; in its place it is the reply itself, else a message beside it."""
    if in_its_place:
        return replace(reply, content=content, in_place_of=reply.content)
    return Outgoing(
        id=f"{reply.ping_id or reply.id}{_PING}",
        conversation_id=reply.conversation_id,
        author=reply.author,
        content=content,
        status=MessageStatus.PENDING,
    )
