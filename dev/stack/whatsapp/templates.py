"""Templates as WhatsApp keeps them: a definition in components, and what it says of the definition.

Components are WhatsApp's own JSON, as a team writes them and as the list of a channel's templates gives them back:
https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

type Component = Mapping[str, Any]

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_BOUND_AS = {"QUICK_REPLY": "quickReply", "URL": "url", "COPY_CODE": "", "OTP": ""}
"""The `subType` of the buttons that take a value; ACS has none for the last two."""


class TemplateStatus(StrEnum):
    """WhatsApp's opinion of a template; the list is open in ACS, these are the ones that differ in effect."""

    APPROVED = "approved"
    PENDING = "pending"
    PAUSED = "paused"
    REJECTED = "rejected"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button as it is defined; `bound_as` is the `subType` of its value, none if it takes no value."""

    text: str
    url: str
    bound_as: str | None
    needs_value: bool

    @property
    def takes_value(self) -> bool:
        """Whether a message may give a value for it."""
        return self.bound_as is not None

    def with_value(self, value: str) -> dict[str, str]:
        """What stands on it and what it does; `value` is the payload or the end of the address, or empty."""
        if self.url:
            return {"text": self.text, "url": _PLACEHOLDER.sub(lambda _: value, self.url)}
        return {"text": self.text, "payload": value} if value else {"text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One language of a template."""

    name: str
    language: str
    category: str = "utility"
    components: Sequence[Component]
    status: TemplateStatus = TemplateStatus.APPROVED

    @classmethod
    def of_text(
        cls,
        text: str,
        *,
        name: str,
        language: str,
        category: str = "utility",
        status: TemplateStatus = TemplateStatus.APPROVED,
    ) -> Self:
        """Makes a template that is a body alone, with the positional parameters `{{1}}` to `{{n}}`."""
        body = {"type": "BODY", "text": text}
        return cls(name=name, language=language, category=category, components=[body], status=status)

    def with_text(self, text: str) -> Self:
        """The template with another body; what stands around it stays."""
        others = [each for each in self.components if each is not self._component("BODY")]
        return replace(self, components=[{"type": "BODY", "text": text}, *others])

    @property
    def text(self) -> str:
        """The body."""
        return _text(self._component("BODY"))

    @property
    def parameter_count(self) -> int:
        """How many parameters the body takes."""
        return len(_places(self.text))

    @property
    def parameter_names(self) -> frozenset[str]:
        """The names of the body's parameters, which ACS has no field for; empty if they are numbers."""
        return _names(self.text)

    @property
    def header_names(self) -> frozenset[str]:
        """The name of the header's parameter, if it has one."""
        return _names(_text(self._component("HEADER")))

    @property
    def header_format(self) -> str | None:
        """What the header needs: TEXT for a `{{1}}`, IMAGE, VIDEO, DOCUMENT, LOCATION; none if it needs nothing."""
        header = self._component("HEADER")
        kind = str(header.get("format", "TEXT")).upper() if header else None
        return None if kind == "TEXT" and not _places(_text(header)) else kind

    @property
    def buttons(self) -> list[Button]:
        """Its buttons, in order."""
        return [_button(each) for each in self._component("BUTTONS").get("buttons") or ()]

    @property
    def footer(self) -> str:
        """What stands below the body."""
        return _text(self._component("FOOTER"))

    def render_header(self, value: str) -> str:
        """Fills the text above the body; empty if it is no text."""
        return _PLACEHOLDER.sub(lambda _: value, _text(self._component("HEADER")))

    def render(self, parameters: Sequence[str], names: Sequence[str] = ()) -> str:
        """Fills the body; `parameters` must be as many as `parameter_count`, `names` theirs if they have any."""
        places = names or [str(number) for number in range(1, len(parameters) + 1)]
        values = dict(zip(places, parameters, strict=True))
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self.text)

    def _component(self, kind: str) -> Component:
        return next((each for each in self.components if str(each.get("type")).upper() == kind), {})


def placeholder_problem(text: str) -> str | None:
    """Says what is wrong with the parameters of a body; ACS binds by position, so they count from 1."""
    names = _places(text)
    if names == {str(number) for number in range(1, len(names) + 1)}:
        return None
    return f"parameters must be {{{{1}}}}, {{{{2}}}} … without a gap, not {', '.join(sorted(names))}"


def _places(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def _names(text: str) -> frozenset[str]:
    return frozenset(place for place in _places(text) if not place.isdecimal())


def _text(component: Component) -> str:
    return str(component.get("text") or "")


def _button(button: Component) -> Button:
    kind, url = str(button.get("type")).upper(), str(button.get("url") or "")
    bound_as = None if kind == "URL" and not _places(url) else _BOUND_AS.get(kind)
    needs_value = bound_as is not None and kind != "QUICK_REPLY"
    return Button(text=_text(button), url=url, bound_as=bound_as, needs_value=needs_value)
