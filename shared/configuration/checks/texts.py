"""The languages of texts: each is one of the workstream's, and stands in a table once."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.configuration.checks.findings import Finding
from shared.configuration.document import Configuration
from shared.configuration.problems import Location, did_you_mean
from shared.configuration.workstreams import Workstream
from shared.configuration.yaml_tree import is_in
from shared.vocabulary.languages import whatsapp_spelling


def check_languages(workstream: Workstream) -> Iterator[Finding]:
    """Find the languages that are none of the workstream's."""
    for place, language in _languages_used(workstream):
        if workstream.languages and language not in workstream.languages:
            known = did_you_mean(language, workstream.languages)
            at = ("workstreams", workstream.name, *place)
            yield at, f"{language} is not one of the workstream's languages{known}"


def check_written_twice(configuration: Configuration, tree: Mapping[str, Any]) -> Iterator[Finding]:
    """Find the languages that stand in a table or a list twice. Of a table the models see only the last one.

    The places are those of the file as it is written, which is `tree`.
    """
    places: list[Location] = [("templates", name, "languages") for name in configuration.templates]
    for name, workstream in configuration.workstreams.items():
        places.append(("workstreams", name, "languages"))
        places += [("workstreams", name, *place) for place, _ in _texts(workstream)]
    for place in places:
        first: dict[str, str] = {}
        for step, language in _languages_at(tree, place):
            spelling = whatsapp_spelling(language)
            if other := first.get(spelling):
                again = "stands here twice" if other == language else f"and {language} are one language"
                yield (*place, step), f"{other} {again}"
            first.setdefault(spelling, language)


def _languages_at(tree: Any, place: Location) -> list[tuple[str | int, str]]:
    """Return the languages of a table or a list as they are written, each with its step."""
    for step in place:
        tree = tree[step] if is_in(tree, step) else None
    if isinstance(tree, list):
        return [(index, str(language)) for index, language in enumerate(tree)]
    return [(language, str(language)) for language in tree] if isinstance(tree, Mapping) else []


def _languages_used(workstream: Workstream) -> Iterator[tuple[Location, str]]:
    for index, ruleset in enumerate(workstream.classification):
        for number, rule in enumerate(ruleset.rules):
            if rule.language:
                yield ("classification", index, "rules", number, "language"), rule.language
    for place, languages in _texts(workstream):
        yield from (((*place, language), language) for language in languages)


def _texts(workstream: Workstream) -> Iterator[tuple[Location, Iterable[str]]]:
    """Return the texts of a workstream, each with its languages."""
    for code, names in workstream.wrap_up.codes.items():
        yield ("wrap_up", "codes", code), names
    for trigger, messages in workstream.automated_messages.items():
        yield ("automated_messages", trigger.value), messages
    for index, rule in enumerate(workstream.inactivity):
        yield ("inactivity", index, "message"), rule.message or ()
    for index, reply in enumerate(workstream.quick_replies):
        yield ("quick_replies", index, "text"), reply.text
    if survey := workstream.survey:
        yield ("survey", "question"), survey.question or ()
        yield ("survey", "answers"), survey.answers
        yield ("survey", "thanks"), survey.thanks or ()
    yield ("opt_out", "confirm"), workstream.opt_out.confirm or ()
    yield ("opt_out", "resumed"), workstream.opt_out.resumed or ()
