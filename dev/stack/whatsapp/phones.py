"""The customers' side of WhatsApp: phones, what was said on them, and who may be reached how.

A phone is known by its number, by a BSUID (a user id of WhatsApp), or by both.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dev.stack.whatsapp.catalogue import Channel

NUMBER = re.compile(r"\+?[1-9][0-9]{4,14}")
BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


class Direction(StrEnum):
    """Seen from the business: `in` is what the customer wrote."""

    IN = "in"
    OUT = "out"


class Status(StrEnum):
    """How far a message came."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"

    @property
    def is_unread(self) -> bool:
        """Whether the message reached the phone and nobody looked at it yet."""
        return self in (Status.SENT, Status.DELIVERED)


_RANK = {Status.SENT: 0, Status.DELIVERED: 1, Status.READ: 2, Status.FAILED: 3}


class Kind(StrEnum):
    """What a message is."""

    TEXT = "text"
    IMAGE = "image"
    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"
    STICKER = "sticker"
    REACTION = "reaction"
    BUTTON = "button"
    LIST = "list"
    LOCATION = "location"
    CONTACTS = "contacts"
    TEMPLATE = "template"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why WhatsApp did not deliver: Meta's code and its words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message on a phone.

    `text` is what a person reads (a template rendered, a caption, an emoji, the title of a button).
    `channel_id` is the channel's key.
    `template` is `{name, language, parameters}` and `media` `{id, mimeType, uri, fileName}`, as far as they
    apply; under `id` the file itself can be had. `reacts_to` is the id of the message that a reaction is about,
    `callback` what the business wants to hear again with each status, `category` what it pays for.
    """

    direction: Direction
    channel_id: str
    kind: Kind
    text: str
    message_id: str
    at: datetime
    status: Status = Status.SENT
    template: Mapping[str, object] | None = None
    media: Mapping[str, object] | None = None
    reacts_to: str | None = None
    refusal: Refusal | None = None
    callback: str | None = None
    category: str = "service"

    def is_received_on(self, channel: Channel) -> bool:
        """Whether the customer received it from that channel."""
        return self.direction is Direction.OUT and self.status is not Status.FAILED and self.channel_id == channel.key


@dataclass(slots=True, kw_only=True, eq=False)
class Phone:
    """A customer's phone.

    Attributes:
        number: Digits without `+`, empty if unknown.
        hidden: Whether events do not carry the number.
        ahead: How far its clock is ahead of everybody else's.
    """

    number: str = ""
    bsuid: str = ""
    name: str = ""
    hidden: bool = False
    ahead: timedelta = timedelta()
    last_wrote: dict[str, datetime] = field(default_factory=dict, init=False)
    _messages: dict[str, Message] = field(default_factory=dict, init=False)

    @property
    def visible_number(self) -> str:
        """The number as events show it."""
        return "" if self.hidden else self.number

    def messages(self) -> list[Message]:
        """Everything on the phone, oldest first; of the same time in the order of arrival."""
        return sorted(self._messages.values(), key=lambda message: message.at)

    def keep(self, message: Message) -> None:
        """Puts a message on the phone."""
        self._messages[message.message_id] = message

    def advance(self, message_id: str, status: Status) -> Message:
        """Moves a message's status forward, never back; the message as it is then."""
        message = self._messages[message_id]
        if _RANK[status] > _RANK[message.status]:
            message = self._messages[message_id] = replace(message, status=status)
        return message

    def attach(self, message_id: str, mime_type: str) -> None:
        """Notes that the file of a message is there, under the message's id."""
        message = self._messages[message_id]
        media = {**(message.media or {}), "id": message_id, "mimeType": mime_type}
        self._messages[message_id] = replace(message, media=media)

    def refuse(self, message_id: str, refusal: Refusal) -> None:
        """Notes why a message does not arrive after all."""
        self._messages[message_id] = replace(self._messages[message_id], refusal=refusal)

    def wrote(self, channel: Channel, at: datetime) -> None:
        """Remembers that the customer wrote, which opens the session window of that channel."""
        self.last_wrote[channel.key] = max(at, self.last_wrote.get(channel.key, at))

    def take_bsuid(self, bsuid: str) -> None:
        """Gives the phone a user id. Another one than before means another user: the windows of the former are gone."""
        if self.bsuid and self.bsuid != bsuid:
            self.last_wrote.clear()
        self.bsuid = bsuid

    def absorb(self, other: "Phone") -> None:
        """Takes over what was said on another phone that turned out to be this one."""
        self.ahead = max(self.ahead, other.ahead)
        for message in other.messages():
            self.keep(message)
        for channel_id, at in other.last_wrote.items():
            self.last_wrote[channel_id] = max(at, self.last_wrote.get(channel_id, at))


class Phones:
    """All phones, by number and by BSUID."""

    def __init__(self) -> None:
        self._phones: list[Phone] = []
        self._by_key: dict[str, Phone] = {}

    def __iter__(self) -> Iterator[Phone]:
        return iter(self._phones)

    def find(self, key: str) -> Phone | None:
        """The phone with that number (with or without `+`) or BSUID."""
        return self._by_key.get(key.removeprefix("+"))

    def find_or_add(self, key: str) -> Phone:
        """The same, and a phone that nobody used before is added."""
        key = key.removeprefix("+")
        if key not in self._by_key:
            phone = Phone(bsuid=key) if BSUID.fullmatch(key) else Phone(number=key)
            self._phones.append(phone)
            self._by_key[key] = phone
        return self._by_key[key]

    def identify(self, phone: Phone, bsuid: str) -> None:
        """Makes a phone reachable by a BSUID, and by no other one; the last phone that claims it has it.

        A phone of which only that BSUID was known was the same phone.
        """
        if phone.bsuid and self._by_key.get(phone.bsuid) is phone:
            del self._by_key[phone.bsuid]
        former = self._by_key.get(bsuid)
        phone.take_bsuid(bsuid)
        self._by_key[bsuid] = phone
        if former and former is not phone and not former.number:
            phone.absorb(former)
            self._phones.remove(former)


def is_phone_key(text: str) -> bool:
    """Whether a text is an E.164 number (with or without `+`) or a BSUID."""
    return bool(NUMBER.fullmatch(text) or BSUID.fullmatch(text))
