"""What a message of a kind that is not ours says, in words and signs that need no translation. Pure.

It is made when somebody reads it, from what the history keeps of its event, and never stored as the message's text: a
rule that looks at `message.text` sees what the customer wrote, and no words that the app has found for a place or a
business card. Source of the shapes: Meta's webhook reference, and the same kinds as ACS spells them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from shared.vocabulary.characters import cut_at_word
from shared.vocabulary.message import Message
from shared.vocabulary.words import MessageKind

_EDITED: Final = "✏️"
_LONGEST: Final = 1_000
_LONGEST_PART: Final = 200
_MOST_PARTS: Final = 20
HIDDEN_FORM_FIELD: Final = "flow_token"
"""What Meta's forms carry for whoever sent them: the customer filled in everything else."""


def sign_of(message: Message) -> str | None:
    """Return the sign of new words for an earlier message; None for any other."""
    return _EDITED if message.kind is MessageKind.UNSUPPORTED and _word(message) == "edit" else None


def readable_text(message: Message) -> str | None:
    """Return a message's text; where it has none, and no kind of ours, what its event comes to; None for nothing.

    What is made of an event has at most 1,000 characters.
    """
    read = _READERS.get(_word(message)) if message.kind is MessageKind.UNSUPPORTED else None
    if message.text or read is None:
        return message.text
    return cut_at_word("\n".join(read(message.data or {})), _LONGEST) or None


def _word(message: Message) -> str:
    return (message.original_kind or "").lower()


def _place(data: Mapping[str, Any]) -> Iterator[str]:
    place = _part(data, "location") or data
    at = ", ".join(filter(None, (_degrees(place, "latitude", 90), _degrees(place, "longitude", 180))))
    named = ", ".join(filter(None, (_said(place.get("name")), _said(place.get("address")))))
    words = " ".join(filter(None, (named, f"({at})" if ", " in at else "")))
    if words:
        yield f"📍 {words}"


def _degrees(place: Mapping[str, Any], name: str, most: int) -> str:
    value = place.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not -most <= value <= most:
        return ""
    return f"{value:.6f}".rstrip("0").removesuffix(".")


def _people(data: Mapping[str, Any]) -> Iterator[str]:
    for person in _parts(data, "contacts"):
        name = _first(person.get("name"), "formatted_name", "formattedName")
        phones = (_first(each, "phone", "wa_id", "waId") for each in _list(person, "phones"))
        words = " ".join(filter(None, (name, ", ".join(filter(None, phones)))))
        if words:
            yield f"👤 {words}"


def _order(data: Mapping[str, Any]) -> Iterator[str]:
    order = _part(data, "order") or data
    for item in (*_parts(order, "items"), *_parts(order, "product_items"), *_parts(order, "productItems")):
        name = _first(item, "id", "product_retailer_id", "productRetailerId")
        price = " ".join(filter(None, (_first(item, "price", "item_price", "itemPrice"), _said(item.get("currency")))))
        yield f"🛒 {_said(item.get('quantity')) or '?'} × {' '.join(filter(None, (name, price)))}"
    if words := _said(order.get("text")):
        yield words


def _form(data: Mapping[str, Any]) -> Iterator[str]:
    for name, value in list(_fields(data).items())[:_MOST_PARTS]:
        words = ", ".join(filter(None, map(_said, value))) if isinstance(value, list) else _said(value)
        if name != HIDDEN_FORM_FIELD and words:
            yield f"{_said(name)}: {words}"


def _fields(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was filled in; providers bring it as an object, or as the text of one."""
    if fields := _part(data, "fields") or _part(_part(data, "form"), "fields"):
        return fields
    tapped = _part(data, "interactive")
    reply = _part(tapped, "nfmReply") or _part(tapped, "nfm_reply")
    text = reply.get("responseJson", reply.get("response_json"))
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]]] = {
    "location": _place,
    "contacts": _people,
    "order": _order,
    "interactive": _form,
}


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    found = data.get(name)
    return found[:_MOST_PARTS] if isinstance(found, list) else []


def _parts(data: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    return (each for each in _list(data, name) if isinstance(each, dict))


def _first(value: Any, *names: str) -> str:
    """Return what a value says, or the first of its fields that says something."""
    if not isinstance(value, dict):
        return _said(value)
    return next(filter(None, (_said(value.get(name)) for name in names)), "")


def _said(value: Any) -> str:
    """Return a text or a number in one line; anything else says nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return cut_at_word(" ".join(str(value).split()), _LONGEST_PART)
