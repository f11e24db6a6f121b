"""Rules that can never be reached, because a rule before them takes everything that they could match."""

from collections.abc import Collection, Iterator, Sequence

from shared.configuration.document import Configuration
from shared.configuration.problems import Location
from shared.configuration.workstreams import ClassificationRule, RouteRule


def unreachable_rules(configuration: Configuration, damaged: Collection[Location]) -> Iterator[tuple[Location, str]]:
    """Yield the rules that no conversation can reach. A rule with a problem of its own shadows no other."""
    for name, workstream in configuration.workstreams.items():
        place: Location = ("workstreams", name)
        for index, ruleset in enumerate(workstream.classification):
            at = (*place, "classification", index, "rules")
            yield from _unreachable(ruleset.rules, _sound(at, range(len(ruleset.rules)), damaged), at)
        rules = workstream.route_to_queue.rules
        at = (*place, "route_to_queue", "rules")
        final = [index for index, rule in enumerate(rules) if not _may_be_passed_over(rule, configuration)]
        yield from _unreachable(rules, _sound(at, final, damaged), at)


def _sound(place: Location, indexes: Collection[int], damaged: Collection[Location]) -> list[int]:
    hurt = {location[: len(place) + 1] for location in damaged}
    return [index for index in indexes if (*place, index) not in hurt]


def _may_be_passed_over(rule: RouteRule, configuration: Configuration) -> bool:
    """Tell whether routing goes on behind a rule that matches: its queue can be closed or full then."""
    queues = [configuration.queues[name] for name in rule.queues if name in configuration.queues]
    overflow = rule.overflow or [each for queue in queues for each in queue.overflow]
    return any(queue.hours for queue in queues) or any(each.when.waiting is None for each in overflow)


def _unreachable(
    rules: Sequence[ClassificationRule | RouteRule], final: Collection[int], place: Location
) -> Iterator[tuple[Location, str]]:
    """Yield each rule behind one of the `final` rules that always holds, or has the same condition."""
    for index, rule in enumerate(rules):
        for earlier in (number for number in final if number < index):
            before = rules[earlier]
            label = before.name or f"rules[{earlier}]"
            if before.when.always_holds:
                yield (*place, index), f"never reached: {label} before it matches everything"
                break
            if before.when == rule.when:
                yield (*place, index), f"never reached: {label} before it has the same condition"
                break
