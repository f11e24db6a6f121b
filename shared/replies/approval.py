"""Whether a template of the configuration can be sent as the channel lists it, and what stands in the way.

Values of the body, the header, quick replies and addresses can be given. What else needs one at WhatsApp (a carousel, a
code to copy) would fail at each send. Source: "Components" of WhatsApp's message templates.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from shared.vocabulary.languages import whatsapp_spelling
from shared.vocabulary.templates import Button, Definition, Header, ListedTemplate, are_numbered, places_in

_APPROVED: Final = "approved"
_HEADERS_WITH_A_VALUE: Final = ("IMAGE", "VIDEO", "DOCUMENT", "LOCATION")
_BUTTONS_WITH_A_VALUE: Final = {
    "COPY_CODE": "copy-code",
    "OTP": "one-time password",
    "MPM": "multi-product",
    "SPM": "single-product",
    "ORDER_DETAILS": "order details",
}
_COMPONENTS_WITH_VALUES: Final = {"CAROUSEL": "a carousel", "LIMITED_TIME_OFFER": "a limited-time offer"}


type _Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """A channel's templates as it lists them, found by name and by any spelling of a language.

    Attributes:
        templates: None while the channel could not be asked: then nothing stands in a template's way.
        refused: Those that WhatsApp refused for their shape, as they were listed then.
    """

    templates: Mapping[_Key, ListedTemplate] | None = None
    refused: frozenset[ListedTemplate] = frozenset()

    @classmethod
    def of(cls, templates: Iterable[ListedTemplate], refused: frozenset[ListedTemplate] = frozenset()) -> Self:
        """Make a listing; of one language in two spellings the approved one is found."""
        approved_last = sorted(templates, key=_is_approved)
        return cls({_key(each.name, each.language): each for each in approved_last}, refused)

    def with_refused(self, template: ListedTemplate) -> "Listing":
        """Return the listing with one more refused template."""
        return replace(self, refused=self.refused | {template})

    def find(self, name: str, language: str) -> ListedTemplate | None:
        """Return the template in that language, whatever its status."""
        return (self.templates or {}).get(_key(name, language))

    def obstacles(self, name: str, language: str, text: str) -> list[str]:
        """Say why a template that has `text` in the configuration can't be sent, each reason as `is …` or `has …`."""
        if self.templates is None:
            return []
        listed = self.find(name, language)
        if listed is None:
            return ["is not listed"]
        if not _is_approved(listed):
            return [f"is {listed.status}, not {_APPROVED}"]
        if obstacles := list(_obstacles_in(listed.definition, text)) if listed.definition else []:
            return obstacles
        return ["is refused by WhatsApp for its parameters, though it is listed with these"] * (listed in self.refused)

    def has_another_text(self, name: str, language: str, text: str) -> bool:
        """Tell whether the customer reads other words than the configuration has: WhatsApp's own are sent."""
        listed = self.find(name, language)
        body = listed.definition.body if listed and listed.definition else ""
        return body.strip() not in ("", text.strip())


def _key(name: str, language: str) -> _Key:
    return name, whatsapp_spelling(language)


def _is_approved(listed: ListedTemplate) -> bool:
    return listed.status.lower() == _APPROVED


def _obstacles_in(definition: Definition, text: str) -> Iterator[str]:
    parts = [_part_of_header(definition.header), *(_part_of_button(each) for each in definition.buttons)]
    parts += [_COMPONENTS_WITH_VALUES.get(each) for each in definition.others]
    for part in filter(None, parts):
        yield f"has {part}, which needs a value that can't be given"
    places, expected = places_in(definition.body or text), len(places_in(text))
    if any(not place.isdecimal() for place in places):
        yield f"has named parameters ({', '.join(places)}), which can't be sent"
    elif not are_numbered(places):
        yield f"has parameters ({', '.join(places)}) that are not numbered from 1 without a gap"
    elif len(places) != expected:
        yield f"has {_parameters(len(places))} at WhatsApp instead of {expected}"


def _part_of_header(header: Header | None) -> str | None:
    if header is None or header.format in _HEADERS_WITH_A_VALUE:
        return None
    if header.format != "TEXT":
        return f"a header of the kind {header.format.lower()}"
    return None if places_in(header.text) in ([], ["1"]) else f"a header with {_shown(header.text)}"


def _part_of_button(button: Button) -> str | None:
    if button.type in _BUTTONS_WITH_A_VALUE:
        return f"a {_BUTTONS_WITH_A_VALUE[button.type]} button"
    return f"a URL button with {_shown(button.url)}" if places_in(button.url) not in ([], ["1"]) else None


def _shown(text: str) -> str:
    return ", ".join(f"{{{{{place}}}}}" for place in places_in(text))


def _parameters(count: int) -> str:
    return "1 parameter" if count == 1 else f"{count} parameters"
