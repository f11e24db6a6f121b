"""Templates as WhatsApp defines them: what it approved, in the parts of which a message may have to give values."""

import re
from dataclasses import dataclass, replace
from typing import Self

_PLACE = re.compile(r"\{\{(.*?)\}\}")


def places_in(text: str) -> list[str]:
    """Return the places for values in a text, each once and in order: `1` and `2` of `{{1}} is {{2}}, {{1}}`."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def are_numbered(places: list[str]) -> bool:
    """Tell whether places are numbered from 1 without a gap: values are given by position."""
    return set(places) == {str(number) for number in range(1, len(places) + 1)}


def numbered(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text with {{1}}, {{2}} … for places that have names, by their order in it, and these names.

    Where a place has a number already, the text stays as it is.
    """
    places = places_in(text)
    if any(place.isdecimal() for place in places):
        return text, ()
    numbers = {place: number for number, place in enumerate(places, start=1)}
    return _PLACE.sub(lambda place: f"{{{{{numbers[place[1]]}}}}}", text), tuple(place.strip() for place in places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands above the body; `format` is WhatsApp's, such as `TEXT`, `IMAGE` or `LOCATION`.

    `name` is what WhatsApp calls its {{1}}; empty: by the number.
    """

    format: str
    text: str = ""
    name: str = ""

    @property
    def takes_value(self) -> bool:
        """Whether a message has to give a value for it: a file, a place, or what stands for {{1}}."""
        return self.format != "TEXT" or bool(places_in(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """What can be tapped; `type` is WhatsApp's, such as `QUICK_REPLY`, `URL` or `COPY_CODE`."""

    type: str
    text: str = ""
    url: str = ""

    @property
    def needs_value(self) -> bool:
        """Whether a message has to give the end of its address."""
        return self.type == "URL" and bool(places_in(self.url))

    @property
    def takes_value(self) -> bool:
        """Whether a message may give a value: that, or the payload of a quick reply, which else is its text."""
        return self.type == "QUICK_REPLY" or self.needs_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What WhatsApp approved, or what the file says of it; an empty body or category was not told.

    `others` are the types of the components that are none of these, such as `CAROUSEL`; `names` what WhatsApp calls the
    body's {{1}}, {{2}} …, where it does not go by their numbers.
    """

    body: str
    header: Header | None = None
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    others: tuple[str, ...] = ()
    category: str = ""
    names: tuple[str, ...] = ()

    def with_numbers(self) -> Self:
        """Return the same with numbers for parameters that have names, which are kept beside."""
        body, names = numbered(self.body)
        text, header_names = numbered(self.header.text) if self.header else ("", ())
        header = self.header and replace(self.header, text=text, name="".join(header_names[:1]))
        return replace(self, body=body, names=names, header=header)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTemplate:
    """A template as the channel lists it, in one language, spelled as the channel does.

    `definition` is None where the channel did not tell it.
    """

    name: str
    language: str
    status: str
    definition: Definition | None = None
