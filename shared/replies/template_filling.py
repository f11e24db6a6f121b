"""Filling templates: which template stands in for a reply, and what its parameters say."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from shared.configuration import preferred_languages
from shared.configuration.document import Configuration
from shared.configuration.workstreams import Workstream
from shared.state.contact import Contact
from shared.state.outgoing import Outgoing
from shared.vocabulary.codes import Code
from shared.vocabulary.invisible import shows_nothing
from shared.vocabulary.message import Content, TemplateUse
from shared.vocabulary.words import MessageKind

type TemplateName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What a decision about a reply needs beside the contact.

    Attributes:
        unusable: (name, language) of the templates that the channel does not take now.
    """

    configuration: Configuration
    unusable: Collection[TemplateName]


_WHITE_SPACE = re.compile(r"\s+")
_PLACE = re.compile(r"\{\{(\d+)\}\}")


def clean(value: str) -> str:
    """A text as WhatsApp takes it for a parameter: no newlines, tabs, runs of spaces; empty if it shows nothing."""
    return "" if shows_nothing(value) else _WHITE_SPACE.sub(" ", value).strip()


def fallback_for(
    reply: Outgoing, contact: Contact, workstream: Workstream, context: ReplyContext
) -> TemplateUse | None:
    """The template that goes out in place of a reply; None when none is usable."""
    fallback = workstream.replies.fallback_template
    if fallback is None:
        return None
    values = placeholder_values(contact, context.configuration) | {
        "agent.name": reply.author.name or "",
        "reply.text": clean(reply.content.words),
    }
    parameters = tuple(clean(template.render(values)) for template in fallback.parameters)
    if not all(parameters):
        return None
    defined = context.configuration.templates[fallback.name].languages
    for language in preferred_languages(defined, contact.language, workstream):
        if (fallback.name, language) not in context.unusable:
            return TemplateUse(name=fallback.name, language=language, parameters=parameters)
    return None


def template_content(use: TemplateUse, configuration: Configuration) -> Content:
    """A template as it goes out, with the text that the customer reads."""
    text = configuration.templates[use.name].languages[use.language]
    filled = _PLACE.sub(lambda place: use.parameters[int(place[1]) - 1], text)
    return Content(kind=MessageKind.TEMPLATE, text=filled, template=use)


def placeholder_values(contact: Contact, configuration: Configuration) -> dict[str, str]:
    """What the placeholders of messages and templates stand for."""
    channel = configuration.channel_by_id(contact.channel_id)
    conversation = contact.conversation
    values: dict[str, str] = {
        "contact.name": contact.name or "",
        "contact.phone": contact.phone or "",
        "contact.language": contact.language or "",
        "channel.name": channel.name if channel else "",
        "queue.name": conversation.queue if conversation else "",
    }
    variables = conversation.variables if conversation else {}
    return values | {f"var.{name}": str(value) for name, value in variables.items()}


def problems_of(use: TemplateUse, context: ReplyContext) -> tuple[Code, tuple[tuple[str, str], ...]] | None:
    """What keeps a template that an agent chose from going out: the API's code, and each problem with its path."""
    template = context.configuration.templates.get(use.name)
    if template is None:
        known = ", ".join(sorted(context.configuration.templates)) or "none"
        return Code.TEMPLATE_NOT_APPROVED, (("template", f"unknown; the configuration has: {known}"),)
    if use.language not in template.languages:
        return Code.TEMPLATE_NOT_APPROVED, (("language", f"the template has: {', '.join(sorted(template.languages))}"),)
    if (use.name, use.language) in context.unusable:
        return Code.TEMPLATE_NOT_APPROVED, (("template", "the channel does not list it as approved in that language"),)
    expected, given = template.parameter_count(use.language), len(use.parameters)
    problems = [(f"parameters[{at}]", "is empty") for at, value in enumerate(use.parameters) if not value]
    if expected != given:
        problems.append(("parameters", f"the template takes {expected}, not {given}"))
    return (Code.TEMPLATE_PARAMETERS, tuple(problems)) if problems else None


def usable_templates(context: ReplyContext) -> list[dict[str, str]]:
    """The templates that could be sent now, as (name, language)."""
    return [
        {"name": name, "language": language}
        for name, template in sorted(context.configuration.templates.items())
        for language in sorted(template.languages)
        if (name, language) not in context.unusable
    ]
