"""Templates: alike in every language, and given the values that they take."""

from collections.abc import Iterator

from shared.configuration.checks.findings import Finding, Names, counted, defined
from shared.configuration.document import Configuration
from shared.configuration.placeholders import REPLY_TEXT, Placeholder
from shared.configuration.problems import Location
from shared.configuration.template_texts import HeaderKind
from shared.configuration.templates import Template, TemplateText
from shared.configuration.workstreams import FallbackTemplate, Workstream
from shared.vocabulary.invisible import shows_nothing
from shared.vocabulary.templates import places_in


def check_templates(configuration: Configuration) -> Iterator[Finding]:
    """Find templates that ask for other values in one language than in another.

    What the short form does not say, header and buttons, may be anything.
    """
    for name, template in configuration.templates.items():
        texts = template.languages
        counts = {language: template.parameter_count(language) for language in texts}
        shapes = {language: text.shape for language, text in texts.items() if text.long_form}
        for language, count in counts.items():
            first, expected = next(iter(counts.items()))
            if count != expected:
                yield (
                    ("templates", name, "languages", language),
                    f"{counted(count, 'parameter')}, but {expected} in {first}",
                )
        for language, shape in shapes.items():
            first, wanted = next(iter(shapes.items()))
            if shape != wanted:
                yield ("templates", name, "languages", language), f"{shape}, but {wanted} in {first}"


def templates_used(workstream: Workstream) -> Iterator[tuple[Location, str]]:
    """Yield the names of templates that a workstream uses, each with its place there."""
    for index, fallback in enumerate(workstream.replies.fallback_template):
        yield ("replies", "fallback_template", index, "name"), fallback.name
    if workstream.survey and workstream.survey.template:
        yield ("survey", "template"), workstream.survey.template


def check_template_uses(configuration: Configuration, workstream: Workstream, names: Names) -> Iterator[Finding]:
    """Find templates that are not there, have no text, or are given other values than they take."""
    place = ("workstreams", workstream.name)
    for at, name in templates_used(workstream):
        yield from defined(names, "templates", name, *place, *at)
        if name in configuration.templates and not configuration.templates[name].languages:
            yield (*place, *at), f"{name} has no languages"
    for index, used in enumerate(workstream.replies.fallback_template):
        for step, message in _without_default(used):
            yield (*place, "replies", "fallback_template", index, "parameters", step), message
        template = configuration.templates.get(used.name)
        if template and template.languages:
            for field, message in _misfits(used, template):
                yield (*place, "replies", "fallback_template", index, field), message


def _without_default(used: FallbackTemplate) -> Iterator[tuple[int, str]]:
    """Yield the parameters that would be empty for a file without words."""
    for step, parameter in enumerate(used.parameters):
        for part in parameter.parts:
            if isinstance(part, Placeholder) and part.name == REPLY_TEXT and shows_nothing(part.default):
                written = f"{{{REPLY_TEXT}{f':{part.limit}' if part.limit else ''}|…}}"
                yield step, f"{part} needs a default, for a file without words: {written}"


def _misfits(used: FallbackTemplate, template: Template) -> Iterator[tuple[str, str]]:
    """Yield the fields of a fallback template that do not fit the template, each with what is wrong."""
    expected = max(template.parameter_count(language) for language in template.languages)
    if len(used.parameters) != expected:
        yield "parameters", f"{counted(len(used.parameters), 'parameter')}, but {used.name} takes {expected}"
    text = next(iter(template.languages.values()))
    if not all(each.long_form for each in template.languages.values()):
        return
    if bool(used.header) != _takes_header(text):
        yield "header", f"{used.name} takes {'a' if _takes_header(text) else 'no'} value for its header"
    buttons = sum(button.takes_value for button in text.buttons)
    if len(used.buttons) != buttons:
        given = counted(len(used.buttons), "value")
        yield "buttons", f"{given}, but {used.name} has {counted(buttons, 'button')} that take one"


def _takes_header(text: TemplateText) -> bool:
    return isinstance(text.header, HeaderKind) or bool(text.header and places_in(text.header))
