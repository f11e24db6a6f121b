"""Both sides of every template: what the configuration says of it, and what the channel lists."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.configuration.templates import Template, TemplateText
from shared.replies.approval import Listing
from shared.vocabulary.languages import whatsapp_spelling
from shared.vocabulary.templates import ListedTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateState:
    """A template in one language.

    Attributes:
        written: What the configuration says; None: it does not have the template in that language.
        listed: What the channel lists; None: it lists nothing of the kind, or could not be asked.
        status: The channel's word for how it is, `not_listed`, or `unknown` while the channel could not be asked.
        obstacles: Why it can't be sent, each as `is …`, `has …` or `was …`.
        differences: What else is not as the configuration says.
    """

    name: str
    language: str
    category: str
    written: TemplateText | None
    listed: ListedTemplate | None
    status: str
    obstacles: Sequence[str] = ()
    differences: Sequence[str] = ()


def overview(templates: Mapping[str, Template], listing: Listing) -> dict[str, list[TemplateState]]:
    """Return every template of either side by name, in its languages: those of the configuration first."""
    found: defaultdict[str, list[TemplateState]] = defaultdict(list)
    for name, template in templates.items():
        found[name] = [_configured(name, language, template, listing) for language in template.languages]
    for listed in (listing.templates or {}).values():
        template_here = templates.get(listed.name)
        if template_here is None or whatsapp_spelling(listed.language) not in template_here.languages:
            found[listed.name].append(_only_listed(listed))
    return dict(found)


def _configured(name: str, language: str, template: Template, listing: Listing) -> TemplateState:
    written = template.languages[language]
    return TemplateState(
        name=name,
        language=language,
        category=template.category,
        written=written,
        listed=listing.find(name, language),
        status=listing.status(name, language),
        obstacles=listing.obstacles(name, language, written),
        differences=listing.differences(name, language, template),
    )


def _only_listed(listed: ListedTemplate) -> TemplateState:
    return TemplateState(
        name=listed.name,
        language=whatsapp_spelling(listed.language),
        category=listed.definition.category if listed.definition else "",
        written=None,
        listed=listed,
        status=listed.status.lower(),
        obstacles=["is not in the configuration"],
    )
