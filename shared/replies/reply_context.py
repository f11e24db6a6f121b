"""What decisions about replies know of the world: the configuration, and the templates as the channel lists them."""

from dataclasses import dataclass, replace

from shared.configuration.document import Configuration
from shared.configuration.templates import TemplateText
from shared.replies.approval import Listing
from shared.vocabulary.languages import whatsapp_spelling
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.templates import Definition


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What a decision about a reply needs beside the contact: the configuration, and what the channel lists.

    Attributes:
        failed: Templates that have just failed, by name and language, whatever the channel lists.
    """

    configuration: Configuration
    listing: Listing
    failed: frozenset[tuple[str, str]] = frozenset()

    def without(self, use: TemplateUse) -> "ReplyContext":
        """Return the same but for a template that has just failed."""
        return replace(self, failed=self.failed | {(use.name, whatsapp_spelling(use.language))})

    def obstacles(self, name: str, language: str) -> list[str]:
        """Say why a template of the configuration can't be sent in a language that it has there."""
        if (name, whatsapp_spelling(language)) in self.failed:
            return ["has just failed at WhatsApp"]
        return self.listing.obstacles(name, language, self._in_file(name, language))

    def definition(self, name: str, language: str) -> Definition | None:
        """Return what a template asks for: as the channel lists it, else the file's long form; None: nobody says."""
        listed = self.listing.find(name, language)
        return (listed and listed.definition) or self._in_file(name, language).definition

    def body(self, name: str, language: str) -> str:
        """Return the words of a template that can be sent: WhatsApp's own, which the customer reads, where known."""
        definition = self.definition(name, language)
        return (definition and definition.body) or self._written(name, language)

    def spelling(self, name: str, language: str) -> str:
        """Return the language as the channel spells it, which finds a template by no other spelling."""
        listed = self.listing.find(name, language)
        return listed.language if listed else whatsapp_spelling(language)

    def usable_templates(self) -> list[dict[str, str]]:
        """List the templates that could be sent now, each with its name and language."""
        return [
            {"name": name, "language": self.spelling(name, language)}
            for name, template in sorted(self.configuration.templates.items())
            for language in sorted(template.languages)
            if not self.obstacles(name, language)
        ]

    def _written(self, name: str, language: str) -> str:
        return self._in_file(name, language).text

    def _in_file(self, name: str, language: str) -> TemplateText:
        return self.configuration.templates[name].languages[whatsapp_spelling(language)]
