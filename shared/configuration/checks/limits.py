"""How much the rules may give a conversation, and how short a span of time may be."""

from collections.abc import Iterator
from datetime import timedelta

from shared.configuration.checks.findings import Finding
from shared.configuration.durations import in_file
from shared.configuration.workstreams import Workstream
from shared.vocabulary.limits import MOST_BYTES_OF_VARIABLES, MOST_SKILLS, MOST_VARIABLES, bytes_of

_SHORTEST_SILENCE = timedelta(minutes=1)
_SHORTEST_OFFER = timedelta(seconds=10)
_SHORTEST = timedelta(seconds=1)
"""With `short_durations`."""


def check_limits(workstream: Workstream) -> Iterator[Finding]:
    """Find rules that together could give a conversation more than it may have: one rule of each ruleset matches."""
    place = ("workstreams", workstream.name, "classification")
    rulesets = [ruleset.rules for ruleset in workstream.classification]
    variables = sum(max((len(rule.set) for rule in rules), default=0) for rules in rulesets)
    if min(variables, len({name for rules in rulesets for rule in rules for name in rule.set})) > MOST_VARIABLES:
        yield place, f"could set {variables} variables; a conversation has at most {MOST_VARIABLES}"
    size = sum(max((bytes_of(rule.set) for rule in rules), default=0) for rules in rulesets)
    if size > MOST_BYTES_OF_VARIABLES:
        yield place, f"could set variables of {size:,} bytes; a conversation has at most {MOST_BYTES_OF_VARIABLES:,}"
    skills = sum(max((len(rule.skills) for rule in rules), default=0) for rules in rulesets)
    if min(skills, len({skill.name for rules in rulesets for rule in rules for skill in rule.skills})) > MOST_SKILLS:
        yield place, f"could ask for {skills} skills; a conversation has at most {MOST_SKILLS}"


def check_durations(workstream: Workstream, *, short_durations: bool) -> Iterator[Finding]:
    """Find spans that are too short to act on. `short_durations` is for trying out: a second is enough then."""
    place = ("workstreams", workstream.name)
    silence, offer = (_SHORTEST, _SHORTEST) if short_durations else (_SHORTEST_SILENCE, _SHORTEST_OFFER)
    for index, rule in enumerate(workstream.inactivity):
        if rule.after < silence:
            yield (*place, "inactivity", index, "after"), f"expected {in_file(silence)} or more"
    if workstream.distribution.offer_timeout < offer:
        yield (*place, "distribution", "offer_timeout"), f"expected {in_file(offer)} or more"
