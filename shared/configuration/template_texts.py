"""The texts of a template as WhatsApp approved it, in its own notation: {{1}}, {{2}} and so on for the parameters."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from shared.configuration.scalars import read_by, string, visible
from shared.vocabulary.characters import characters
from shared.vocabulary.templates import are_numbered, places_in

MAX_TEMPLATE = 1024
"""Characters of a template's body, as it is approved and as it is filled."""
MAX_HEADER = 60
MAX_FOOTER = 60
MAX_BUTTON = 25
MAX_ADDRESS = 2000


class HeaderKind(StrEnum):
    """What stands above the text of a template, other than words."""

    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"
    LOCATION = "location"


def _no_longer_than(limit: int, text: str) -> str:
    if (length := characters(visible(text))) > limit:
        raise ValueError(f"{length:,} characters long; WhatsApp takes at most {limit:,}")
    return text


def _approved(text: str) -> str:
    _no_longer_than(MAX_TEMPLATE, text)
    if not are_numbered(places_in(text)):
        raise ValueError("expected the parameters {{1}}, {{2}} … without a gap, also where they have names at WhatsApp")
    return text


def _with_places(limit: int, allowed: tuple[list[str], ...], expected: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if places_in(_no_longer_than(limit, text)) not in allowed:
            raise ValueError(f"expected {expected}")
        return text

    return parse


def _header(text: str) -> HeaderKind | str:
    if text in tuple(HeaderKind):
        return HeaderKind(text)
    return _with_places(MAX_HEADER, ([], ["1"]), "no parameter but {{1}} in a header")(text)


def _address(text: str) -> str:
    _no_longer_than(MAX_ADDRESS, text)
    fixed = text.removesuffix("{{1}}")
    if urlsplit(fixed).scheme not in ("https", "http") or not urlsplit(fixed).hostname or places_in(fixed):
        raise ValueError("expected an address such as https://shop.example/{{1}}, with {{1}} at its end or not at all")
    return text


ApprovedText = Annotated[str, read_by(_approved, "a text"), string]
"""The body."""
HeaderText = Annotated[HeaderKind | str, read_by(_header, "a text, or image, video, document, location"), string]
FooterText = Annotated[str, read_by(_with_places(MAX_FOOTER, ([],), "no parameter in a footer"), "a text"), string]
ButtonText = Annotated[str, read_by(_with_places(MAX_BUTTON, ([],), "no parameter in a button"), "a text"), string]
ButtonAddress = Annotated[str, read_by(_address, "an address"), string]
