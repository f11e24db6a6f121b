"""The way of a conversation: by rules to queues, and on by their overflow."""

from collections.abc import Iterator, Sequence

from shared.configuration.checks.findings import Finding, Names, defined
from shared.configuration.document import Configuration
from shared.configuration.overflow import OverflowAction, OverflowRule, Transfer
from shared.configuration.problems import Location
from shared.configuration.reached_queues import transfer_targets
from shared.configuration.workstreams import RouteRule, Workstream

MAX_SPLIT = 5
"""Queues among which a rule may draw."""


def check_queues(configuration: Configuration, names: Names) -> Iterator[Finding]:
    """Find queues without their hours, and what is wrong with their overflow."""
    for name, queue in configuration.queues.items():
        yield from defined(names, "hours", queue.hours, "queues", name, "hours")
        yield from _overflow(queue.overflow, (name,), configuration, names, ("queues", name, "overflow"))


def check_routes(configuration: Configuration, workstream: Workstream, names: Names) -> Iterator[Finding]:
    """Find what is wrong with the rules that choose a queue."""
    place = ("workstreams", workstream.name, "route_to_queue")
    route = workstream.route_to_queue
    yield from defined(names, "queues", route.fallback, *place, "fallback")
    for index, rule in enumerate(route.rules):
        at = (*place, "rules", index)
        yield from _targets(rule, names, at)
        yield from _overflow(rule.overflow, rule.queues, configuration, names, (*at, "overflow"))
        alone = rule.name and sum(other.name == rule.name for other in route.rules) == 1
        if rule.overflow and not alone:
            yield (*at, "overflow"), "expected a name beside it that no other rule has"


def _targets(rule: RouteRule, names: Names, place: Location) -> Iterator[Finding]:
    if (rule.to is None) == (not rule.split):
        yield place, "expected either to: <queue> or split: {<queue>: <percent>, …}"
    yield from defined(names, "queues", rule.to, *place, "to")
    for queue in rule.split:
        yield from defined(names, "queues", queue, *place, "split", queue)
    if len(rule.split) > MAX_SPLIT:
        yield (*place, "split"), f"expected at most {MAX_SPLIT} queues, not {len(rule.split)}"
    total = sum(rule.split.values())
    if rule.split and total != 100:
        yield (*place, "split"), f"the percentages sum to {total}, not to 100"


def _overflow(
    rules: Sequence[OverflowRule], queues: Sequence[str], configuration: Configuration, names: Names, place: Location
) -> Iterator[Finding]:
    """Find what is wrong with the overflow of queues."""
    for index, rule in enumerate(rules):
        when, at = rule.when, (*place, index)
        if when.always_holds:
            yield (*at, "when"), "expected a condition, such as {length: 100}"
        if when.waiting is not None and when.length is not None:
            yield (*at, "when"), "length is looked at on entry, waiting later: write one rule for each"
        if rule.do is OverflowAction.KEEP and not when.always_holds and not when.out_of_hours:
            yield (*at, "do"), "keep goes with out_of_hours: true only; expected close or {transfer: <queue>}"
        if isinstance(rule.do, Transfer):
            yield from _transfer(rule.do.transfer, queues, configuration, names, (*at, "do", "transfer"))


def _transfer(
    target: str, queues: Sequence[str], configuration: Configuration, names: Names, place: Location
) -> Iterator[Finding]:
    yield from defined(names, "queues", target, *place)
    for queue in sorted(transfer_targets(configuration, target).intersection(queues)):
        yield place, f"a loop: {target} transfers back to {queue}"
