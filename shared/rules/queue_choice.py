"""Route to queue: ordered rules that choose the queue of a conversation; the fallback queue takes the rest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from shared.configuration.workstreams import RouteRule, Workstream
from shared.rules.facts import FoldedFacts
from shared.rules.rulesets import CompiledRules, Look


@dataclass(frozen=True, slots=True)
class Choice:
    """The queue, and what the rules were asked."""

    queue: str
    look: Look[RouteRule]


class QueueChoice:
    """The route-to-queue rules of a workstream, compiled."""

    def __init__(self, workstream: Workstream) -> None:
        self._workstream = workstream.name
        self._fallback = workstream.route_to_queue.fallback
        self._rules = CompiledRules(None, workstream.route_to_queue.rules)

    def choose(self, facts: FoldedFacts, contact_id: str) -> Choice:
        """Return the queue of the first rule that matches, else the fallback queue.

        A rule that splits draws by a hash of the contact, so that deciding twice decides the same.
        """
        look = self._rules.look(facts)
        rule = look.hit
        if rule is None:
            return Choice(self._fallback, look)
        return Choice(rule.to or _draw(rule.split, f"{self._workstream}/{rule.name}/{contact_id}"), look)

    def fall_back(self, facts: FoldedFacts) -> Choice:
        """Return the fallback queue, without a look at the rules."""
        return Choice(self._fallback, Look(self._rules, facts, None))


def _draw(split: Mapping[str, int], key: str) -> str:
    """Return the queue on whose share of 100 percent the key falls."""
    point = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % sum(split.values())
    for queue, share in split.items():
        if point < share:
            return queue
        point -= share
    raise AssertionError("the point lies within the sum of the shares")
