"""The newest message of a conversation, as lists show it."""

from datetime import datetime
from typing import Any

import pytest

from shared.state.conversation import LastMessage
from shared.state.last_message import newest_message
from shared.vocabulary.message import Author, Choice, Media, Message
from shared.vocabulary.words import AuthorType, Direction, MessageKind
from tests.unit.pure.contacts import CONVERSATION, ago

LAST = LastMessage(direction=Direction.OUT, kind=MessageKind.TEXT, preview="Bonjour", at=ago(minutes=5))


def message(at: datetime, **fields: Any) -> Message:
    usual: dict[str, Any] = {
        "message_id": "m1",
        "conversation_id": CONVERSATION,
        "direction": Direction.IN,
        "author": Author(type=AuthorType.CUSTOMER),
        "kind": MessageKind.TEXT,
        "at": at,
    }
    return Message(**usual | fields)


def _of_other_kind(original_kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": MessageKind.UNSUPPORTED, "original_kind": original_kind, **fields}


@pytest.mark.parametrize(
    ("fields", "preview"),
    [
        ({"text": "Oui"}, "Oui"),
        ({"text": "Oui,\n  merci"}, "Oui, merci"),
        ({"text": "x" * 121}, "x" * 119 + "…"),
        ({"kind": MessageKind.IMAGE, "media": Media(caption="Là", file_name="a.jpg")}, "Là"),
        ({"kind": MessageKind.DOCUMENT, "media": Media(file_name="a.pdf")}, "a.pdf"),
        ({"kind": MessageKind.BUTTON, "choice": Choice(id="1", title="Oui", payload="YES")}, "Oui"),
        ({"kind": MessageKind.AUDIO, "media": Media()}, ""),
        (_of_other_kind("contacts", data={"contacts": [{"name": "Ana"}, {"name": "Zoé"}]}), "👤 Ana 👤 Zoé"),
        (_of_other_kind("edit", text="Lundi"), "✏️ Lundi"),
        (_of_other_kind("edit"), "✏️"),
        (_of_other_kind("poll"), ""),
    ],
)
def test_it_is_shown_by_what_can_be_read_of_it(fields: dict[str, Any], preview: str) -> None:
    shown = newest_message(LAST, message(ago(minutes=1), **fields))
    assert shown
    assert (shown.preview, shown.at, shown.direction) == (preview, ago(minutes=1), Direction.IN)


@pytest.mark.parametrize(
    "other",
    [
        message(ago(minutes=6), text="Vieux"),
        message(ago(minutes=1), text="Note", direction=Direction.INTERNAL, kind=MessageKind.NOTE),
        message(ago(minutes=1), kind=MessageKind.REACTION),
        message(ago(minutes=1), kind=MessageKind.UNSUPPORTED, original_kind="revoke"),
        message(ago(minutes=1), author=Author(type=AuthorType.SYSTEM), kind=MessageKind.UNSUPPORTED),
        message(ago(minutes=1), author=Author(type=AuthorType.AUTOMATED), direction=Direction.OUT, text="Bientôt."),
    ],
    ids=[
        "one that came late",
        "a note",
        "a reaction",
        "one that takes another back",
        "what WhatsApp says",
        "a greeting",
    ],
)
def test_some_lines_are_no_messages(other: Message) -> None:
    assert newest_message(LAST, other) == LAST
