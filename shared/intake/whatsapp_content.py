"""What a message of Meta's webhook says: its kind, and the parts that it is made of.

A kind of ours needs its part: a text without one is as unsupported as what has no kind of ours. Of that, `data` has
what a person wants to see, always in the same shapes:

- location: `{latitude, longitude, name, address, url}`
- contacts: `{contacts: [{name, phones: [number, …]}, …]}`
- order: `{items: [{id, quantity, price, currency}, …], text}`
- interactive, of a form: `{fields: {name: value, …}}`
- edit: nothing, its text is the new one and its context the message that has changed; so of revoke, without a text
- anything else: what Meta sent

Protocol: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.intake.envelope import carried_by_json
from shared.intake.extract import MAX_EXTRACT, extract_of
from shared.intake.fields import Fields
from shared.media.file_names import clean_file_name
from shared.vocabulary.channel_words import without_personal_data
from shared.vocabulary.message import Choice, Failure, Media, Reaction
from shared.vocabulary.readable import HIDDEN_FORM_FIELD
from shared.vocabulary.words import MessageKind

_MOST_ENTRIES: Final = 50
"""Cards or articles of one message that are looked at."""
_MOST_PHONES: Final = 10
_ROOM: Final = MAX_EXTRACT - 64
"""For what stands in an object of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a message says; `context_id` is what it changes or takes back."""

    kind: MessageKind = MessageKind.UNSUPPORTED
    text: str | None = None
    media: Media | None = None
    reaction: Reaction | None = None
    choice: Choice | None = None
    context_id: str | None = None
    data: Mapping[str, Any] | None = None


_NOTHING: Final = Said()


def read_said(message: Fields) -> tuple[str | None, Said]:
    """Return Meta's word for the kind of a message, and what it says.

    Without a word, the first part that the message has tells.
    """
    word = message.name("type") or next((each for each in _READERS if message.has(each)), None)
    read = _READERS.get(word.lower()) if word else None
    said = read(message) if read else _NOTHING
    if said is _NOTHING and word:
        message.put_back(word.lower())
    return word, said


def failure_in(item: Fields) -> Failure | None:
    """Return what the first of the errors says of a message or a status; None where there is none that can be read."""
    error = item.first("errors")
    if error is None:
        return None
    details = error.part("error_data")
    said = details.text("details") if details else None
    code = error.id("code") or ""
    message = said or error.text("message") or error.text("title") or ""
    error.know("title", "message", "href")
    if not (code or message):
        return None
    return Failure(code=without_personal_data(code), message=without_personal_data(message))


def referral_in(message: Fields) -> dict[str, Any]:
    """Return the advertisement from which a customer came; empty for none."""
    referral = message.part("referral")
    if referral is None:
        return {}
    said = _texts(referral, "headline", "body", "source_url", "source_type")
    return {"referral": extract_of(said, _ROOM // 2)} if said else {}


def _text(message: Fields) -> Said:
    part = message.part("text")
    text = part.text("body") if part else None
    return Said(kind=MessageKind.TEXT, text=text) if text else _NOTHING


def _media(kind: MessageKind) -> Callable[[Fields], Said]:
    def read(message: Fields) -> Said:
        part = message.part(kind.value)
        return Said(kind=kind, media=_file(part)) if part else _NOTHING

    return read


def _file(part: Fields) -> Media:
    """Return a file. Its address is left out: it is good for five minutes, and for whoever has the app's token."""
    part.know("sha256", "url", "voice")
    return Media(
        mime_type=part.text("mime_type"),
        id=part.id("id"),
        file_name=clean_file_name(part.text("filename")),
        caption=part.text("caption"),
        animated=part.flag("animated"),
    )


def _reaction(message: Fields) -> Said:
    part = message.part("reaction")
    if part is None:
        return _NOTHING
    reaction = Reaction(message_id=part.name("message_id"), emoji=part.text("emoji"))
    return Said(kind=MessageKind.REACTION, reaction=reaction)


def _button(message: Fields) -> Said:
    part = message.part("button")
    if part is None:
        return _NOTHING
    return Said(kind=MessageKind.BUTTON, choice=Choice(title=part.text("text"), payload=part.text("payload")))


_TAPS: Final = {"button_reply": MessageKind.BUTTON, "list_reply": MessageKind.LIST}


def _interactive(message: Fields) -> Said:
    """Return what was tapped on an interactive message, or filled in: what `type` names, else whichever is there."""
    part = message.part("interactive")
    if part is None:
        return _NOTHING
    named = part.name("type")
    found = [each for each in (*_TAPS, "nfm_reply") if part.has(each)]
    name = named if named in found else next(iter(found), "")
    reply = part.part(name) if name else None
    if reply and name in _TAPS:
        choice = Choice(id=reply.text("id"), title=reply.text("title"), description=reply.text("description"))
        return Said(kind=_TAPS[name], choice=choice)
    fields = _filled_in(reply) if reply else None
    return Said(data={"fields": fields}) if fields else _NOTHING


def _filled_in(reply: Fields) -> dict[str, Any] | None:
    """Return the fields of a form; the token, which says which form it was, is nothing that somebody filled in."""
    try:
        found = carried_by_json(json.loads(reply.text("response_json") or ""))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return extract_of({name: value for name, value in found.items() if name != HIDDEN_FORM_FIELD}, _ROOM)


def _location(message: Fields) -> Said:
    part = message.part("location")
    if part is None:
        return _NOTHING
    degrees = {name: part.number(name) for name in ("latitude", "longitude")}
    place = {name: value for name, value in degrees.items() if value is not None}
    place |= _texts(part, "name", "address", "url")
    return Said(data=place) if place else _NOTHING


def _contacts(message: Fields) -> Said:
    cards = [_card(each) for each in message.parts("contacts", _MOST_ENTRIES)]
    found = _fitting([card for card in cards if card])
    return Said(data={"contacts": found}) if found else _NOTHING


def _card(contact: Fields) -> dict[str, Any]:
    name = contact.part("name")
    phones = [each.text("phone") or each.text("wa_id") for each in contact.parts("phones", _MOST_PHONES)]
    card = {"name": name.text("formatted_name") if name else None, "phones": [each for each in phones if each]}
    return {part: value for part, value in card.items() if value}


def _order(message: Fields) -> Said:
    part = message.part("order")
    if part is None:
        return _NOTHING
    items = _fitting([item for each in part.parts("product_items", _MOST_ENTRIES) if (item := _article(each))])
    said = {"items": items} | _texts(part, "text")
    return Said(data=said) if items else _NOTHING


def _article(item: Fields) -> dict[str, Any]:
    article = {
        "id": item.id("product_retailer_id"),
        "quantity": item.number("quantity"),
        "price": item.number("item_price"),
        "currency": item.name("currency"),
    }
    return {part: value for part, value in article.items() if value is not None}


def _edit(message: Fields) -> Said:
    part = message.part("edit")
    if part is None:
        return _NOTHING
    said = part.part("message")
    original = part.name("original_message_id")
    if said is None or said.has("edit"):
        return Said(context_id=original, data=extract_of(part.beyond()))
    _, then = read_said(said)
    text = then.text or (then.media.caption if then.media else None)
    return Said(text=text, context_id=original, data=None if text else extract_of(part.beyond()))


def _revoke(message: Fields) -> Said:
    part = message.part("revoke")
    return Said(context_id=part.name("original_message_id")) if part else _NOTHING


_FILES: Final = (
    MessageKind.IMAGE,
    MessageKind.VIDEO,
    MessageKind.AUDIO,
    MessageKind.DOCUMENT,
    MessageKind.STICKER,
)
_READERS: Final[Mapping[str, Callable[[Fields], Said]]] = {
    "text": _text,
    **{kind.value: _media(kind) for kind in _FILES},
    "reaction": _reaction,
    "button": _button,
    "interactive": _interactive,
    "location": _location,
    "contacts": _contacts,
    "order": _order,
    "edit": _edit,
    "revoke": _revoke,
}


def _texts(part: Fields, *names: str) -> dict[str, Any]:
    found = {name: part.text(name) for name in names}
    return {name: text for name, text in found.items() if text}


def _fitting(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return as many of the entries as there is room for, the first ones."""
    kept: list[dict[str, Any]] = []
    room = _ROOM
    for entry in entries:
        room -= len(json.dumps(entry)) + 2
        if room < 0:
            break
        kept.append(entry)
    return kept
