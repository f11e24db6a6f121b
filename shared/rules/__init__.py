"""Rules: what the configuration says about a conversation that starts, compiled once and evaluated without effects."""

from shared.rules.classification import Classification
from shared.rules.countries import country_of
from shared.rules.decision import Decision, Rules, Stage, Step, WorkstreamRules, compile_rules
from shared.rules.facts import Facts, FoldedFacts
from shared.rules.overflow import LATER, LOOK_AGAIN, Action, OverflowTest, QueuesNow, counted_for

__all__ = [
    "LATER",
    "LOOK_AGAIN",
    "Action",
    "Classification",
    "Decision",
    "Facts",
    "FoldedFacts",
    "OverflowTest",
    "QueuesNow",
    "Rules",
    "Stage",
    "Step",
    "WorkstreamRules",
    "compile_rules",
    "counted_for",
    "country_of",
]
