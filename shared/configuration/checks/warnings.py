"""What is not wrong, but probably not what the team wants. A warning refuses nothing."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from shared.configuration.checks.channels import numbers_at_both
from shared.configuration.checks.findings import Finding
from shared.configuration.checks.templates import templates_used
from shared.configuration.conditions import Condition
from shared.configuration.document import Configuration
from shared.configuration.lifecycle import InactivityAction
from shared.configuration.overflow import OverflowAction, OverflowRule
from shared.configuration.problems import Location
from shared.configuration.reached_queues import queues_of
from shared.configuration.templates import Template
from shared.configuration.workstreams import Accept, ClassificationRule, RouteRule, Workstream
from shared.vocabulary.languages import base_language
from shared.vocabulary.words import Trigger

_WINDOW = timedelta(hours=24)
_PASSED_BY_THE_UNKNOWN = ("not_equals", "not_in", "not_contains")
_OFFER_KEYS = ("offer_timeout", "max_declines", "missed_offer_presence")


def find_warnings(configuration: Configuration) -> Iterator[Finding]:
    """Find what is worth a warning."""
    yield from numbers_at_both(configuration)
    yield from _silent_closes_of_queues(configuration)
    for workstream in configuration.workstreams.values():
        place = ("workstreams", workstream.name)
        for at, message in _in_workstream(configuration, workstream):
            yield (*place, *at), message


def _in_workstream(configuration: Configuration, workstream: Workstream) -> Iterator[Finding]:
    distribution = workstream.distribution
    if distribution.accept is Accept.AUTO:
        for key in _OFFER_KEYS:
            if key in distribution.model_fields_set:
                yield ("distribution", key), "acts with accept: manual only"
    yield from _rules_by_phone(workstream)
    for index, rule in enumerate(workstream.route_to_queue.rules):
        at = ("route_to_queue", "rules", index, "overflow")
        yield from _silent_closes(rule.overflow, [workstream], at)
    for index, silence in enumerate(workstream.inactivity):
        if silence.do is InactivityAction.SEND and silence.after >= _WINDOW:
            yield (
                ("inactivity", index, "after"),
                "nothing is sent: 24h after the customer's message the window is closed",
            )
    yield from _missing_languages(configuration, workstream)
    survey = workstream.survey
    template = configuration.templates.get(survey.template or "") if survey else None
    if template:
        yield from _without_buttons(template)
    if not workstream.opt_out.keywords:
        yield ("opt_out",), "there are no keywords: customers can't opt out by a word"


def _silent_closes_of_queues(configuration: Configuration) -> Iterator[Finding]:
    for name, queue in configuration.queues.items():
        reached_by = [each for each in configuration.workstreams.values() if name in queues_of(each, configuration)]
        yield from _silent_closes(queue.overflow, reached_by, ("queues", name, "overflow"))


def _silent_closes(
    rules: Sequence[OverflowRule], workstreams: Sequence[Workstream], place: Location
) -> Iterator[Finding]:
    silent = [each.name for each in workstreams if Trigger.OVERFLOW_CLOSED not in each.automated_messages]
    for index, rule in enumerate(rules):
        if rule.do is OverflowAction.CLOSE and silent:
            says_nothing = f"the customer is told nothing: {', '.join(silent)} has no text for overflow_closed"
            yield (*place, index, "do"), says_nothing


def _missing_languages(configuration: Configuration, workstream: Workstream) -> Iterator[Finding]:
    for at, name in templates_used(workstream):
        template = configuration.templates.get(name)
        if template is None or not template.languages:
            continue
        bases = {base_language(language) for language in template.languages}
        missing = [language for language in workstream.languages if base_language(language) not in bases]
        if missing:
            yield at, f"{name} has no text in {', '.join(missing)}"


def _without_buttons(template: Template) -> Iterator[Finding]:
    without = [language for language, text in template.languages.items() if not text.quick_replies]
    if without:
        where = "" if len(without) == len(template.languages) else f" in {', '.join(without)}"
        message = f"{template.name} has no quick_reply buttons{where}: customers have to type their answer"
        yield ("survey", "template"), message


def _rules_by_phone(workstream: Workstream) -> Iterator[Finding]:
    """Find rules of which a contact without a phone number, known by a BSUID only, matches none."""
    rulesets: list[tuple[Location, Sequence[ClassificationRule | RouteRule]]] = [
        (("classification", index, "rules"), ruleset.rules) for index, ruleset in enumerate(workstream.classification)
    ]
    rulesets.append((("route_to_queue", "rules"), workstream.route_to_queue.rules))
    for place, rules in rulesets:
        if rules and all(_needs_phone(rule.when) for rule in rules):
            yield place, "every rule asks for the phone number: who has none matches nothing; add a rule for the rest"


def _needs_phone(condition: Condition) -> bool:
    """Tell whether a condition can't hold for a contact whose phone number is not known."""
    asked = condition.contact_phone.operators if condition.contact_phone else {}
    return (
        any(
            name not in _PASSED_BY_THE_UNKNOWN and (name, operand) != ("exists", False)
            for name, operand in asked.items()
        )
        or any(_needs_phone(part) for part in condition.all or ())
        or (condition.any is not None and all(_needs_phone(part) for part in condition.any))
    )
