"""Overflow: whether a queue takes a conversation, and what else becomes of it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from shared.configuration.conditions import ChoiceTests, NumberTests, OverflowCondition, Tests
from shared.configuration.overflow import OverflowAction, OverflowRule, Transfer
from shared.hours import QueueHours
from shared.rules.compiling import compile_condition
from shared.rules.facts import FoldedFacts
from shared.rules.rulesets import MAX_REASON
from shared.vocabulary.characters import cut_at_word

type Action = OverflowAction | Transfer

LOOK_AGAIN: Final = timedelta(minutes=5)
"""How soon a condition that did not hold is asked again: what it asks may change without a word."""
LATER: Final = timedelta(days=1)
"""How soon it is where nothing is known that would change."""
MOST_COUNTED: Final = 1000
"""Conversations of a line: as many as one read gives."""
_KNOWN_AT: Final = ("gte", "lt")
"""Operators whose answer is known once as many as their number are counted."""


@dataclass(frozen=True, slots=True)
class QueuesNow:
    """How the queues stand when a conversation enters one, or waits in it.

    Attributes:
        lengths: How many conversations wait in the queues that were counted.
    """

    hours: QueueHours
    lengths: Mapping[str, int]
    now: datetime

    def is_open(self, queue: str) -> bool:
        """Tell whether a queue is open."""
        return self.hours.is_open(queue, self.now)

    def may_be_open_at(self, queue: str) -> datetime:
        """Return when to look again at a queue that is closed: a supervisor may open sooner what one has closed."""
        opens_at = self.hours.opens_at(queue, self.now) or self.now + LATER
        return min(opens_at, self.now + LOOK_AGAIN) if queue in self.hours.closed_until else opens_at


class Answer(NamedTuple):
    """A condition that was asked, whether it holds, why, and what is to be done if it does."""

    condition: str
    holds: bool
    reason: str
    action: Action


@dataclass(frozen=True, slots=True)
class Asked:
    """What the conditions of a queue said of a conversation that would enter it."""

    queue: str
    is_open: bool
    answers: tuple[Answer, ...]

    @property
    def overflowing(self) -> bool:
        """Whether any condition holds."""
        return any(answer.holds for answer in self.answers)

    def action(self, queues: QueuesNow) -> Action:
        """Return what is to be done: of what holds, the first that does not transfer to a queue that is closed."""
        possible = (each for each in self._actions() if not isinstance(each, Transfer) or queues.is_open(each.transfer))
        return next(possible, OverflowAction.KEEP)

    def again_at(self, queues: QueuesNow) -> datetime | None:
        """Return when to look again at the transfers that were passed over to keep it; None where there were none."""
        again: list[datetime] = []
        for action in self._actions():
            if not isinstance(action, Transfer):
                break
            again.append(queues.may_be_open_at(action.transfer))
        return min(again, default=None)

    def _actions(self) -> Iterator[Action]:
        return (answer.action for answer in self.answers if answer.holds)


class OverflowTest:
    """One condition, compiled; how long a conversation has waited is for the caller.

    Attributes:
        by_hours: Whether it is about a queue that is closed: such come first.
        counted: Up to how many conversations the queue's line has to be counted for it; 0: not at all.
    """

    def __init__(self, name: str, rule: OverflowRule) -> None:
        self.by_hours = bool(rule.when.out_of_hours)
        self.counted = counted_for(rule.when)
        self._name = name
        self._action = rule.do
        self._test = compile_condition(rule.when, *_of_the_queue(rule.when))

    def ask(self, facts: FoldedFacts) -> Answer:
        """Ask about a conversation; the facts know the queue."""
        reason = cut_at_word(self._test.why(facts), MAX_REASON)
        return Answer(self._name, self._test.holds(facts), reason, self._action)


class EntryOverflow:
    """The conditions of a queue, or of a rule in their place, that count when a conversation enters.

    Attributes:
        counted: Up to how many conversations the line has to be counted for them; 0: not at all.
    """

    def __init__(self, rules: Sequence[OverflowRule]) -> None:
        entry = [
            OverflowTest(f"overflow[{place}]", rule) for place, rule in enumerate(rules) if rule.when.waiting is None
        ]
        self._by_hours = [test for test in entry if test.by_hours]
        self._others = [test for test in entry if not test.by_hours]
        self.counted = max((test.counted for test in entry), default=0)

    def ask(self, queue: str, facts: FoldedFacts, queues: QueuesNow) -> Asked:
        """Ask about a conversation that would enter a queue: hours first, then as listed."""
        is_open = queues.is_open(queue)
        facts = facts.with_queue(queues.lengths.get(queue), out_of_hours=not is_open)
        by_hours = [test.ask(facts) for test in self._by_hours]
        if not is_open and not any(answer.holds for answer in by_hours):
            # Without a word of the file, too, a queue that is closed overflows, and keeps what no other one takes.
            by_hours.append(Answer("hours", True, f"{queue} is closed", OverflowAction.KEEP))
        return Asked(queue, is_open, (*by_hours, *(test.ask(facts) for test in self._others)))


NO_OVERFLOW: Final = EntryOverflow(())
"""Of a queue that the file says nothing about."""


def _of_the_queue(when: OverflowCondition) -> Iterator[tuple[str, Tests]]:
    """Yield what a condition asks about its queue in a word of its own, as tests of fields."""
    if when.out_of_hours is not None:
        yield "out_of_hours", ChoiceTests[bool](equals=when.out_of_hours)
    if when.length is not None:
        yield "queue.length", NumberTests(gte=when.length)


def counted_for(when: OverflowCondition) -> int:
    """Return how many conversations have to be counted so that every test of the length has its answer."""
    counts = [0]
    for field, tests in (*_of_the_queue(when), *when.tests.items()):
        for operator, operand in tests.operators.items() if field == "queue.length" else ():
            number = ceil(max(operand) if isinstance(operand, tuple) else operand)
            counts.append(number if operator in _KNOWN_AT else number + 1)
    return min(max(counts), MOST_COUNTED)
