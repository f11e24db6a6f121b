"""Whether a template has the shape at WhatsApp that the file describes: its parameters, its header, its buttons.

A message gives values for these by position, so that a template of another shape would be refused at each send. Source:
"Components" of WhatsApp's message templates.
"""

from collections.abc import Iterator
from typing import Final

from shared.configuration.templates import TemplateText
from shared.vocabulary.templates import Button, Definition, Header, are_numbered, places_in

_HEADERS: Final = ("TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION")
_BUTTONS_WITHOUT_A_WAY: Final = {
    "COPY_CODE": "copy-code",
    "OTP": "one-time password",
    "MPM": "multi-product",
    "SPM": "single-product",
    "ORDER_DETAILS": "order details",
}
_COMPONENTS_WITHOUT_A_WAY: Final = {"CAROUSEL": "a carousel", "LIMITED_TIME_OFFER": "a limited-time offer"}


def mismatches(written: TemplateText, listed: Definition) -> Iterator[str]:
    """Say why a template can't be sent as the file describes it, each reason as `has …`.

    What the short form does not say, header and buttons, may be anything to which a message can give a value.
    """
    for part in _parts_without_a_way(listed):
        yield f"has {part}, which needs a value that can't be given"
    yield from _of_parameters(places_in(listed.body or written.text), len(places_in(written.text)))
    here = written.definition
    if here is None:
        return
    if (there := header_in_words(listed.header)) != header_in_words(here.header):
        yield f"has {there} at WhatsApp instead of {header_in_words(here.header)}"
    if (there := buttons_in_words(listed.buttons)) != buttons_in_words(here.buttons):
        yield f"has {there} at WhatsApp instead of {buttons_in_words(here.buttons)}"


def header_in_words(header: Header | None) -> str:
    """Return what a header asks of a message."""
    if header is None:
        return "no header"
    if header.format != "TEXT":
        return f"a header of the kind {header.format.lower()}"
    return f"a header with {_shown(header.text)}" if header.takes_value else "a header of fixed text"


def buttons_in_words(buttons: tuple[Button, ...]) -> str:
    """Return the kinds of buttons in their order, and which of them ask something of a message."""
    kinds = (f"{each.type.lower()}{' with ' + _shown(each.url) if each.needs_value else ''}" for each in buttons)
    return f"the buttons {', '.join(kinds)}" if buttons else "no buttons"


def _parts_without_a_way(definition: Definition) -> Iterator[str]:
    header = definition.header
    if header and (header.format not in _HEADERS or places_in(header.text) not in ([], ["1"])):
        yield header_in_words(header)
    for button in definition.buttons:
        if button.type in _BUTTONS_WITHOUT_A_WAY:
            yield f"a {_BUTTONS_WITHOUT_A_WAY[button.type]} button"
        elif button.needs_value and places_in(button.url) != ["1"]:
            yield f"a URL button with {_shown(button.url)}"
    for component in definition.others:
        if component in _COMPONENTS_WITHOUT_A_WAY:
            yield _COMPONENTS_WITHOUT_A_WAY[component]


def _of_parameters(places: list[str], expected: int) -> Iterator[str]:
    if any(not place.isdecimal() for place in places):
        yield f"has named parameters ({', '.join(places)}), which can't be sent through this channel"
    elif not are_numbered(places):
        yield f"has parameters ({', '.join(places)}) that are not numbered from 1 without a gap"
    elif len(places) != expected:
        yield f"has {_parameters(len(places))} at WhatsApp instead of {expected}"


def _shown(text: str) -> str:
    return ", ".join(f"{{{{{place}}}}}" for place in places_in(text))


def _parameters(count: int) -> str:
    return "1 parameter" if count == 1 else f"{count} parameters"
