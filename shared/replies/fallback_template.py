"""The template that stands in for a reply while the window is closed: its language, and the words in its parameters."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

from shared.configuration import FallbackTemplate, preferred_languages
from shared.configuration.placeholders import REPLY_TEXT
from shared.configuration.template_texts import MAX_TEMPLATE
from shared.configuration.workstreams import Workstream
from shared.replies.placeholder_values import placeholder_values
from shared.replies.reply_context import ReplyContext
from shared.replies.template_filling import clean, filled
from shared.state.contact import Contact
from shared.state.outgoing import Outgoing
from shared.vocabulary.characters import characters, cut_at_word
from shared.vocabulary.message import TemplateUse

_LEAST_OF_A_REPLY: Final = 20
"""Fewer characters of an agent's words would tell the customer nothing."""


def fallback_for(
    reply: Outgoing, contact: Contact, workstream: Workstream, context: ReplyContext
) -> TemplateUse | None:
    """Return the template that goes out in place of a reply; None when none is usable.

    A language in which it can't be sent, or leaves the reply's words too little room, is passed over.
    """
    fallback = next(iter(workstream.replies.fallback_template), None)
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
        return characters(filled(body, parameters(room)))

    room = characters(words)
    if length(room) > MAX_TEMPLATE:
        # The words may stand in several parameters, and each of these in several places: what is left is tried out.
        room = bisect_right(range(room), MAX_TEMPLATE, lo=_LEAST_OF_A_REPLY, key=length) - 1
        if room < _LEAST_OF_A_REPLY:
            return None
    found = parameters(room)
    return found if all(found) else None
