"""Templates as WhatsApp keeps them: a definition in components, and what it says of the definition.

Components are WhatsApp's own JSON, as a team writes them and as the list of a channel's templates gives them back:
https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

type Component = Mapping[str, Any]

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_BUTTONS_WITH_A_VALUE = ("COPY_CODE", "OTP")


class TemplateStatus(StrEnum):
    """WhatsApp's opinion of a template; the list is open in ACS, these are the ones that differ in effect."""

    APPROVED = "approved"
    PENDING = "pending"
    PAUSED = "paused"
    REJECTED = "rejected"
    DISABLED = "disabled"


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

    @property
    def text(self) -> str:
        """The body."""
        return _text(self._component("BODY"))

    @property
    def parameter_count(self) -> int:
        """How many parameters the body takes."""
        return len(_places(self.text))

    @property
    def has_named_parameters(self) -> bool:
        """Whether the body's parameters have names, which ACS has no field for."""
        return any(not place.isdecimal() for place in _places(self.text))

    @property
    def header_format(self) -> str | None:
        """What the header needs: TEXT for a `{{1}}`, IMAGE, VIDEO, DOCUMENT, LOCATION; none if it needs nothing."""
        header = self._component("HEADER")
        kind = str(header.get("format", "TEXT")).upper() if header else None
        return None if kind == "TEXT" and not _places(_text(header)) else kind

    @property
    def buttons_with_a_value(self) -> list[int]:
        """The places of the buttons that need a value."""
        buttons = self._component("BUTTONS").get("buttons") or ()
        return [place for place, button in enumerate(buttons) if _needs_value(button)]

    def render(self, parameters: Sequence[str]) -> str:
        """Fills the body; `parameters` must be as many as `parameter_count`."""
        return _PLACEHOLDER.sub(lambda match: parameters[int(match[1]) - 1], self.text)

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


def _text(component: Component) -> str:
    return str(component.get("text") or "")


def _needs_value(button: Component) -> bool:
    kind = str(button.get("type")).upper()
    return kind in _BUTTONS_WITH_A_VALUE or (kind == "URL" and bool(_places(str(button.get("url") or ""))))
