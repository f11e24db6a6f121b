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
    """What a conversation is about, and the queue that it goes to.

    `surprise` is what kept the rules from deciding: then nothing is set, and the fallback queue takes it.
    """

    classified: Classified
    choice: Choice
    surprise: Exception | None = None

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
        if self.surprise:
            yield _chosen("fallback", f"the rules failed ({type(self.surprise).__name__}): {self.queue}")
            return
        for look in self.classified.looks:
            yield from _asked(Stage.CLASSIFICATION, look)
        yield from _asked(Stage.ROUTE_TO_QUEUE, self.choice.look)
        rule = self.choice.look.hit
        if rule is None:
            yield _chosen("fallback", f"no rule matches: {self.queue}")
        elif rule.split:
            shares = ", ".join(f"{queue} {share} %" for queue, share in rule.split.items())
            yield _chosen("split", f"drawn by contact from {shares}: {self.queue}")


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
        """Classify a conversation, then choose its queue. Raise nothing."""
        folded = FoldedFacts(facts)
        try:
            classified = self._classifier.classify(folded)
            return Decision(classified, self._queue_choice.choose(classified.facts, contact_id))
        except Exception as surprise:  # noqa: BLE001 - whatever it is, the customer has to reach somebody
            nothing = Classified(Classification(), folded, ())
            return Decision(nothing, self._queue_choice.fall_back(folded), surprise)


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


def _chosen(rule: str, reason: str) -> Step:
    return Step(stage=Stage.ROUTE_TO_QUEUE, ruleset=None, rule=rule, matched=True, reason=reason)
