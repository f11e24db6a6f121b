"""The templates that WhatsApp approved, as the file describes them."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from shared.configuration.base import Model, Named, Table, no_entries
from shared.configuration.scalars import Language
from shared.configuration.template_texts import (
    ApprovedText,
    ButtonAddress,
    ButtonText,
    FooterText,
    HeaderKind,
    HeaderText,
)
from shared.vocabulary.templates import Button, Definition, Header, places_in


class Category(StrEnum):
    """What WhatsApp approved a template for."""

    MARKETING = "marketing"
    UTILITY = "utility"
    AUTHENTICATION = "authentication"


class TemplateButton(Model):
    """A button of a template: one to answer with, or one that opens an address, which may end with {{1}}."""

    quick_reply: ButtonText | None = None
    url: ButtonAddress | None = None

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if (self.quick_reply is None) == (self.url is None):
            raise ValueError("expected either quick_reply: <text> or url: <address>")
        return self

    @property
    def takes_value(self) -> bool:
        """Whether a message has to give a value for it."""
        return bool(self.url and places_in(self.url))

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return "url with {{1}}" if self.takes_value else "url" if self.url else "quick_reply"

    @property
    def definition(self) -> Button:
        """It as WhatsApp lists it; of a url the file does not say what stands on it."""
        return Button(type="URL", url=self.url) if self.url else Button(type="QUICK_REPLY", text=self.quick_reply or "")


class TemplateText(Model):
    """A template in one language; in the short form `text` alone."""

    text: ApprovedText
    header: HeaderText | None = Field(
        default=None, description="Text, which may have a {{1}}, or image, video, document, location."
    )
    footer: FooterText | None = None
    buttons: tuple[TemplateButton, ...] = Field(default=(), max_length=10)

    @property
    def long_form(self) -> bool:
        """Whether the file says what stands around the text; in the short form it may be anything."""
        return self.model_fields_set != {"text"}

    @property
    def quick_replies(self) -> tuple[str, ...]:
        """The texts of the buttons to answer with."""
        return tuple(button.quick_reply for button in self.buttons if button.quick_reply)

    @property
    def shape(self) -> str:
        """What header and buttons ask of a message, in words: the same in every language."""
        return ", ".join(filter(None, (self._header(), self._buttons()))) or "neither header nor buttons"

    @property
    def definition(self) -> Definition | None:
        """The template as WhatsApp lists it; None in the short form."""
        if not self.long_form:
            return None
        return Definition(
            body=self.text,
            header=self._defined_header(),
            footer=self.footer or "",
            buttons=tuple(each.definition for each in self.buttons),
        )

    def _defined_header(self) -> Header | None:
        if isinstance(self.header, HeaderKind):
            return Header(format=self.header.upper())
        return Header(format="TEXT", text=self.header) if self.header else None

    def _header(self) -> str:
        if isinstance(self.header, HeaderKind):
            return f"a header of the kind {self.header}"
        return "a header with {{1}}" if self.header and places_in(self.header) else ""

    def _buttons(self) -> str:
        return f"buttons {', '.join(each.kind for each in self.buttons)}" if self.buttons else ""


def _text_alone(value: Any) -> Any:
    return value if isinstance(value, dict) else {"text": value}


class Template(Named):
    """A template that WhatsApp approved; `languages` holds it in each language, with {{1}}, {{2}} and so on."""

    category: Category = Category.UTILITY
    languages: Table[
        Language,
        Annotated[TemplateText, BeforeValidator(_text_alone, json_schema_input_type=str | TemplateText)],
    ] = Field(default_factory=no_entries)

    def parameter_count(self, language: str) -> int:
        """Return how many parameters the text in `language` takes."""
        return len(places_in(self.languages[language].text))
