"""The template that stands in for a reply while the window is closed: which one, its language, the words in it."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from shared.configuration import FallbackTemplate, preferred_languages
from shared.configuration.placeholders import REPLY_TEXT, TextTemplate
from shared.configuration.template_texts import MAX_TEMPLATE
from shared.configuration.workstreams import Workstream
from shared.replies.placeholder_values import placeholder_values
from shared.replies.reply_context import ReplyContext
from shared.replies.template_filling import clean, filled, header_of
from shared.replies.template_problems import value_problems
from shared.state.contact import Contact
from shared.state.outgoing import Outgoing
from shared.vocabulary.characters import characters, cut_at_word
from shared.vocabulary.message import ButtonValue, HeaderValue, PassedOver, TemplateUse
from shared.vocabulary.templates import Definition

_IN_ADDRESSES: Final = "".join(map(chr, range(0x21, 0x7F)))
_LEAST_OF_A_REPLY: Final = 20
"""Fewer characters of an agent's words would tell the customer nothing."""


@dataclass(frozen=True, slots=True)
class Fallback:
    """What can stand in for a reply: a template, if one is usable, and what was looked at before it."""

    template: TemplateUse | None = None
    passed_over: tuple[PassedOver, ...] = ()


NO_FALLBACK: Final = Fallback()


def fallback_for(reply: Outgoing, contact: Contact, workstream: Workstream, context: ReplyContext) -> Fallback:
    """Find the template that goes out in place of a reply: the first usable one, in the best language it is usable in.

    One that can't be sent, has a value that is empty, or leaves the reply's words too little room is passed over.
    """
    values = placeholder_values(contact, context.configuration) | {"agent.name": reply.author.name or ""}
    words = clean(reply.content.words)
    passed_over: list[PassedOver] = []
    for fallback, language in _candidates(contact, workstream, context):
        found = _use_of(fallback, language, values, words, context)
        if isinstance(found, TemplateUse):
            return Fallback(found, tuple(passed_over))
        passed_over.append(found)
    return Fallback(None, tuple(passed_over))


def _candidates(
    contact: Contact, workstream: Workstream, context: ReplyContext
) -> Iterator[tuple[FallbackTemplate, str]]:
    for fallback in workstream.replies.fallback_template:
        defined = context.configuration.templates[fallback.name].languages
        for language in preferred_languages(defined, contact.language, workstream):
            yield fallback, language


def _use_of(
    fallback: FallbackTemplate, language: str, values: Mapping[str, str], words: str, context: ReplyContext
) -> TemplateUse | PassedOver:
    """Return how a template goes out; or why it can't."""
    name, spelled = fallback.name, context.spelling(fallback.name, language)
    if obstacles := context.obstacles(name, language):
        return PassedOver(name=name, language=spelled, reason="; ".join(obstacles))
    parameters = _parameters_for(fallback, context.body(name, language), values, words)
    if parameters is None:
        return PassedOver(name=name, language=spelled, reason="leaves too little room for the reply's words")
    if empty := [f"{{{{{at}}}}}" for at, value in enumerate(parameters, start=1) if not value]:
        return PassedOver(name=name, language=spelled, reason=f"has no value for {', '.join(empty)}")
    around = {**values, REPLY_TEXT: words}
    use = TemplateUse(
        name=name,
        language=spelled,
        parameters=parameters,
        header=_header_for(fallback, around, context.definition(name, language)),
        buttons=tuple(_button_for(each, around) for each in fallback.buttons),
    )
    if problems := [f"{path} {problem}" for path, problem in value_problems(use, context)]:
        return PassedOver(name=name, language=spelled, reason="; ".join(problems))
    return use


def _header_for(
    fallback: FallbackTemplate, values: Mapping[str, str], definition: Definition | None
) -> HeaderValue | None:
    return header_of(clean(fallback.header.render(values)), definition) if fallback.header else None


def _button_for(text: TextTemplate, values: Mapping[str, str]) -> ButtonValue:
    """Return the end of an address, with what none can have percent-encoded."""
    return ButtonValue(url_suffix=quote(clean(text.render(values)), safe=_IN_ADDRESSES))


def _parameters_for(
    fallback: FallbackTemplate, body: str, values: Mapping[str, str], words: str
) -> tuple[str, ...] | None:
    """Fill in the parameters, the reply's words cut to what the body leaves; None if it leaves too little."""

    def parameters(room: int) -> tuple[str, ...]:
        filled_in = {**values, REPLY_TEXT: cut_at_word(words, room)}
        return tuple(clean(parameter.render(filled_in)) for parameter in fallback.parameters)

    def length(room: int) -> int:
        return characters(filled(body, parameters(room)))

    room = characters(words)
    if length(room) > MAX_TEMPLATE:
        # The words may stand in several parameters, and each of these in several places: what is left is tried out.
        room = bisect_right(range(room), MAX_TEMPLATE, lo=_LEAST_OF_A_REPLY, key=length) - 1
        if room < _LEAST_OF_A_REPLY:
            return None
    return parameters(room)
