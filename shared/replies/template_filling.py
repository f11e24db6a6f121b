"""Filling templates: what WhatsApp takes for their values, and the text that comes of them."""

import mimetypes
import re
from dataclasses import replace
from typing import Final

from shared.replies.reply_context import ReplyContext
from shared.vocabulary.invisible import shows_nothing
from shared.vocabulary.message import ButtonValue, Content, HeaderValue, Media, TemplateUse
from shared.vocabulary.templates import Button, Definition
from shared.vocabulary.words import MessageKind

FILE_HEADERS: Final = {"IMAGE": MessageKind.IMAGE, "VIDEO": MessageKind.VIDEO, "DOCUMENT": MessageKind.DOCUMENT}
"""The formats of headers that take a file, and what kind of file each takes."""
_WHITE_SPACE = re.compile(r"\s+")
_PLACE = re.compile(r"\{\{(\d+)\}\}")


def clean(value: str) -> str:
    """Return a text as WhatsApp takes it for a parameter: no newlines, tabs, runs of spaces; empty if it shows none."""
    return "" if shows_nothing(value) else _WHITE_SPACE.sub(" ", value).strip()


def cleaned(use: TemplateUse) -> TemplateUse:
    """Return the use of a template with each text as WhatsApp takes it."""
    header = use.header
    if header and header.text is not None:
        header = replace(header, text=clean(header.text))
    return replace(use, parameters=tuple(clean(value) for value in use.parameters), header=header)


def template_content(use: TemplateUse, context: ReplyContext) -> Content:
    """Return a template as it goes out, with the text that the customer reads."""
    text = filled(context.body(use.name, use.language), use.parameters)
    completed = _completed(use, context.definition(use.name, use.language))
    return Content(kind=MessageKind.TEMPLATE, text=text, template=completed)


def filled(text: str, parameters: tuple[str, ...]) -> str:
    """Return a template's body or header with its parameters, which are as many as it has places."""
    return _PLACE.sub(lambda place: parameters[int(place[1]) - 1], text)


def in_place(
    given: tuple[ButtonValue, ...], definition: Definition
) -> tuple[list[tuple[Button, ButtonValue | None]], tuple[ButtonValue, ...]]:
    """Give each button that takes a value the next of the given ones, if that is of its kind.

    Returns:
        The buttons with what they got, in the definition's order; and the values that no button took.
    """
    placed: list[tuple[Button, ButtonValue | None]] = []
    for button in definition.buttons:
        if button.takes_value:
            fits = bool(given) and (given[0].url_suffix is not None) == button.needs_value
            placed.append((button, given[0] if fits else None))
            given = given[1:] if fits else given
    return placed, given


def _completed(use: TemplateUse, definition: Definition | None) -> TemplateUse:
    """Return a use with the kind of its header's file, the names of its parameters, and its buttons by their place."""
    header = use.header
    if header and header.media:
        header = replace(header, kind=_kind_of(header.media, definition))
    if definition is None:
        return replace(use, header=header)
    if header and definition.header:
        header = replace(header, name=definition.header.name)
    buttons = _by_place(use.buttons, definition)
    places = [place for place, button in enumerate(definition.buttons) if button.takes_value][: len(buttons)]
    first = places == list(range(len(places)))
    button_places = () if first else tuple(places)
    return replace(use, header=header, buttons=buttons, button_places=button_places, names=definition.names)


def _kind_of(file: Media, definition: Definition | None) -> MessageKind:
    """Return what kind of file the definition asks for; where nobody told it, what the file seems to be."""
    if definition and definition.header:
        return FILE_HEADERS[definition.header.format]
    guessed = file.mime_type or mimetypes.guess_type(file.uri or "")[0] or ""
    return FILE_HEADERS.get(guessed.partition("/")[0].upper(), MessageKind.DOCUMENT)


def _by_place(given: tuple[ButtonValue, ...], definition: Definition) -> tuple[ButtonValue, ...]:
    """Return values of which each stands where its button does: a quick reply before it has its text as payload."""
    placed, _ = in_place(given, definition)
    while placed and placed[-1][1] is None:
        placed.pop()
    return tuple(value or ButtonValue(payload=button.text) for button, value in placed)


def header_of(text: str, definition: Definition | None) -> HeaderValue:
    """Return the value of a header that the configuration writes as a text: an address where a file is asked for."""
    header = definition.header if definition else None
    is_file = header.format in FILE_HEADERS if header else text.startswith("https://")
    return HeaderValue(media=Media(uri=text)) if is_file else HeaderValue(text=text)
