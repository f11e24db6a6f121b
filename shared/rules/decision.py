"""What the rules of a workstream decide about a conversation that starts, and why. Pure.

They are compiled once, when the file is loaded. A decision keeps what it asked, so that whoever wants to know why is
told by the code that decided.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import Final

from shared.configuration.base import no_entries
from shared.configuration.document import Configuration, Queue
from shared.configuration.overflow import Transfer
from shared.configuration.workstreams import Workstream
from shared.rules.classification import Classification, Classified, Classifier
from shared.rules.facts import Facts, FoldedFacts
from shared.rules.overflow import Action, Asked, QueuesNow
from shared.rules.queue_choice import Choice, Match, QueueChoice
from shared.rules.rulesets import Look, Rule
from shared.vocabulary.time import rfc3339

_MOST_MATCHED: Final = 4096
"""Bytes of the names of the rules that matched."""


class Stage(StrEnum):
    """Where in the decision a rule was asked."""

    CLASSIFICATION = "classification"
    ROUTE_TO_QUEUE = "route_to_queue"
    HOURS = "hours"
    OVERFLOW = "overflow"
    AUTOMATED_MESSAGES = "automated_messages"
    DISTRIBUTION = "distribution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A rule that was asked, whether it matched, and why."""

    stage: Stage
    ruleset: str | None
    rule: str
    matched: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a conversation is about, and the queue that it goes to.

    `surprise` is what kept the rules from deciding: then nothing is set, and the fallback queue takes it.
    """

    classified: Classified
    choice: Choice
    queues: QueuesNow
    surprise: Exception | None = None

    @property
    def classification(self) -> Classification:
        """What the rules set."""
        return self.classified.result

    @property
    def queue(self) -> str:
        """The queue, before its overflow."""
        return self.choice.queue

    @property
    def action(self) -> Action | None:
        """What the overflow of the queue does; None where it does not overflow."""
        return self.choice.action

    def matched(self) -> tuple[str, ...]:
        """Return the names of the rules that matched, as many as fit into what is kept of them."""
        names = [name for look in self.classified.looks for name in look.names()]
        names += self.choice.look.names()
        while sum(len(name.encode()) for name in names) > _MOST_MATCHED:
            names.pop()
        return tuple(names)

    def steps(self) -> Iterator[Step]:
        """Yield the rules in the order in which they were asked; those behind one that was taken were not."""
        if self.surprise:
            yield _step(
                Stage.ROUTE_TO_QUEUE, "fallback", f"the rules failed ({type(self.surprise).__name__}): {self.queue}"
            )
            return
        for look in self.classified.looks:
            yield from (_asked(Stage.CLASSIFICATION, look, place) for place in range(look.count))
        routes, matches = self.choice.look, iter(self.choice.matches)
        for place in range(routes.count):
            yield _asked(Stage.ROUTE_TO_QUEUE, routes, place)
            if place in routes.places:
                yield from self._queue_asked(next(matches))
        if self.choice.rule is None:
            yield _step(Stage.ROUTE_TO_QUEUE, "fallback", f"no rule matches: {self.queue}")
            yield from _hours(self.queue, self.queues)
        if self.action:
            yield _outcome(self.choice, self.action)

    def _queue_asked(self, match: Match) -> Iterator[Step]:
        asked = match.asked
        if match.rule.split:
            shares = ", ".join(f"{queue} {share} %" for queue, share in match.rule.split.items())
            yield _step(Stage.ROUTE_TO_QUEUE, "split", f"drawn by conversation from {shares}: {asked.queue}")
        yield from _hours(asked.queue, self.queues)
        yield from _overflow(asked)


class WorkstreamRules:
    """The rules of a workstream, compiled.

    Args:
        queues: Those of the file, by name, for their overflow.

    Attributes:
        time_zone: In which they see the hour and the day.
    """

    def __init__(self, workstream: Workstream, time_zone: tzinfo, queues: Mapping[str, Queue] = no_entries()) -> None:
        self.time_zone = time_zone
        self._classifier = Classifier(workstream.classification)
        self._queue_choice = QueueChoice(workstream, queues)

    def lengths_wanted(self, facts: Facts, conversation_id: str) -> Mapping[str, int]:
        """Return the queues whose length `decide` may have to know, each with the most of it. Raise nothing."""
        if not self._queue_choice.counts:
            return {}
        try:
            facts_then = self._classifier.classify(FoldedFacts(facts)).facts
            return self._queue_choice.lengths_wanted(facts_then, conversation_id)
        except Exception:  # noqa: BLE001 - `decide` will meet it, and says so
            return {}

    def decide(self, facts: Facts, conversation_id: str, queues: QueuesNow) -> Decision:
        """Classify a conversation, then choose its queue. Raise nothing."""
        folded = FoldedFacts(facts)
        try:
            classified = self._classifier.classify(folded)
            choice = self._queue_choice.choose(classified.facts, conversation_id, queues)
            return Decision(classified, choice, queues)
        except Exception as surprise:  # noqa: BLE001 - whatever it is, the customer has to reach somebody
            nothing = Classified(Classification(), folded, ())
            return Decision(nothing, self._queue_choice.fall_back(folded), queues, surprise)


type Rules = Mapping[str, WorkstreamRules]
"""The rules of each workstream, by its name."""


def compile_rules(configuration: Configuration) -> Rules:
    """Compile the rules of all workstreams."""
    return {
        name: WorkstreamRules(workstream, configuration.time_zone(workstream), configuration.queues)
        for name, workstream in configuration.workstreams.items()
    }


def _asked[R: Rule](stage: Stage, look: Look[R], place: int) -> Step:
    matched, reason = look.answer(place)
    return Step(stage=stage, ruleset=look.asked.name, rule=look.name_of(place), matched=matched, reason=reason)


def _hours(queue: str, queues: QueuesNow) -> Iterator[Step]:
    """Tell of a queue that is not always open."""
    if not queues.is_open(queue):
        opens_at = queues.hours.opens_at(queue, queues.now)
        until = f"until {rfc3339(opens_at)}" if opens_at else "for more than a year"
        yield _step(Stage.HOURS, queue, f"closed {until}", matched=False)
    elif closes_at := queues.hours.closes_at(queue, queues.now):
        yield _step(Stage.HOURS, queue, f"open until {rfc3339(closes_at)}")


def _overflow(asked: Asked) -> Iterator[Step]:
    for condition, holds, reason, _ in asked.answers:
        yield Step(stage=Stage.OVERFLOW, ruleset=asked.queue, rule=condition, matched=holds, reason=reason)


def _outcome(choice: Choice, action: Action) -> Step:
    among = "every queue that matches overflows" if len(choice.matches) > 1 else f"{choice.queue} overflows"
    done = (
        f"{choice.queue} transfers to {action.transfer}"
        if isinstance(action, Transfer)
        else f"{choice.queue}: {action}"
    )
    return _step(Stage.OVERFLOW, "transfer" if isinstance(action, Transfer) else action, f"{among}; {done}")


def _step(stage: Stage, rule: str, reason: str, *, matched: bool = True) -> Step:
    return Step(stage=stage, ruleset=None, rule=rule, matched=matched, reason=reason)
