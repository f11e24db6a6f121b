"""What a message says, read out of the data of its event: its kind, and the parts that it is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from shared.intake.fields import Fields
from shared.media.file_names import clean_file_name
from shared.vocabulary.channel_words import without_personal_data
from shared.vocabulary.message import Choice, Failure, Media, Reaction
from shared.vocabulary.words import MessageKind

_KINDS: Final = {
    "text": MessageKind.TEXT,
    "image": MessageKind.IMAGE,
    "document": MessageKind.DOCUMENT,
    "audio": MessageKind.AUDIO,
    "video": MessageKind.VIDEO,
    "sticker": MessageKind.STICKER,
    "reaction": MessageKind.REACTION,
    "button": MessageKind.BUTTON,
}
_TAPS: Final = {"buttonReply": MessageKind.BUTTON, "listReply": MessageKind.LIST}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContent:
    """What a customer wrote, sent or tapped; `original_kind` is the channel's own word for it, if it has one."""

    kind: MessageKind
    original_kind: str | None
    text: str | None
    media: Media | None
    reaction: Reaction | None
    choice: Choice | None


def read_content(data: Fields) -> MessageContent:
    """Read what a message says. Its kind is what the event calls it; without a word for it, what the message holds."""
    word = data.name("messageType") or ("system" if data.part("system") else None)
    text, media, reaction, button = data.text("content"), _media(data), _reaction(data), _button(data)
    tap_kind, tap = _interactive(data)
    parts: Iterable[tuple[MessageKind, object]] = (
        (MessageKind.TEXT, text),
        (_kind_of_media(media), media),
        (tap_kind, tap),
        (MessageKind.BUTTON, button),
        (MessageKind.REACTION, reaction),
    )
    kinds = _KINDS | {"media": _kind_of_media(media), "interactive": tap_kind}
    by_word = kinds.get(word.lower(), MessageKind.UNSUPPORTED) if word else None
    return MessageContent(
        kind=by_word or next((kind for kind, part in parts if part), MessageKind.UNSUPPORTED),
        original_kind=word,
        text=text,
        media=media,
        reaction=reaction,
        choice=button if word and word.lower() == "button" else tap or button,
    )


def _media(data: Fields) -> Media | None:
    media = data.part("media")
    if media is None:
        return None
    return Media(
        mime_type=media.text("mimeType"),
        id=media.text("id"),
        file_name=clean_file_name(media.text("fileName")),
        caption=media.text("caption"),
        animated=media.flag("animated"),
    )


def _kind_of_media(media: Media | None) -> MessageKind:
    """Return the kind of a message that calls itself `media`; WhatsApp uses WebP for stickers alone."""
    if media is None or media.mime_type is None:
        return MessageKind.UNSUPPORTED
    family, _, form = media.mime_type.lower().partition("/")
    if form.startswith("webp"):
        return MessageKind.STICKER
    return _KINDS[family] if family in {"image", "audio", "video"} else MessageKind.DOCUMENT


def _reaction(data: Fields) -> Reaction | None:
    reaction = data.part("reaction")
    if reaction is None:
        return None
    return Reaction(message_id=reaction.text("messageId"), emoji=reaction.text("emoji"))


def _button(data: Fields) -> Choice | None:
    """Return what was tapped on a template."""
    button = data.part("button")
    return None if button is None else Choice(title=button.text("text"), payload=button.text("payload"))


def _interactive(data: Fields) -> tuple[MessageKind, Choice | None]:
    """Return what was tapped on an interactive message: the reply that `type` names, else whichever is there."""
    interactive = data.part("interactive")
    if interactive is None:
        return MessageKind.UNSUPPORTED, None
    replies = {
        name: Choice(id=reply.text("id"), title=reply.text("title"), description=reply.text("description"))
        for name in _TAPS
        if (reply := interactive.part(name))
    }
    named = interactive.text("type")
    tapped = named if named in replies else next(iter(replies), None)
    if tapped is None:
        interactive.put_back("type")
    return (_TAPS[tapped], replies[tapped]) if tapped else (MessageKind.UNSUPPORTED, None)


def failure_of(data: Fields) -> Failure | None:
    """Return what the channel says went wrong, None where it says nothing that can be read."""
    error = data.part("error")
    if error is None:
        return None
    code, message = error.id("channelCode") or "", error.text("channelMessage") or ""
    if not (code or message):
        return None
    return Failure(code=without_personal_data(code), message=without_personal_data(message))
