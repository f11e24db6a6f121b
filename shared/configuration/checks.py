"""Checks between the parts of the file: names that refer to nothing, numbers that do not fit, policies that conflict.

They run on the sound part of the file. `damaged` are the places where the models already found a problem; a finding
that such a problem may have caused is left out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from shared.configuration.document import Configuration
from shared.configuration.lifecycle import InactivityAction
from shared.configuration.overflow import OverflowRule, Transfer
from shared.configuration.problems import Location, did_you_mean
from shared.configuration.reachability import unreachable_rules
from shared.configuration.workstreams import RouteRule, WhenWindowClosed, Workstream
from shared.configuration.yaml_tree import is_in
from shared.vocabulary.languages import whatsapp_spelling

type Finding = tuple[Location, str]
type Names = Mapping[str, Collection[str]]
"""The names defined in each section of the file, also those of entries that are damaged."""


def check(configuration: Configuration, tree: Mapping[str, Any], damaged: Collection[Location]) -> dict[Location, str]:
    """Return what is wrong between the parts of the file, by location. `tree` is the file as written."""
    names = {section: list(entries) for section, entries in tree.items() if isinstance(entries, Mapping)}
    workstreams = configuration.workstreams.values()
    findings = [
        *_channels(configuration, names),
        *_queues(configuration, names),
        *_templates(configuration),
        *(finding for workstream in workstreams for finding in _workstream(configuration, workstream, names)),
        *(finding for workstream in workstreams for finding in _window_policy(workstream, damaged)),
        *(finding for workstream in workstreams for finding in _template_uses(configuration, workstream)),
        *unreachable_rules(configuration, damaged),
    ]
    written = [(_as_written(tree, place), message) for place, message in findings]
    written += _written_twice(configuration, tree)
    return {place: message for place, message in written if not any(_touches(place, other) for other in damaged)}


def _as_written(tree: Any, place: Location) -> Location:
    """Return where something stands in the file, which may differ from the models.

    It may spell a language in another way, and have one thing where the models have a list of it.
    """
    steps: list[str | int] = []
    for step in place:
        if isinstance(tree, Mapping) and isinstance(step, int):
            continue
        if isinstance(tree, Mapping) and step not in tree:
            step = next((key for key in tree if whatsapp_spelling(str(key)) == step), step)
        steps.append(step)
        tree = tree[step] if is_in(tree, step) else None
    return tuple(steps)


def _written_twice(configuration: Configuration, tree: Mapping[str, Any]) -> Iterator[Finding]:
    """Find the languages that stand in a table or a list twice. Of a table the models see only the last one."""
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


def _touches(one: Location, other: Location) -> bool:
    return all(a == b for a, b in zip(one, other, strict=False))


def _defined(names: Names, section: str, name: str | None, *place: str | int) -> Iterator[Finding]:
    known = names.get(section, ())
    if name is not None and name not in known:
        yield place, f"{name} is not defined under {section}{did_you_mean(name, known)}"


def _channels(configuration: Configuration, names: Names) -> Iterator[Finding]:
    first_with: dict[str, str] = {}
    for name, channel in configuration.channels.items():
        yield from _defined(names, "workstreams", channel.workstream, "channels", name, "workstream")
        first = first_with.setdefault(channel.id, name)
        if first != name:
            yield ("channels", name, "id"), f"the id of channel {first}; each channel has its own"


def _queues(configuration: Configuration, names: Names) -> Iterator[Finding]:
    for name, queue in configuration.queues.items():
        yield from _defined(names, "hours", queue.hours, "queues", name, "hours")
        yield from _overflow(queue.overflow, (name,), configuration, names, ("queues", name, "overflow"))


def _overflow(
    rules: Sequence[OverflowRule], queues: Sequence[str], configuration: Configuration, names: Names, place: Location
) -> Iterator[Finding]:
    """Find what is wrong with the overflow of queues."""
    for index, rule in enumerate(rules):
        if rule.when.always_holds:
            yield (*place, index, "when"), "expected a condition, such as {length: 100}"
        if isinstance(rule.do, Transfer):
            target = rule.do.transfer
            at = (*place, index, "do", "transfer")
            yield from _defined(names, "queues", target, *at)
            for queue in sorted(_transfer_targets(configuration, target).intersection(queues)):
                yield at, f"a loop: {target} transfers back to {queue}"


def _transfer_targets(configuration: Configuration, queue: str) -> set[str]:
    """Return the queue and all to which its overflow can lead."""
    reached: set[str] = set()
    ahead = [queue]
    while ahead:
        name = ahead.pop()
        if name in reached or name not in configuration.queues:
            continue
        reached.add(name)
        actions = [rule.do for rule in configuration.queues[name].overflow]
        ahead += [action.transfer for action in actions if isinstance(action, Transfer)]
    return reached


def _templates(configuration: Configuration) -> Iterator[Finding]:
    for name, template in configuration.templates.items():
        counts = {language: template.parameter_count(language) for language in template.languages}
        for language, count in counts.items():
            first, expected = next(iter(counts.items()))
            if count != expected:
                yield ("templates", name, "languages", language), f"{_parameters(count)}, but {expected} in {first}"


def _workstream(configuration: Configuration, workstream: Workstream, names: Names) -> Iterator[Finding]:
    place = ("workstreams", workstream.name)
    yield from _routes(configuration, workstream, names)
    for at, language in _languages_used(workstream):
        if workstream.languages and language not in workstream.languages:
            known = did_you_mean(language, workstream.languages)
            yield (*place, *at), f"{language} is not one of the workstream's languages{known}"
    for at, template in _templates_used(workstream):
        yield from _defined(names, "templates", template, *place, *at)
    for index, rule in enumerate(workstream.inactivity):
        if (rule.message is not None) != (rule.do is InactivityAction.SEND):
            yield (*place, "inactivity", index), "expected a message with do: send, and only with it"


def _window_policy(workstream: Workstream, damaged: Collection[Location]) -> Iterator[Finding]:
    """Find a policy that can't be followed. A template that is there but damaged is a problem of its own only."""
    place = ("workstreams", workstream.name, "replies")
    replies = workstream.replies
    policy = replies.when_window_closed
    if policy is WhenWindowClosed.HOLD and not replies.hold.enabled:
        yield (*place, "hold", "enabled"), "false, but replies are to be held while the window is closed"
    missing = policy is WhenWindowClosed.TEMPLATE and not replies.fallback_template
    if missing and not any(_touches(other, (*place, "fallback_template")) for other in damaged):
        yield (*place, "when_window_closed"), "template, but there is no fallback_template"


def _routes(configuration: Configuration, workstream: Workstream, names: Names) -> Iterator[Finding]:
    place = ("workstreams", workstream.name, "route_to_queue")
    route = workstream.route_to_queue
    yield from _defined(names, "queues", route.fallback, *place, "fallback")
    for index, rule in enumerate(route.rules):
        at = (*place, "rules", index)
        yield from _route_rule(rule, names, at)
        yield from _overflow(rule.overflow, rule.queues, configuration, names, (*at, "overflow"))
        alone = rule.name and sum(other.name == rule.name for other in route.rules) == 1
        if rule.overflow and not alone:
            yield (*at, "overflow"), "expected a name beside it that no other rule has"


def _route_rule(rule: RouteRule, names: Names, place: Location) -> Iterator[Finding]:
    if (rule.to is None) == (not rule.split):
        yield place, "expected either to: <queue> or split: {<queue>: <percent>, …}"
    yield from _defined(names, "queues", rule.to, *place, "to")
    for queue in rule.split:
        yield from _defined(names, "queues", queue, *place, "split", queue)
    total = sum(rule.split.values())
    if rule.split and total != 100:
        yield (*place, "split"), f"the percentages sum to {total}, not to 100"


def _languages_used(workstream: Workstream) -> Iterator[tuple[Location, str]]:
    for index, ruleset in enumerate(workstream.classification):
        for number, rule in enumerate(ruleset.rules):
            if rule.language:
                yield ("classification", index, "rules", number, "language"), rule.language
    for place, languages in _texts(workstream):
        yield from (((*place, language), language) for language in languages)


def _texts(workstream: Workstream) -> Iterator[tuple[Location, Iterable[str]]]:
    """Return the texts of a workstream, each with its languages."""
    for trigger, messages in workstream.automated_messages.items():
        yield ("automated_messages", trigger.value), messages
    for index, rule in enumerate(workstream.inactivity):
        yield ("inactivity", index, "message"), rule.message or ()
    yield ("opt_out", "confirm"), workstream.opt_out.confirm or ()


def _templates_used(workstream: Workstream) -> Iterator[tuple[Location, str]]:
    for index, fallback in enumerate(workstream.replies.fallback_template):
        yield ("replies", "fallback_template", index, "name"), fallback.name
    if workstream.survey and workstream.survey.template:
        yield ("survey", "template"), workstream.survey.template


def _template_uses(configuration: Configuration, workstream: Workstream) -> Iterator[Finding]:
    place = ("workstreams", workstream.name)
    for at, name in _templates_used(workstream):
        if name in configuration.templates and not configuration.templates[name].languages:
            yield (*place, *at), f"{name} has no languages"
    for index, used in enumerate(workstream.replies.fallback_template):
        template = configuration.templates.get(used.name)
        if template and template.languages:
            expected = max(template.parameter_count(language) for language in template.languages)
            if len(used.parameters) != expected:
                message = f"{_parameters(len(used.parameters))}, but {used.name} takes {expected}"
                yield (*place, "replies", "fallback_template", index, "parameters"), message


def _parameters(count: int) -> str:
    return "1 parameter" if count == 1 else f"{count} parameters"
