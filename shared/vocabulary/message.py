"""What is said in a conversation: the parts of a message, and the message as the history keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.vocabulary.words import (
    AuthorType,
    Direction,
    HeldStatus,
    MediaProblem,
    MessageKind,
    MessageStatus,
    Provider,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file. Inbound: `id` fetches it from the channel; outbound: `uri` is where WhatsApp fetches it.

    Attributes:
        upload: The `mediaId` of a file that was uploaded: its address is made when it is sent.
        size: In bytes, where it is known.
        problem: Why a customer's file can't be had, or not for long.
    """

    mime_type: str | None = None
    id: str | None = None
    uri: str | None = None
    file_name: str | None = None
    caption: str | None = None
    animated: bool = False
    upload: str | None = None
    size: int | None = None
    problem: MediaProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """An emoji on a message (None: the event did not say which); no emoji: the reaction was removed."""

    message_id: str | None = None
    emoji: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the customer tapped: a template's quick reply (payload), a button or a row of a list (id)."""

    id: str | None = None
    title: str | None = None
    description: str | None = None
    payload: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place on the map; the coordinates are degrees."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderValue:
    """What a template's header asks for: the value of its {{1}}, a file, or a place.

    Attributes:
        kind: Whether the file is an image, a video or a document.
        name: What WhatsApp calls the {{1}}; empty: by its number.
    """

    text: str | None = None
    media: Media | None = None
    location: Location | None = None
    kind: MessageKind | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonValue:
    """What a template's button asks for: the payload of a quick reply, or the end of an address."""

    payload: str | None = None
    url_suffix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateUse:
    """One use of an approved template; the parameters fill {{1}}, {{2}} … in order.

    Attributes:
        header: None where the header asks for nothing.
        buttons: One for each button of the definition that takes a value, in its order.
        button_places: Which of the definition's buttons these are, from 0; empty where they are its first ones.
        names: What WhatsApp calls the parameters; empty: by their numbers.
    """

    name: str
    language: str
    parameters: tuple[str, ...] = ()
    header: HeaderValue | None = None
    buttons: tuple[ButtonValue, ...] = ()
    button_places: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that somebody wrote in it."""
        header = self.header or HeaderValue()
        place = header.location
        named = (header.text, place.name if place else None, place.address if place else None)
        given = (each.payload or each.url_suffix for each in self.buttons)
        return (*self.parameters, *filter(None, (*named, *given)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A template that was to go out and could not, and why, in words."""

    name: str
    language: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a message: an agent's id and name, or the trigger of an automated message as id."""

    type: AuthorType
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a message did not arrive: the channel's or the app's code, in plain words, and what to do."""

    code: str
    message: str
    retryable: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A try at sending a message that the channel refused, or that failed afterwards."""

    at: datetime
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What goes out: a text, a file with its caption, or a template."""

    kind: MessageKind
    text: str | None = None
    media: Media | None = None
    template: TemplateUse | None = None

    @property
    def words(self) -> str:
        """What a person wrote: the text, or the caption of a file."""
        return self.text or (self.media.caption if self.media else None) or ""

    @property
    def free_form(self) -> bool:
        """Whether WhatsApp takes it inside the session window only."""
        return self.kind is not MessageKind.TEMPLATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One line of a conversation's history.

    Attributes:
        message_id: The channel's id; None until the channel has given one.
        reply_id: The outgoing message that it belongs to, for what the team sends.
        at: The customer's own time, or the time of writing or release.
        status: Delivery status, for what goes out.
        held: What became of the words, if they were held back.
        attempts: The tries that failed, the newest ten, the oldest first.
        provider: Who brought it, and has its file.
        original_kind, data: Of what has no kind of ours, the channel's word for it and what else its event carried; of
            other messages the parts of the event that could not be read.
    """

    message_id: str | None
    conversation_id: str
    direction: Direction
    author: Author
    kind: MessageKind
    at: datetime
    reply_id: str | None = None
    text: str | None = None
    media: Media | None = None
    reaction: Reaction | None = None
    choice: Choice | None = None
    context_id: str | None = None
    template: TemplateUse | None = None
    status: MessageStatus | None = None
    held: HeldStatus | None = None
    error: Failure | None = None
    attempts: tuple[Attempt, ...] = ()
    provider: Provider = Provider.ACS
    original_kind: str | None = None
    data: Mapping[str, Any] | None = None

    @property
    def by_customer(self) -> bool:
        """Whether the customer says something with it."""
        return self.author.type is AuthorType.CUSTOMER and not says_nothing(self.kind, self.original_kind)


def says_nothing(kind: MessageKind, original_kind: str | None) -> bool:
    """Tell whether a message is only about an earlier one: a reaction, or that it was taken back."""
    taken_back = kind is MessageKind.UNSUPPORTED and (original_kind or "").lower() == "revoke"
    return taken_back or kind is MessageKind.REACTION
