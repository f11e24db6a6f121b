"""What the app tells itself over its queues: one frozen type a subject, each of which encodes and decodes itself.

Messages of the app's own carry ids and times, never a name, number or text beyond what moves an alias, so that erasure
need not reach them. What is on a queue may be older than the code that reads it: a field is added, never changed, and
one that is not known is ignored.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol, Self

from shared.vocabulary.errors import Unreadable
from shared.vocabulary.time import rfc3339


class Subject(StrEnum):
    """What a message asks `route` to do."""

    EVENT = "event"
    TIMER = "timer"
    CHECK = "check"
    MERGED = "merged"
    PHONE_MOVED = "phone_moved"


class Message(Protocol):
    """A message of one subject."""

    SUBJECT: ClassVar[Subject]

    def encode(self) -> Mapping[str, Any]:
        """Return its body, as JSON knows it."""

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """Read a body.

        Raises:
            Unreadable: Something is missing, or of another type.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMessage:
    """An event of the provider's, in its normal form; what it says is read by `shared.intake.events`."""

    SUBJECT: ClassVar = Subject.EVENT
    envelope: Mapping[str, Any]

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return self.envelope

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(envelope=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A contact is to be read and settled: something may have been left to do."""

    SUBJECT: ClassVar = Subject.CHECK
    contact_id: str

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"contact": self.contact_id}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(contact_id=_text(body, "contact"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """A deadline of a contact may be over; a timer of another generation than the contact's says nothing."""

    SUBJECT: ClassVar = Subject.TIMER
    contact_id: str
    generation: int

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"contact": self.contact_id, "generation": self.generation}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(contact_id=_text(body, "contact"), generation=_number(body, "generation"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A contact turned out to be the same person as another one, which stays.

    Attributes:
        contact_id: The contact that is merged.
        into: The contact that stays.
        phone: The number by which both were known.
        at: When the customer wrote the message that showed it.
    """

    SUBJECT: ClassVar = Subject.MERGED
    contact_id: str
    into: str
    channel_id: str
    phone: str
    at: datetime

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {
            "contact": self.contact_id,
            "to": self.into,
            "channel": self.channel_id,
            "phone": self.phone,
            "at": rfc3339(self.at),
        }

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(
            contact_id=_text(body, "contact"),
            into=_text(body, "to"),
            channel_id=_text(body, "channel"),
            phone=_text(body, "phone"),
            at=_time(body, "at"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneMoved:
    """A contact's phone number belongs to another contact now.

    Attributes:
        contact_id: The contact that had the number.
        owner_id: The contact that has it.
    """

    SUBJECT: ClassVar = Subject.PHONE_MOVED
    contact_id: str
    owner_id: str
    phone: str

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"contact": self.contact_id, "to": self.owner_id, "phone": self.phone}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(contact_id=_text(body, "contact"), owner_id=_text(body, "to"), phone=_text(body, "phone"))


KINDS: Final[Mapping[str, type[Message]]] = {
    kind.SUBJECT: kind for kind in (EventMessage, Check, TimerFired, Merged, PhoneMoved)
}


def decode_message(subject: str, body: bytes) -> Message:
    """Read a message of the queues by its subject.

    Raises:
        Unreadable: The subject is not known, or the body is not as it demands.
    """
    content = decode_body(body)
    if subject not in KINDS:
        raise Unreadable(f"unknown subject {subject}")
    return KINDS[subject].decode(content)


def decode_body(body: bytes) -> Mapping[str, Any]:
    """Read the JSON object in a message's body.

    Raises:
        Unreadable: It is no JSON object.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the body is not JSON") from error
    if not isinstance(value, dict):
        raise Unreadable("the body is not a JSON object")
    return value


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"{name} is no text")
    return value


def _number(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int):
        raise Unreadable(f"{name} is no number")
    return value


def _time(body: Mapping[str, Any], name: str) -> datetime:
    try:
        return datetime.fromisoformat(_text(body, name))
    except ValueError:
        raise Unreadable(f"{name} is no time") from None
