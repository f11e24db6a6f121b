"""What the app tells itself over its queues about erasing, as `shared.queue.messages` has the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from shared.queue.body import moment, number, text
from shared.queue.messages import Subject
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.time import rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """A contact that is marked as being erased is to be erased wherever it is stored.

    Attributes:
        after: The last item of the quarantine that the message before this one looked at; only in its continuation.
    """

    SUBJECT: ClassVar = Subject.ERASE
    contact_id: str
    after: str = ""

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"contact": self.contact_id, **({"after": self.after} if self.after else {})}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(contact_id=text(body, "contact"), after=text(body, "after") if "after" in body else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseOld:
    """What was closed longer ago than the configuration keeps it is to be erased of a contact."""

    SUBJECT: ClassVar = Subject.ERASE_OLD
    contact_id: str

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"contact": self.contact_id}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(contact_id=text(body, "contact"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetErasure:
    """Names of an erased contact need not say so any more.

    Attributes:
        aliases: The names' keys, which are hashes.
        erased_at: What was erased later is said on.
    """

    SUBJECT: ClassVar = Subject.FORGET_ERASURE
    aliases: tuple[str, ...]
    erased_at: datetime

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"aliases": list(self.aliases), "at": rfc3339(self.erased_at)}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        aliases = body.get("aliases")
        if not isinstance(aliases, list) or not all(isinstance(each, str) for each in aliases):
            raise Unreadable("aliases is no list of texts")
        return cls(aliases=tuple(aliases), erased_at=moment(body, "at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TellErasure:
    """Other systems are to be told that a contact was erased."""

    SUBJECT: ClassVar = Subject.TELL_ERASURE
    contact_id: str
    erased_at: datetime

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"contact": self.contact_id, "at": rfc3339(self.erased_at)}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(contact_id=text(body, "contact"), erased_at=moment(body, "at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The day's housekeeping: what is older than the configuration keeps it goes.

    Attributes:
        day: Since 1970, for which it was asked.
        after: The last closed conversation that the message before this one looked at; only in its continuation.
    """

    SUBJECT: ClassVar = Subject.HOUSE
    day: int
    after: str = ""

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"day": self.day, **({"after": self.after} if self.after else {})}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(day=number(body, "day"), after=text(body, "after") if "after" in body else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetHour:
    """An hour of the log of changes is to be erased, or some more of it.

    Attributes:
        hour: As `2026-11-29T23`, in UTC.
    """

    SUBJECT: ClassVar = Subject.FORGET_HOUR
    hour: str

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"hour": self.hour}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(hour=text(body, "hour"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseChanges:
    """What desks were told of a contact while it was erased is to be erased, too."""

    SUBJECT: ClassVar = Subject.ERASE_CHANGES
    contact_id: str

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {"contact": self.contact_id}

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(contact_id=text(body, "contact"))
