"""What keeps a template that was chosen from going out: each problem with its place in the request."""

from collections.abc import Iterator
from typing import Final

from shared.configuration.template_texts import MAX_HEADER, MAX_TEMPLATE
from shared.replies.reply_context import ReplyContext
from shared.replies.template_filling import FILE_HEADERS, filled, in_place
from shared.vocabulary.characters import characters
from shared.vocabulary.codes import Code
from shared.vocabulary.languages import whatsapp_spelling
from shared.vocabulary.message import ButtonValue, HeaderValue, TemplateUse
from shared.vocabulary.templates import Definition, Header, places_in

type Problem = tuple[str, str]
"""The path and what is wrong there."""
_ASKED: Final = {
    "TEXT": "a text, for its {{1}}",
    "IMAGE": "an image, by mediaUri or mediaId",
    "VIDEO": "a video, by mediaUri or mediaId",
    "DOCUMENT": "a document, by mediaUri or mediaId",
    "LOCATION": "a location",
}


def problems_of(use: TemplateUse, context: ReplyContext) -> tuple[Code, tuple[Problem, ...]] | None:
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
    problems = tuple(value_problems(use, context))
    return (Code.TEMPLATE_PARAMETERS, problems) if problems else None


def value_problems(use: TemplateUse, context: ReplyContext) -> Iterator[Problem]:
    """Name the values of a template, cleaned, that are missing, superfluous, empty, of the wrong kind or too long.

    Where nobody says what header and buttons ask for, their values are taken as they are.
    """
    yield from _in_parameters(use.parameters, context.body(use.name, use.language))
    definition = context.definition(use.name, use.language)
    if definition:
        yield from _in_header(use.header, definition.header)
        yield from _in_buttons(use.buttons, definition)


def _in_parameters(parameters: tuple[str, ...], body: str) -> Iterator[Problem]:
    for at, value in enumerate(parameters):
        if not value:
            yield f"parameters[{at}]", "is empty"
    expected, given = len(places_in(body)), len(parameters)
    if expected != given:
        yield "parameters", f"the template takes {expected}, not {given}"
    elif (length := characters(filled(body, parameters))) > MAX_TEMPLATE:
        yield (
            "parameters",
            f"the text has {length:,} characters with these; WhatsApp takes at most {MAX_TEMPLATE:,}",
        )


def _in_header(given: HeaderValue | None, header: Header | None) -> Iterator[Problem]:
    if header is None or not header.takes_value:
        if given:
            yield "header", "the template has no header that takes a value"
        return
    asked = _ASKED.get(header.format, "a value that can't be given")
    if given is None:
        yield "header", f"is missing: the template takes {asked}"
    elif not _fits(given, header):
        yield "header", f"expected {asked}"
    elif given.text is not None:
        yield from _in_text_of_header(given.text, header)


def _fits(given: HeaderValue, header: Header) -> bool:
    match header.format:
        case "TEXT":
            return given.text is not None
        case "LOCATION":
            return given.location is not None
        case _:
            return given.media is not None and header.format in FILE_HEADERS


def _in_text_of_header(text: str, header: Header) -> Iterator[Problem]:
    if not text:
        yield "header.text", "is empty"
    elif (length := characters(filled(header.text, (text,)))) > MAX_HEADER:
        yield "header.text", f"the header has {length} characters with it; WhatsApp takes at most {MAX_HEADER}"


def _in_buttons(given: tuple[ButtonValue, ...], definition: Definition) -> Iterator[Problem]:
    """Name each button by its place among those that take a value, and a value that is too much by its own."""
    placed, rest = in_place(given, definition)
    missing = {
        at: f"expected the urlSuffix of {button.url}"
        for at, (button, value) in enumerate(placed)
        if button.needs_value and value is None
    }
    for at, problem in missing.items():
        yield f"buttons[{at}]", problem
    for at, value in enumerate(given):
        if not (value.payload or value.url_suffix):
            yield f"buttons[{at}]", "is empty"
    for at in range(len(given) - len(rest), len(given)):
        if at not in missing:
            yield f"buttons[{at}]", "the template has no button that takes it"
