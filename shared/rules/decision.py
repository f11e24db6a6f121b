"""What the rules of a workstream decide about a conversation that starts, and why. Pure.

They are compiled once, when the file is loaded. A decision keeps what it asked, so that whoever wants to know why is
told by the code that decided.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Workstream
from shared.rules.classification import Classification, Classified, Classifier
from shared.rules.facts import Facts, FoldedFacts
from shared.rules.queue_choice import Choice, QueueChoice
from shared.rules.rulesets import Look, Rule


class Stage(StrEnum):
    """Where in the decision a rule was asked."""

    CLASSIFICATION = "classification"
    ROUTE_TO_QUEUE = "route_to_queue"
    AUTOMATED_MESSAGES = "automated_messages"


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
    """What a conversation is about, and the queue that it goes to."""

    classified: Classified
    choice: Choice

    @property
    def classification(self) -> Classification:
        """What the rules set."""
        return self.classified.result

    @property
    def queue(self) -> str:
        """The queue."""
        return self.choice.queue

    def steps(self) -> Iterator[Step]:
        """Yield the rules in the order in which they were asked; those behind one that matched were not."""
        for look in self.classified.looks:
            yield from _asked(Stage.CLASSIFICATION, look)
        yield from _asked(Stage.ROUTE_TO_QUEUE, self.choice.look)
        rule = self.choice.look.hit
        if rule is None:
            reason = f"no rule matches: {self.queue}"
            yield Step(stage=Stage.ROUTE_TO_QUEUE, ruleset=None, rule="fallback", matched=True, reason=reason)
        elif rule.split:
            shares = ", ".join(f"{queue} {share} %" for queue, share in rule.split.items())
            reason = f"drawn by contact from {shares}: {self.queue}"
            yield Step(stage=Stage.ROUTE_TO_QUEUE, ruleset=None, rule="split", matched=True, reason=reason)


class WorkstreamRules:
    """The rules of a workstream, compiled.

    Attributes:
        time_zone: In which they see the hour and the day.
    """

    def __init__(self, workstream: Workstream, time_zone: tzinfo) -> None:
        self.time_zone = time_zone
        self._classifier = Classifier(workstream.classification)
        self._queue_choice = QueueChoice(workstream)

    def decide(self, facts: Facts, contact_id: str) -> Decision:
        """Classify a conversation, then choose its queue."""
        classified = self._classifier.classify(FoldedFacts(facts))
        return Decision(classified, self._queue_choice.choose(classified.facts, contact_id))


type Rules = Mapping[str, WorkstreamRules]
"""The rules of each workstream, by its name."""


def compile_rules(configuration: Configuration) -> Rules:
    """Compile the rules of all workstreams."""
    return {
        name: WorkstreamRules(workstream, configuration.time_zone(workstream))
        for name, workstream in configuration.workstreams.items()
    }


def _asked[R: Rule](stage: Stage, look: Look[R]) -> Iterator[Step]:
    for rule, matched, reason in look.answers():
        yield Step(stage=stage, ruleset=look.asked.name, rule=rule, matched=matched, reason=reason)
