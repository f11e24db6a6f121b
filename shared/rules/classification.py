"""Classification: ordered rulesets that set variables, skills, language and priority when a conversation starts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.configuration.scalars import Value
from shared.configuration.workstreams import ClassificationRule, Ruleset, Skill
from shared.rules.facts import FoldedFacts
from shared.rules.rulesets import CompiledRules, Look
from shared.vocabulary.words import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What the rules set; `language` is None where no rule set one."""

    variables: Mapping[str, Value] = field(default_factory=dict)
    skills: tuple[Skill, ...] = ()
    language: str | None = None
    priority: Priority = Priority.NORMAL

    def and_then(self, rule: ClassificationRule) -> "Classification":
        """Return what is set once this rule has set its part, too: of the same skill the later level counts."""
        skills = {skill.name: skill for skill in (*self.skills, *rule.skills)}
        return Classification(
            variables={**self.variables, **rule.set},
            skills=tuple(skills.values()),
            language=rule.language or self.language,
            priority=rule.priority or self.priority,
        )


@dataclass(frozen=True, slots=True)
class Classified:
    """The outcome of all rulesets: what they set, the facts as later rules see them, and what each was asked."""

    result: Classification
    facts: FoldedFacts
    looks: tuple[Look[ClassificationRule], ...]

    @property
    def skills_set_again(self) -> list[str]:
        """The skills that several rulesets set: of each the later level counts."""
        by_ruleset = [{skill.name for rule in look.hits for skill in rule.skills} for look in self.looks]
        times = Counter(name for names in by_ruleset for name in names)
        return sorted(name for name, count in times.items() if count > 1)


class Classifier:
    """The rulesets of a workstream, compiled. All run in order; in each the first rule that matches wins."""

    def __init__(self, rulesets: Sequence[Ruleset]) -> None:
        self._rulesets = [
            CompiledRules(ruleset.name or f"classification[{place}]", ruleset.rules)
            for place, ruleset in enumerate(rulesets)
        ]

    def classify(self, facts: FoldedFacts) -> Classified:
        """Run every ruleset; later ones see what earlier ones set."""
        result, looks = Classification(), []
        for ruleset in self._rulesets:
            look = ruleset.look(facts)
            looks.append(look)
            for rule in look.hits:
                result = result.and_then(rule)
                facts = facts.with_results(rule.set, rule.language)
        return Classified(result, facts, tuple(looks))
