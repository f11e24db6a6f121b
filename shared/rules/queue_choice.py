"""Route to queue: ordered rules that choose the queue of a conversation; the fallback queue takes the rest.

A rule whose queue overflows is passed over, if another one matches whose queue does not. Pure.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.configuration.document import Queue
from shared.configuration.overflow import OverflowAction
from shared.configuration.workstreams import RouteRule, Workstream
from shared.rules.facts import FoldedFacts
from shared.rules.overflow import NO_OVERFLOW, Action, Asked, EntryOverflow, QueuesNow
from shared.rules.rulesets import CompiledRules, Look


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matched, the queue that it sends to, and what that queue's overflow said."""

    rule: RouteRule
    asked: Asked


@dataclass(frozen=True, slots=True)
class Choice:
    """The queue, and how it came to that.

    Attributes:
        queue: Where the conversation goes, before its overflow.
        rule: The rule that chose; None where the fallback queue takes it.
        action: What the overflow of the queue does; None where it does not overflow.
        look: What the rules were asked.
        matches: Those that matched, up to the one that chose.
        overflow_again_at: When to look again at an overflow that keeps it only since another queue is closed.
    """

    queue: str
    rule: RouteRule | None
    action: Action | None
    look: Look[RouteRule]
    matches: tuple[Match, ...] = ()
    overflow_again_at: datetime | None = None


class QueueChoice:
    """The route-to-queue rules of a workstream, compiled with the overflow of their queues."""

    def __init__(self, workstream: Workstream, queues: Mapping[str, Queue]) -> None:
        self._workstream = workstream.name
        self._fallback = workstream.route_to_queue.fallback
        self._rules = CompiledRules(None, workstream.route_to_queue.rules)
        of_queues = {name: EntryOverflow(queue.overflow) for name, queue in queues.items()}
        self._overflow = [
            {
                name: EntryOverflow(rule.overflow) if rule.overflow else of_queues.get(name, NO_OVERFLOW)
                for name in rule.queues
            }
            for rule in self._rules.rules
        ]
        self.counts = any(each.counted for overflow in self._overflow for each in overflow.values())

    def lengths_wanted(self, facts: FoldedFacts, conversation_id: str) -> Mapping[str, int]:
        """Return the queues that a choice may have to know the length of, each with the most that it has to know."""
        wanted: dict[str, int] = {}
        for place in self._rules.matches(facts) if self.counts else ():
            queue = self._queue(place, conversation_id)
            if counted := self._overflow[place][queue].counted:
                wanted[queue] = max(counted, wanted.get(queue, 0))
        return wanted

    def choose(self, facts: FoldedFacts, conversation_id: str, queues: QueuesNow) -> Choice:
        """Choose the first rule that matches and whose queue does not overflow.

        Where all overflow: the first whose queue is in its hours, else the one whose queue opens first. Where none
        matches: the fallback queue, which never overflows on entry.
        """
        matches: list[Match] = []
        places: list[int] = []
        for place in self._rules.matches(facts):
            queue = self._queue(place, conversation_id)
            asked = self._overflow[place][queue].ask(queue, facts, queues)
            matches.append(Match(self._rules.rules[place], asked))
            places.append(place)
            if not asked.overflowing:
                look = Look(self._rules, facts, tuple(places), place + 1)
                return Choice(queue, matches[-1].rule, None, look, tuple(matches))
        if not matches:
            return self.fall_back(facts)
        chosen = _least_evil(matches, queues)
        look = Look(self._rules, facts, tuple(places), len(self._rules.rules))
        action = chosen.asked.action(queues)
        again_at = chosen.asked.again_at(queues) if action is OverflowAction.KEEP else None
        return Choice(chosen.asked.queue, chosen.rule, action, look, tuple(matches), again_at)

    def fall_back(self, facts: FoldedFacts) -> Choice:
        """Return the fallback queue: no rule has matched."""
        return Choice(self._fallback, None, None, Look(self._rules, facts, (), len(self._rules.rules)))

    def _queue(self, place: int, conversation_id: str) -> str:
        """Return the queue of a rule; one that splits draws by the conversation, so that it draws the same again."""
        rule = self._rules.rules[place]
        return rule.to or _draw(rule.split, f"{self._workstream}/{rule.name}/{conversation_id}")


def _least_evil(matches: list[Match], queues: QueuesNow) -> Match:
    """Return the rule that chooses where the queues of all that match overflow."""
    in_hours = next((match for match in matches if match.asked.is_open), None)
    return in_hours or min(matches, key=lambda match: _opening(match, queues))


def _opening(match: Match, queues: QueuesNow) -> tuple[bool, float]:
    opens_at = queues.hours.opens_at(match.asked.queue, queues.now)
    return opens_at is None, opens_at.timestamp() if opens_at else 0


def _draw(split: Mapping[str, int], key: str) -> str:
    """Return the queue on whose share of 100 percent the key falls."""
    point = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % sum(split.values())
    for queue, share in split.items():
        if point < share:
            return queue
        point -= share
    raise AssertionError("the point lies within the sum of the shares")
