"""Filling templates: what WhatsApp takes for their parameters, and the text that comes of them."""

import re

from shared.configuration.template_texts import MAX_TEMPLATE
from shared.replies.reply_context import ReplyContext
from shared.vocabulary.characters import characters
from shared.vocabulary.codes import Code
from shared.vocabulary.invisible import shows_nothing
from shared.vocabulary.languages import whatsapp_spelling
from shared.vocabulary.message import Content, TemplateUse
from shared.vocabulary.templates import places_in
from shared.vocabulary.words import MessageKind

_WHITE_SPACE = re.compile(r"\s+")
_PLACE = re.compile(r"\{\{(\d+)\}\}")


def clean(value: str) -> str:
    """Return a text as WhatsApp takes it for a parameter: no newlines, tabs, runs of spaces; empty if it shows none."""
    return "" if shows_nothing(value) else _WHITE_SPACE.sub(" ", value).strip()


def template_content(use: TemplateUse, context: ReplyContext) -> Content:
    """Return a template as it goes out, with the text that the customer reads."""
    text = filled(context.body(use.name, use.language), use.parameters)
    return Content(kind=MessageKind.TEMPLATE, text=text, template=use)


def filled(body: str, parameters: tuple[str, ...]) -> str:
    """Return a template's body with its parameters, which are as many as it has places."""
    return _PLACE.sub(lambda place: parameters[int(place[1]) - 1], body)


def problems_of(use: TemplateUse, context: ReplyContext) -> tuple[Code, tuple[tuple[str, str], ...]] | None:
    """Name what keeps a template that an agent chose from going out: the API's code, each problem with its path."""
    template = context.configuration.templates.get(use.name)
    if template is None:
        known = ", ".join(sorted(context.configuration.templates)) or "none"
        return Code.TEMPLATE_NOT_APPROVED, (("template", f"unknown; the configuration has: {known}"),)
    language = whatsapp_spelling(use.language)
    if language not in template.languages:
        return Code.TEMPLATE_NOT_APPROVED, (("language", f"the template has: {', '.join(sorted(template.languages))}"),)
    if obstacles := context.obstacles(use.name, language):
        return Code.TEMPLATE_NOT_APPROVED, tuple(("template", f"in {language} it {each}") for each in obstacles)
    problems = _problems_of_parameters(use.parameters, context.body(use.name, language))
    return (Code.TEMPLATE_PARAMETERS, problems) if problems else None


def _problems_of_parameters(parameters: tuple[str, ...], body: str) -> tuple[tuple[str, str], ...]:
    problems = [(f"parameters[{at}]", "is empty") for at, value in enumerate(parameters) if not value]
    expected, given = len(places_in(body)), len(parameters)
    if expected != given:
        problems.append(("parameters", f"the template takes {expected}, not {given}"))
    elif (length := characters(filled(body, parameters))) > MAX_TEMPLATE:
        text = f"the text has {length:,} characters with these; WhatsApp takes at most {MAX_TEMPLATE:,}"
        problems.append(("parameters", text))
    return tuple(problems)
