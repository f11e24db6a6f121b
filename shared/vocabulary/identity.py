"""Names that are safe to store and show: hashes instead of personal data, and ids that sort by time."""

import hashlib
import json
import re
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from shared.vocabulary.phone_variants import phone_variants

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_META_MESSAGE: Final = "wamid."
_SEGMENT: Final = re.compile(r"(?!\.+\Z)[A-Za-z0-9._~-]{1,100}")
_REPEATABILITY: Final = UUID("6f0d3f5e-5a3e-4f4c-9a53-2f0f4f5f8c11")


def digest(*parts: str) -> str:
    """Return 32 hex characters that stand for the parts; no part can run into the next."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def names_a_person(text: str) -> bool:
    """Tell whether an id has somebody's number in it: those of messages at Meta do, in Base64."""
    return text.startswith(_META_MESSAGE)


def loggable[Value](value: Value) -> Value | str:
    """Return a value as logs and traces may have it: an id with somebody's number in it as its hash."""
    return without_number(value) if isinstance(value, str) else value


def without_number(message_id: str) -> str:
    """Return the id of a message as those may have it who are told no numbers: its hash where it names a person."""
    return message_hash(message_id) if names_a_person(message_id) else message_id


def message_hash(message_id: str) -> str:
    """Return the hash that stands for the id of a message in logs, traces and the broker."""
    return digest("message", message_id)


def fits_into_paths(message_id: str) -> bool:
    """Tell whether the path of a request may have an id of a message as it is.

    Hosts, proxies and traces write paths down, so no number may be in it; and a slash is lost on the way, encoded or
    not.
    """
    return not names_a_person(message_id) and _SEGMENT.fullmatch(message_id) is not None


def session_of(channel_id: str, sender: str) -> str:
    """Return the Service Bus session of one sender on one channel (a BSUID can be longer than a session id may be)."""
    return digest("session", channel_id.lower(), sender)


def account_session(owner: str) -> str:
    """Return the Service Bus session of what is said about a number or an account, and about no customer.

    Args:
        owner: The id of the channel, else of the account.
    """
    return digest("session", f"account:{owner.lower()}")


def queue_session(queue: str) -> str:
    """Return the Service Bus session in which a queue of the contact centre is drained."""
    return digest("session", f"queue:{queue}")


def media_session(contact_id: str) -> str:
    """Return the Service Bus session in which a contact's files are copied: no text of the contact's waits for them."""
    return digest("session", f"media:{contact_id}")


def alias_of(channel_id: str, alias: str) -> str:
    """Return the partition under which a BSUID or a phone number, however it is spelled, of one channel is known."""
    return digest("alias", channel_id.lower(), min((alias, *phone_variants(alias))))


def contact_id_of(channel_id: str, alias: str, event_id: str, *erased: str) -> str:
    """Return the id of a contact first seen by `alias` in one event: the same again when that event is redelivered.

    Args:
        erased: When whoever had that name before was erased: no event may arrive at that contact again.
    """
    return digest("contact", channel_id.lower(), alias, event_id, *erased)


def ulid(at: datetime, *seed: str) -> str:
    """Return 26 characters that sort by time (milliseconds), and otherwise come from the seed: deciding stays pure."""
    value = (int(at.timestamp() * 1000) << 80) | int(digest(*seed)[:20], 16)
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def conversation_id_of(contact_id: str, episode: str) -> str:
    """Return the id that carries its partition."""
    return f"{contact_id}-{episode}"


CONVERSATION_ID_FORM: Final = f"^[0-9a-f]{{32}}-[{_CROCKFORD}]{{26}}$"


def split_conversation_id(conversation_id: str) -> tuple[str, str] | None:
    """Return (contact id, episode) of a conversation id, None when it is none."""
    contact_id, _, episode = conversation_id.partition("-")
    return (contact_id, episode) if is_contact_id(contact_id) and is_ulid(episode) else None


def contact_id_in(conversation_id: str) -> str:
    """Return the contact id in a conversation id that the app has made."""
    return conversation_id.partition("-")[0]


def episode_of(conversation_id: str) -> str:
    """Return the episode in a conversation id that the app has made."""
    return conversation_id.partition("-")[2]


def is_digest(text: str) -> bool:
    """Tell whether a text can be what `digest` made, as the hash of a message's id is."""
    return len(text) == 32 and all(c in "0123456789abcdef" for c in text)


def is_contact_id(text: str) -> bool:
    """Tell whether a text can be a contact's id."""
    return is_digest(text)


def is_ulid(text: str) -> bool:
    """Tell whether a text can be an episode or the id of a reply."""
    return len(text) == 26 and all(c in _CROCKFORD for c in text)


def same_agent(one: str | None, other: str | None) -> bool:
    """Tell whether two ids are one agent's: calling systems write them with different case."""
    return one is not None and other is not None and one.lower() == other.lower()


def named_attempt(request_id: str, contact_id: str) -> str:
    """Return what a provider hands through to the statuses of an attempt: an opaque text, the same each time."""
    return f"{request_id}.{contact_id}" if contact_id else request_id


def split_named_attempt(text: str | None) -> tuple[str | None, str | None]:
    """Return (request id, contact id) of what came back; that of another app's messages is a request of nobody's."""
    request_id, dot, contact_id = (text or "").rpartition(".")
    return (request_id, contact_id) if dot and is_contact_id(contact_id) else (text, None)


def repeatability_id(outgoing_id: str, retry: int, attempt: int) -> str:
    """Return the `Repeatability-Request-ID` of one attempt at one outgoing message: the same on every repetition.

    Args:
        retry: How often somebody had the message sent again before.
    """
    place = f"{retry}/{attempt}" if retry else str(attempt)
    return str(uuid5(_REPEATABILITY, f"{outgoing_id}/{place}"))
