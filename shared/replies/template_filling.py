"""Filling templates: which template stands in for a reply, and what its parameters say."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.configuration import FallbackTemplate, preferred_languages
from shared.configuration.document import Configuration
from shared.configuration.placeholders import REPLY_TEXT
from shared.configuration.scalars import MAX_TEMPLATE
from shared.configuration.workstreams import Workstream
from shared.replies.approval import Listing
from shared.state.contact import Contact
from shared.state.outgoing import Outgoing
from shared.vocabulary.characters import characters, cut_at_word
from shared.vocabulary.codes import Code
from shared.vocabulary.invisible import shows_nothing
from shared.vocabulary.languages import whatsapp_spelling
from shared.vocabulary.message import Content, TemplateUse
from shared.vocabulary.templates import places_in
from shared.vocabulary.words import MessageKind


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What a decision about a reply needs beside the contact: the configuration, and what the channel lists."""

    configuration: Configuration
    listing: Listing

    def obstacles(self, name: str, language: str) -> list[str]:
        """Say why a template of the configuration can't be sent in a language that it has there."""
        return self.listing.obstacles(name, language, self._written(name, language))

    def body(self, name: str, language: str) -> str:
        """Return the words of a template that can be sent: WhatsApp's own, which the customer reads, where known."""
        listed = self.listing.find(name, language)
        definition = listed.definition if listed else None
        return (definition and definition.body) or self._written(name, language)

    def spelling(self, name: str, language: str) -> str:
        """Return the language as the channel spells it, which finds a template by no other spelling."""
        listed = self.listing.find(name, language)
        return listed.language if listed else whatsapp_spelling(language)

    def _written(self, name: str, language: str) -> str:
        return self.configuration.templates[name].languages[whatsapp_spelling(language)]


_WHITE_SPACE = re.compile(r"\s+")
_PLACE = re.compile(r"\{\{(\d+)\}\}")
_LEAST_OF_A_REPLY: Final = 20
"""Fewer characters of an agent's words would tell the customer nothing."""


def clean(value: str) -> str:
    """Return a text as WhatsApp takes it for a parameter: no newlines, tabs, runs of spaces; empty if it shows none."""
    return "" if shows_nothing(value) else _WHITE_SPACE.sub(" ", value).strip()


def fallback_for(
    reply: Outgoing, contact: Contact, workstream: Workstream, context: ReplyContext
) -> TemplateUse | None:
    """Return the template that goes out in place of a reply; None when none is usable.

    A language in which it can't be sent, or leaves the reply's words too little room, is passed over.
    """
    fallback = workstream.replies.fallback_template
    if fallback is None:
        return None
    values = placeholder_values(contact, context.configuration) | {"agent.name": reply.author.name or ""}
    defined = context.configuration.templates[fallback.name].languages
    for language in preferred_languages(defined, contact.language, workstream):
        if context.obstacles(fallback.name, language):
            continue
        body = context.body(fallback.name, language)
        parameters = _parameters_for(fallback, body, values, clean(reply.content.words))
        if parameters is not None:
            spelled = context.spelling(fallback.name, language)
            return TemplateUse(name=fallback.name, language=spelled, parameters=parameters)
    return None


def _parameters_for(
    fallback: FallbackTemplate, body: str, values: Mapping[str, str], words: str
) -> tuple[str, ...] | None:
    """Fill in the parameters, the reply's words cut to what the body leaves; None if it leaves too little."""

    def parameters(room: int) -> tuple[str, ...]:
        filled_in = {**values, REPLY_TEXT: cut_at_word(words, room)}
        return tuple(clean(parameter.render(filled_in)) for parameter in fallback.parameters)

    def length(room: int) -> int:
        return characters(_filled(body, parameters(room)))

    room = characters(words)
    if length(room) > MAX_TEMPLATE:
        # The words may stand in several parameters, and each of these in several places: what is left is tried out.
        room = bisect_right(range(room), MAX_TEMPLATE, lo=_LEAST_OF_A_REPLY, key=length) - 1
        if room < _LEAST_OF_A_REPLY:
            return None
    found = parameters(room)
    return found if all(found) else None


def template_content(use: TemplateUse, context: ReplyContext) -> Content:
    """Return a template as it goes out, with the text that the customer reads."""
    filled = _filled(context.body(use.name, use.language), use.parameters)
    return Content(kind=MessageKind.TEMPLATE, text=filled, template=use)


def _filled(body: str, parameters: tuple[str, ...]) -> str:
    return _PLACE.sub(lambda place: parameters[int(place[1]) - 1], body)


def placeholder_values(contact: Contact, configuration: Configuration) -> dict[str, str]:
    """Return what the placeholders of messages and templates stand for."""
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
    elif (length := characters(_filled(body, parameters))) > MAX_TEMPLATE:
        text = f"the text has {length:,} characters with these; WhatsApp takes at most {MAX_TEMPLATE:,}"
        problems.append(("parameters", text))
    return tuple(problems)


def usable_templates(context: ReplyContext) -> list[dict[str, str]]:
    """List the templates that could be sent now, each with its name and language."""
    return [
        {"name": name, "language": context.spelling(name, language)}
        for name, template in sorted(context.configuration.templates.items())
        for language in sorted(template.languages)
        if not context.obstacles(name, language)
    ]
