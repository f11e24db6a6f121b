"""The bodies of a reply: words, a file, a template with its values."""

from abc import abstractmethod
from dataclasses import replace
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from shared.api.models import Body
from shared.api.texts import (
    EMPTY_IF_INVISIBLE,
    SENDABLE,
    SENDABLE_IN_ONE_LINE,
    VISIBLE,
    WITHOUT_NUL,
    Address,
    no_longer_than,
    too_long,
)
from shared.configuration.workstreams import WhenWindowClosed
from shared.media.file_names import clean_file_name
from shared.replies.parts import LONGEST_TEXT, MOST_PARTS, parts_of
from shared.replies.reply_decision import ReplyRequest
from shared.vocabulary.characters import characters
from shared.vocabulary.codes import Code
from shared.vocabulary.identity import is_ulid
from shared.vocabulary.invisible import shows_nothing
from shared.vocabulary.message import ButtonValue, Content, HeaderValue, Location, Media, TemplateUse
from shared.vocabulary.words import MessageKind

Caption = Annotated[str, no_longer_than(1024), SENDABLE, EMPTY_IF_INVISIBLE]
UploadId = Annotated[str, Field(min_length=1, max_length=64), WITHOUT_NUL, VISIBLE]
PlaceName = Annotated[str, Field(min_length=1, max_length=1000), SENDABLE, VISIBLE]


def _one_of(body: Body, *fields: str) -> None:
    """Refuse a body that does not have exactly one of these fields."""
    if sum(getattr(body, field) is not None for field in fields) != 1:
        names = [type(body).model_fields[field].alias or field for field in fields]
        raise ValueError(f"expected exactly one of {', '.join(names)}")


def _ulid(reply_id: str) -> str:
    if not is_ulid(reply_id):
        raise ValueError("expected the replyId of a held reply")
    return reply_id


class _Reply(Body):
    when_window_closed: WhenWindowClosed | None = Field(
        default=None, description="What becomes of the reply outside the session window; else the workstream says."
    )
    from_held: Annotated[str, AfterValidator(_ulid)] | None = Field(
        default=None, description="The held reply, a draft above all, whose place this one takes; it is cancelled."
    )

    @abstractmethod
    def content(self) -> Content:
        """Return what goes out."""

    def request(self) -> ReplyRequest:
        """Return what is asked for."""
        return ReplyRequest(content=self.content(), when_closed=self.when_window_closed, from_held=self.from_held)


def _sendable_at_once_or_in_parts(text: str, info: ValidationInfo[Any]) -> str:
    if (length := characters(text)) <= LONGEST_TEXT:
        return text
    if not info.data.get("split"):
        raise too_long(f"{length:,} characters long; WhatsApp takes at most {LONGEST_TEXT:,}, or more with split")
    parts = parts_of(text) if length <= MOST_PARTS * LONGEST_TEXT else ()
    if not 0 < len(parts) <= MOST_PARTS:
        raise too_long(f"{length:,} characters long; more than {MOST_PARTS} parts of {LONGEST_TEXT:,} are not sent")
    if any(shows_nothing(part) for part in parts):
        raise ValueError("one of its parts would show nothing")
    return text


class TextReply(_Reply):
    """Words. Their length is the larger of code points and UTF-16 units."""

    kind: Literal["text"]
    split: bool = Field(
        default=False, description="Send what is longer than 4,096 in at most ten parts, cut at paragraphs, in order."
    )
    text: Annotated[
        str,
        Field(min_length=1, json_schema_extra={"maxLength": MOST_PARTS * LONGEST_TEXT}),
        SENDABLE,
        VISIBLE,
        AfterValidator(_sendable_at_once_or_in_parts),
    ]

    def content(self) -> Content:
        """Return what goes out."""
        return Content(kind=MessageKind.TEXT, text=self.text)

    def request(self) -> ReplyRequest:
        """Return what is asked for; what fits into one text is not split."""
        return replace(super().request(), split=self.split and characters(self.text) > LONGEST_TEXT)


def _the_only_file(address: str | None, info: ValidationInfo[Any]) -> str | None:
    """Refuse a file with two places, or with none."""
    if "media_id" in info.data and (address is None) == (info.data["media_id"] is None):
        raise ValueError("is missing" if address is None else "expected either mediaUri or mediaId")
    return address


class _FileReply(_Reply):
    media_id: UploadId | None = Field(default=None, description="Of an upload, in place of an address.")
    media_uri: Annotated[Address | None, AfterValidator(_the_only_file)] = Field(
        default=None, description="Where WhatsApp fetches the file."
    )

    @model_validator(mode="before")
    @classmethod
    def _name_what_is_missing(cls, value: Any) -> Any:
        """Let an address that is not there be null: of a default, pydantic names the field and not its alias."""
        return {"mediaUri": None, **value} if isinstance(value, dict) else value


class ImageOrVideoReply(_FileReply):
    """An image or a video, with words under it."""

    kind: Literal["image", "video"]
    caption: Caption | None = None

    def content(self) -> Content:
        """Return what goes out."""
        media = Media(uri=self.media_uri, upload=self.media_id, caption=self.caption)
        return Content(kind=MessageKind(self.kind), media=media)


class AudioReply(_FileReply):
    """A sound; WhatsApp shows no words with it."""

    kind: Literal["audio"]

    def content(self) -> Content:
        """Return what goes out."""
        return Content(kind=MessageKind.AUDIO, media=Media(uri=self.media_uri, upload=self.media_id))


class DocumentReply(_FileReply):
    """A file under a name, with words under it."""

    kind: Literal["document"]
    caption: Caption | None = None
    file_name: Annotated[str, Field(min_length=1, max_length=240), WITHOUT_NUL, VISIBLE] | None = None

    def content(self) -> Content:
        """Return what goes out."""
        name = clean_file_name(self.file_name)
        media = Media(uri=self.media_uri, upload=self.media_id, caption=self.caption, file_name=name)
        return Content(kind=MessageKind.DOCUMENT, media=media)


class LocationBody(Body):
    """A place on the map; the coordinates are degrees."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    name: PlaceName | None = None
    address: PlaceName | None = None


class HeaderBody(Body):
    """What the header of a template asks for: one of these."""

    text: Annotated[str, SENDABLE_IN_ONE_LINE] | None = Field(default=None, description="What stands for its {{1}}.")
    media_uri: Address | None = Field(default=None, description="Where WhatsApp fetches its file.")
    media_id: UploadId | None = Field(default=None, description="Of an upload, in place of an address.")
    location: LocationBody | None = None

    @model_validator(mode="after")
    def _has_one_value(self) -> Self:
        _one_of(self, "text", "media_uri", "media_id", "location")
        return self

    def value(self) -> HeaderValue:
        """Return what goes out."""
        has_file = self.media_uri is not None or self.media_id is not None
        return HeaderValue(
            text=self.text,
            media=Media(uri=self.media_uri, upload=self.media_id) if has_file else None,
            location=Location(**self.location.model_dump()) if self.location else None,
        )


class ButtonBody(Body):
    """What a button of a template asks for: one of these."""

    payload: Annotated[str, Field(min_length=1, max_length=256), SENDABLE, VISIBLE] | None = Field(
        default=None, description="What comes back when the customer taps the quick reply; else the text on it."
    )
    url_suffix: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[!-~]+$")] | None = Field(
        default=None, description="What stands for the {{1}} at the end of the button's address, percent-encoded."
    )

    @model_validator(mode="after")
    def _has_one_value(self) -> Self:
        _one_of(self, "payload", "url_suffix")
        return self

    def value(self) -> ButtonValue:
        """Return what goes out."""
        return ButtonValue(payload=self.payload, url_suffix=self.url_suffix)


class TemplateReply(_Reply):
    """A template that WhatsApp approved, in at most 1,024 characters once filled.

    Without a language it is the contact's. `buttons` are in the definition's order, one for each that takes a value;
    those of quick replies may be left out.
    """

    kind: Literal["template"]
    template: Annotated[str, Field(min_length=1, max_length=512), WITHOUT_NUL, VISIBLE]
    language: Annotated[str, Field(min_length=2, max_length=35), WITHOUT_NUL, VISIBLE] | None = None
    parameters: Annotated[tuple[Annotated[str, SENDABLE_IN_ONE_LINE], ...], Field(max_length=100)] = ()
    header: HeaderBody | None = None
    buttons: Annotated[tuple[ButtonBody, ...], Field(max_length=10)] = ()

    def content(self) -> Content:
        """Return what goes out."""
        use = TemplateUse(
            name=self.template,
            language=self.language or "",
            parameters=self.parameters,
            header=self.header.value() if self.header else None,
            buttons=tuple(button.value() for button in self.buttons),
        )
        return Content(kind=MessageKind.TEMPLATE, template=use)


type ReplyBody = Annotated[
    TextReply | ImageOrVideoReply | AudioReply | DocumentReply | TemplateReply, Field(discriminator="kind")
]
ABOUT_CONTENT: Final = (
    Code.TEMPLATE_PARAMETERS,
    Code.TEMPLATE_NOT_APPROVED,
    Code.MEDIA_NOT_ALLOWED,
    Code.MEDIA_NOT_FOUND,
    Code.MEDIA_TOO_LARGE,
    Code.MEDIA_TYPE_NOT_SUPPORTED,
)
"""The codes of refusals for what the content names: a template and its values, a file."""
