"""Whether a template of the configuration can be sent as the channel lists it, and what stands in the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from shared.configuration.templates import Template, TemplateText
from shared.replies.template_shape import mismatches
from shared.vocabulary.languages import whatsapp_spelling
from shared.vocabulary.templates import ListedTemplate

APPROVED: Final = "approved"
NOT_LISTED: Final = "not_listed"
UNKNOWN: Final = "unknown"

type Key = tuple[str, str]
"""A template's name, and its language in WhatsApp's spelling."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A channel's templates as it lists them, found by name and by any spelling of a language.

    Attributes:
        templates: None while the channel could not be asked: then nothing stands in a template's way.
        refused: Those that WhatsApp refused for their shape, as they were listed then.
        doubted: Those that WhatsApp refused since the channel was asked.
    """

    templates: Mapping[Key, ListedTemplate] | None = None
    refused: frozenset[ListedTemplate] = frozenset()
    doubted: frozenset[Key] = frozenset()

    @classmethod
    def of(cls, templates: Iterable[ListedTemplate], refused: Iterable[ListedTemplate] = ()) -> Self:
        """Make a listing; of one language in two spellings the approved one is found."""
        approved_last = sorted(templates, key=_is_approved)
        return cls({template_key(each.name, each.language): each for each in approved_last}, frozenset(refused))

    def doubting(self, keys: Iterable[Key]) -> "Listing":
        """Return the listing with templates that WhatsApp refused since, by `template_key`."""
        return replace(self, doubted=frozenset(keys))

    def find(self, name: str, language: str) -> ListedTemplate | None:
        """Return the template in that language, whatever its status."""
        return (self.templates or {}).get(template_key(name, language))

    def status(self, name: str, language: str) -> str:
        """Return the channel's word for how a template is; `unknown` while it could not be asked."""
        if self.templates is None:
            return UNKNOWN
        listed = self.find(name, language)
        return listed.status.lower() if listed else NOT_LISTED

    def obstacles(self, name: str, language: str, written: TemplateText) -> list[str]:
        """Say why a template that the configuration has like this can't be sent, each as `is …`, `has …` or `was …`."""
        if template_key(name, language) in self.doubted:
            return ["was refused by WhatsApp a moment ago, and the channel has not been asked since"]
        if self.templates is None:
            return []
        listed = self.find(name, language)
        if listed is None:
            return ["is not listed"]
        if not _is_approved(listed):
            return [f"is {listed.status.lower()}, not {APPROVED}"]
        if obstacles := list(mismatches(written, listed.definition)) if listed.definition else []:
            return obstacles
        return ["is refused by WhatsApp for its parameters, though it is listed with these"] * (listed in self.refused)

    def differences(self, name: str, language: str, template: Template) -> list[str]:
        """Say how else the channel has a template, each as `has …`; it can be sent for all that, as WhatsApp has it."""
        listed = self.find(name, language)
        if listed is None or listed.definition is None:
            return []
        there, found = listed.definition, []
        if there.body.strip() not in ("", template.languages[whatsapp_spelling(language)].text.strip()):
            found.append("has another text at WhatsApp")
        if there.category.lower() not in ("", template.category):
            found.append(f"has the category {there.category.lower()} at WhatsApp instead of {template.category}")
        return found


def template_key(name: str, language: str) -> Key:
    """Return by what a template is found."""
    return name, whatsapp_spelling(language)


def _is_approved(listed: ListedTemplate) -> bool:
    return listed.status.lower() == APPROVED
