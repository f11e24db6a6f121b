"""How much the rules may give a conversation, and how short a span of time may be."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta

from shared.configuration.checks.findings import Finding
from shared.configuration.durations import in_file
from shared.configuration.scalars import Value
from shared.configuration.workstreams import Workstream

MAX_VARIABLES = 100
MAX_VARIABLES_SIZE = 16 * 1024
"""Bytes of all variables of a conversation, as JSON."""
MAX_SKILLS = 20

_SHORTEST_SILENCE = timedelta(minutes=1)
_SHORTEST_OFFER = timedelta(seconds=10)
_SHORTEST = timedelta(seconds=1)
"""With `short_durations`."""


def size_of(variables: Mapping[str, Value]) -> int:
    """Return the bytes that variables take."""
    return len(json.dumps(dict(variables), ensure_ascii=False).encode())


def check_limits(workstream: Workstream) -> Iterator[Finding]:
    """Find rules that together could give a conversation more than it may have: one rule of each ruleset matches."""
    place = ("workstreams", workstream.name, "classification")
    rulesets = [ruleset.rules for ruleset in workstream.classification]
    variables = sum(max((len(rule.set) for rule in rules), default=0) for rules in rulesets)
    if min(variables, len({name for rules in rulesets for rule in rules for name in rule.set})) > MAX_VARIABLES:
        yield place, f"could set {variables} variables; a conversation has at most {MAX_VARIABLES}"
    size = sum(max((size_of(rule.set) for rule in rules), default=0) for rules in rulesets)
    if size > MAX_VARIABLES_SIZE:
        yield place, f"could set variables of {size:,} bytes; a conversation has at most {MAX_VARIABLES_SIZE:,}"
    skills = sum(max((len(rule.skills) for rule in rules), default=0) for rules in rulesets)
    if min(skills, len({skill.name for rules in rulesets for rule in rules for skill in rule.skills})) > MAX_SKILLS:
        yield place, f"could ask for {skills} skills; a conversation has at most {MAX_SKILLS}"


def check_durations(workstream: Workstream, *, short_durations: bool) -> Iterator[Finding]:
    """Find spans that are too short to act on. `short_durations` is for trying out: a second is enough then."""
    place = ("workstreams", workstream.name)
    silence, offer = (_SHORTEST, _SHORTEST) if short_durations else (_SHORTEST_SILENCE, _SHORTEST_OFFER)
    for index, rule in enumerate(workstream.inactivity):
        if rule.after < silence:
            yield (*place, "inactivity", index, "after"), f"expected {in_file(silence)} or more"
    if workstream.distribution.offer_timeout < offer:
        yield (*place, "distribution", "offer_timeout"), f"expected {in_file(offer)} or more"
