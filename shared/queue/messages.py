"""What the app tells itself over its queues: one frozen type a subject, each of which encodes and decodes itself.

Messages of the app's own carry ids, hashes and times, never a name, number or text, so that erasure need not reach
them. What is on a queue may be older than the code that reads it: a field is added, never changed, and one that is not
known is ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, Protocol, Self

from shared.queue.body import moment, number, text, two_texts
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.time import rfc3339


class Subject(StrEnum):
    """What a message asks `route` to do."""

    EVENT = "event"
    TIMER = "timer"
    CHECK = "check"
    MERGED = "merged"
    PHONE_MOVED = "phone_moved"
    TURN = "turn"
    RESERVATIONS = "reservations"
    DRAIN = "drain"
    ROLL_CALL = "roll"
    COPY_MEDIA = "media"
    ERASE = "erase"
    ERASE_OLD = "erase_old"
    FORGET_ERASURE = "forget_erasure"
    TELL_ERASURE = "tell_erasure"
    HOUSE = "house"
    FORGET_HOUR = "forget_hour"
    ERASE_CHANGES = "erase_changes"


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


class Pair(NamedTuple):
    """A conversation that was about to be an agent's: the agent's load may have an entry that nobody else mends."""

    conversation_id: str
    agent: str


class Buried(NamedTuple):
    """A conversation that a queue showed although it is not there; its tombstone has stood long enough."""

    queue: str
    conversation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A contact is to be read and settled: something may have been left to do.

    Attributes:
        reserved: What was reserved of an agent before a commit.
        buried: A tombstone of which the contact does not know.
    """

    SUBJECT: ClassVar = Subject.CHECK
    contact_id: str
    reserved: Pair | None = None
    buried: Buried | None = None

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        reserved = {"reserved": list(self.reserved)} if self.reserved else {}
        buried = {"buried": list(self.buried)} if self.buried else {}
        return {"contact": self.contact_id, **reserved, **buried}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        reserved, buried = body.get("reserved"), body.get("buried")
        return cls(
            contact_id=text(body, "contact"),
            reserved=Pair(*two_texts(reserved)) if reserved else None,
            buried=Buried(*two_texts(buried)) if buried else None,
        )


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
        return cls(contact_id=text(body, "contact"), generation=number(body, "generation"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A contact turned out to be the same person as another one, which stays.

    Attributes:
        contact_id: The contact that is merged.
        into: The contact that stays.
        alias: The key of the number by which both were known.
        at: When the customer wrote the message that showed it.
    """

    SUBJECT: ClassVar = Subject.MERGED
    contact_id: str
    into: str
    alias: str
    at: datetime

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"contact": self.contact_id, "to": self.into, "alias": self.alias, "at": rfc3339(self.at)}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(
            contact_id=text(body, "contact"),
            into=text(body, "to"),
            alias=text(body, "alias"),
            at=moment(body, "at"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneMoved:
    """A contact's phone number belongs to another contact now.

    Attributes:
        contact_id: The contact that had the number.
        owner_id: The contact that has it.
        alias: The number's key.
    """

    SUBJECT: ClassVar = Subject.PHONE_MOVED
    contact_id: str
    owner_id: str
    alias: str

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"contact": self.contact_id, "to": self.owner_id, "alias": self.alias}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(contact_id=text(body, "contact"), owner_id=text(body, "to"), alias=text(body, "alias"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Conversations that wait are to be given to agents who are free.

    Attributes:
        due: The second, since 1970, for which it was asked.
        after: Where the turn before this one stopped reading, by queue; only in its continuation.
    """

    SUBJECT: ClassVar = Subject.TURN
    due: int
    after: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"due": self.due, **({"after": dict(self.after)} if self.after else {})}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        after = body.get("after", {})
        if not isinstance(after, dict) or not all(isinstance(each, str) for each in after.values()):
            raise Unreadable("after is no table of texts")
        return cls(due=number(body, "due"), after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservations:
    """A turn was about to give these conversations to these agents; what it left undone is to be mended."""

    SUBJECT: ClassVar = Subject.RESERVATIONS
    pairs: tuple[Pair, ...]

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"pairs": [list(pair) for pair in self.pairs]}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        pairs = body.get("pairs")
        if not isinstance(pairs, list):
            raise Unreadable("pairs is no list")
        return cls(pairs=tuple(Pair(*two_texts(pair)) for pair in pairs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """What was in a queue at a time is to be moved to another.

    Attributes:
        after: The last conversation that the drain before this one moved; only in its continuation.
    """

    SUBJECT: ClassVar = Subject.DRAIN
    queue: str
    to: str
    began_at: datetime
    after: str = ""

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"queue": self.queue, "to": self.to, "began": rfc3339(self.began_at), "after": self.after}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(
            queue=text(body, "queue"), to=text(body, "to"), began_at=moment(body, "began"), after=text(body, "after")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCall:
    """Agents whose desks have not been heard of are to be set offline.

    Attributes:
        minute: The minute, since 1970, for which it was asked.
    """

    SUBJECT: ClassVar = Subject.ROLL_CALL
    minute: int

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"minute": self.minute}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(minute=number(body, "minute"))
