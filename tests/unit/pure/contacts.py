"""A contact as decisions meet it, and the time at which they are made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.configuration import Configuration, load_configuration
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.outgoing import Held, Outgoing, Unsent
from shared.state.rows import message_key
from shared.vocabulary.message import Author, Content
from shared.vocabulary.words import AuthorType, ConversationStatus, MessageKind, MessageStatus

NOW: Final = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
CHANNEL: Final = "11111111-1111-1111-1111-111111111111"
CONTACT: Final = "0123456789abcdef0123456789abcdef"
EPISODE: Final = "01JD5Y0000000000000000000A"
CONVERSATION: Final = f"{CONTACT}-{EPISODE}"
AGENT: Final = Author(type=AuthorType.AGENT, id="ana", name="Ana")

CONFIGURATION: Final[Configuration] = load_configuration(
    f"""
    version: 1
    channels: {{support_fr: {{id: {CHANNEL}, number: "+33123456789", workstream: support}}}}
    workstreams:
      support:
        languages: [fr]
        route_to_queue: {{fallback: general}}
        replies: {{when_window_closed: hold, hold: {{expires_after: 2h}}}}
        automated_messages: {{greeting: {{fr: "Bonjour {{contact.name|client}}."}}}}
    queues: {{general: {{priority: 1}}}}
    """
)


def ago(**time: float) -> datetime:
    """A time before now."""
    return NOW - timedelta(**time)


def ahead(**time: float) -> datetime:
    """A time after now."""
    return NOW + timedelta(**time)


def conversation(**fields: Any) -> Conversation:
    """An open conversation that nobody has taken."""
    usual = Conversation(
        id=CONVERSATION,
        status=ConversationStatus.OPEN,
        workstream="support",
        queue="general",
        created_at=ago(hours=1),
        last_message_at=ago(hours=1),
    )
    return replace(usual, **fields)


def contact(**fields: Any) -> Contact:
    """A contact with a phone number, who wrote an hour ago."""
    usual = Contact(
        id=CONTACT,
        channel_id=CHANNEL,
        session_id="s1",
        phone="+33612345678",
        window_from=ago(hours=1),
        conversation=conversation(),
        counter=7,
    )
    return replace(usual, **fields)


def outgoing(outgoing_id: str = "r1", **fields: Any) -> Outgoing:
    """A text of an agent's that was not sent yet."""
    usual = Outgoing(
        id=outgoing_id,
        conversation_id=CONVERSATION,
        author=AGENT,
        content=Content(kind=MessageKind.TEXT, text="Voici."),
        status=MessageStatus.PENDING,
    )
    return replace(usual, **fields)


def unsent(outgoing_id: str = "r1", **fields: Any) -> Unsent:
    """The place of a message whose first attempt has just been made."""
    usual = Unsent(
        id=outgoing_id,
        message_key=key(7),
        at=ago(seconds=2),
        to="+33612345678",
        first_sent=ago(seconds=2),
        since=ago(seconds=2),
    )
    return replace(usual, **fields)


def key(number: int) -> str:
    """The key of a line of the history."""
    return message_key(EPISODE, ago(hours=1), number)


def held(outgoing_id: str, expires_at: datetime, **fields: Any) -> Held:
    """The place of a held message."""
    line = key(int(outgoing_id.removeprefix("r")))
    return replace(Held(id=outgoing_id, message_key=line, at=ago(hours=1), expires_at=expires_at), **fields)


def stored(of: Contact, *messages: Outgoing) -> StoredContact:
    """A contact as it was read, with the messages that it names."""
    return StoredContact(contact=of, etag="1", outgoing={each.id: each for each in messages})
