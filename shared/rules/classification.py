"""Classification: ordered rulesets that set variables, skills, language and priority when a conversation starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from shared.configuration.conditions import Condition
from shared.configuration.scalars import Value
from shared.configuration.workstreams import Skill, Workstream
from shared.rules.facts import Facts
from shared.rules.matching import holds
from shared.vocabulary.words import Priority


class Rule(Protocol):
    """Whatever has a condition."""

    @property
    def when(self) -> Condition:
        """The condition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What the rules set; `language` is None where no rule set one."""

    variables: Mapping[str, Value] = field(default_factory=dict)
    skills: tuple[Skill, ...] = ()
    language: str | None = None
    priority: Priority = Priority.NORMAL

    def added_to(self, facts: Facts) -> Facts:
        """Return the facts as the rules that come later see them."""
        return replace(
            facts,
            variables={**facts.variables, **self.variables},
            contact_language=self.language or facts.contact_language,
        )


def classify(workstream: Workstream, facts: Facts) -> Classification:
    """Run every ruleset in order. In each the first rule that matches wins; later rulesets see what it set."""
    result = Classification()
    for ruleset in workstream.classification:
        rule = first_match(ruleset.rules, result.added_to(facts))
        if rule:
            skills = {skill.name: skill for skill in (*result.skills, *rule.skills)}
            result = Classification(
                variables={**result.variables, **rule.set},
                skills=tuple(skills.values()),
                language=rule.language or result.language,
                priority=rule.priority or result.priority,
            )
    return result


def first_match[R: Rule](rules: tuple[R, ...], facts: Facts) -> R | None:
    """Return the first rule whose condition holds."""
    return next((rule for rule in rules if holds(rule.when, facts)), None)
