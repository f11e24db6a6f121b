"""What a customer does on the phone, and what WhatsApp makes of it.

In: the body of `POST /phones/{number}/messages`. Out: the kind, the text a person reads, and the event's content.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from dev.stack.whatsapp.bodies import Body, problems_of
from dev.stack.whatsapp.catalogue import Provider
from dev.stack.whatsapp.message_ids import message_id_at
from dev.stack.whatsapp.phones import BSUID, Kind

_CONTENTS = ("text", "media", "button", "list", "reaction", "location", "contacts", "raw", "unsupported")
_PLACEHOLDER_FILE = b"a file of the simulated phone"


class InvalidMessage(Exception):
    """Raised when the body describes no message; `problems` names each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def _decoded(value: object) -> bytes:
    """Base64 in JSON; `ValueError` (of which `binascii.Error` is one) becomes a problem with its path."""
    if not isinstance(value, str):
        raise ValueError("must be a text in base64")  # noqa: TRY004 - pydantic collects only ValueError
    return base64.b64decode(value, validate=True)


class Media(Body):
    """A file. `content` is base64; without it the file is a few placeholder bytes."""

    mime_type: str = Field(pattern=r"^[\w.+-]+/[\w.+-]+")
    file_name: str | None = None
    caption: str | None = None
    content: Annotated[bytes, BeforeValidator(_decoded)] = _PLACEHOLDER_FILE
    animated: bool | None = None

    @property
    def kind(self) -> Kind:
        """The kind that WhatsApp gives such a file."""
        if self.mime_type.startswith("image/webp"):
            return Kind.STICKER
        main = self.mime_type.partition("/")[0]
        return Kind(main) if main in (Kind.IMAGE, Kind.AUDIO, Kind.VIDEO) else Kind.DOCUMENT


class Button(Body):
    """A tap: `text` (and `payload`) on a template's quick reply, `id` and `title` on an interactive message."""

    text: str | None = None
    payload: str | None = None
    id: str | None = None
    title: str | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        quick_reply = self.text is not None and self.id is None and self.title is None
        interactive = None not in (self.id, self.title) and self.text is None and self.payload is None
        if not quick_reply and not interactive:
            raise ValueError("give text (and payload) for a template's quick reply, or id and title for a button")
        return self


class ListChoice(Body):
    """A row chosen from an interactive list."""

    id: str
    title: str
    description: str = ""


class Reaction(Body):
    """An emoji on a message of the business. `null` removes it, and the event then has none; `""` sends it empty."""

    message_id: str
    emoji: str | None = None


class Unsupported(Body):
    """A kind that ACS has no shape for, such as `location`: the event has the type and an error, no content."""

    type: str = "unsupported"


class Location(Body):
    """A place on the map, in degrees."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    name: str | None = None
    address: str | None = None
    url: str | None = None


class Contact(Body):
    """A card from the address book, with numbers such as +33612345678."""

    name: str = Field(min_length=1)
    phones: Sequence[str] = ()


class Raw(BaseModel):
    """Whatever else Meta has: `type`, and what stands beside `from`, `id` and `timestamp`, as Meta writes it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str


class Context(Body):
    """The message that is answered."""

    message_id: str


class Incoming(Body):
    """One message from a customer, with exactly one content."""

    channel: str | None = None
    text: str | None = Field(default=None, min_length=1)
    media: Media | None = None
    button: Button | None = None
    list: ListChoice | None = None
    reaction: Reaction | None = None
    location: Location | None = None
    contacts: Annotated[Sequence[Contact] | None, Field(min_length=1)] = None
    raw: Raw | None = None
    unsupported: Unsupported | None = None
    context: Context | None = None
    name: str | None = None
    bsuid: str | None = None
    hide_phone: bool = False
    at: AwareDatetime | None = None

    @field_validator("bsuid")
    @classmethod
    def _is_bsuid(cls, value: str | None) -> str | None:
        if value is not None and not BSUID.fullmatch(value):
            raise ValueError("must be two capital letters, a dot, and 1-128 letters or digits, as in US.1349")
        return value

    @property
    def time(self) -> datetime | None:
        """`at` in UTC."""
        return self.at.astimezone(UTC) if self.at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A message's kind, what a person reads, and what its event carries."""

    kind: Kind
    text: str
    data: Mapping[str, object]


def parse_incoming(body: bytes) -> Incoming:
    """Reads a message of a customer. Raises `InvalidMessage` with every problem."""
    try:
        raw = json.loads(body)
    except ValueError as error:
        raise InvalidMessage([f"the body is not JSON: {error}"]) from error
    problems = []
    given = [name for name in _CONTENTS if isinstance(raw, dict) and raw.get(name) is not None]
    if isinstance(raw, dict) and len(given) != 1:
        problems.append(f"give exactly one of {', '.join(_CONTENTS)}, not {' and '.join(given) or 'none'}")
    try:
        incoming = Incoming.model_validate(raw)
    except ValidationError as error:
        raise InvalidMessage(problems + problems_of(error)) from error
    if problems:
        raise InvalidMessage(problems)
    return incoming


def content_of(incoming: Incoming, media_id: str) -> Content:
    """What WhatsApp makes of it; `media_id` is the id under which a file can be fetched."""
    if incoming.media:
        return _media(incoming.media, media_id)
    if incoming.button:
        return _button(incoming.button)
    if incoming.list:
        choice = {"type": "listReply", "listReply": incoming.list.model_dump()}
        data = {"messageType": "interactive", "interactive": choice}
        return Content(kind=Kind.LIST, text=incoming.list.title, data=data)
    if incoming.reaction:
        reaction = incoming.reaction.model_dump(by_alias=True, exclude_none=True)
        reaction["messageId"] = message_id_at(Provider.ACS, incoming.reaction.message_id)
        data = {"messageType": "reaction", "reaction": reaction}
        return Content(kind=Kind.REACTION, text=incoming.reaction.emoji or "", data=data)
    if incoming.location:
        return _unsupported("location", Kind.LOCATION, incoming.location.name or "")
    if incoming.contacts:
        return _unsupported("contacts", Kind.CONTACTS, ", ".join(each.name for each in incoming.contacts))
    if incoming.raw or incoming.unsupported:
        return _unsupported((incoming.raw or incoming.unsupported or Unsupported()).type)
    text = incoming.text or ""
    return Content(kind=Kind.TEXT, text=text, data={"messageType": "text", "content": text})


def _unsupported(message_type: str, kind: Kind = Kind.UNSUPPORTED, text: str = "") -> Content:
    """What ACS has no shape for: the event has the type and an error."""
    error = {"channelCode": "131051", "channelMessage": "Message type is not currently supported"}
    return Content(kind=kind, text=text, data={"messageType": message_type, "error": error})


def _media(media: Media, media_id: str) -> Content:
    described = {"id": media_id, **media.model_dump(by_alias=True, exclude={"content"}, exclude_none=True)}
    if media.kind is Kind.STICKER:
        described.setdefault("animated", False)
    return Content(
        kind=media.kind, text=media.caption or "", data={"messageType": media.kind.value, "media": described}
    )


def _button(button: Button) -> Content:
    if button.title is not None:
        reply = {"type": "buttonReply", "buttonReply": {"id": button.id, "title": button.title}}
        return Content(kind=Kind.BUTTON, text=button.title, data={"messageType": "interactive", "interactive": reply})
    text = button.text or ""
    tap = {"text": text, "payload": text if button.payload is None else button.payload}
    return Content(kind=Kind.BUTTON, text=text, data={"messageType": "button", "button": tap})
