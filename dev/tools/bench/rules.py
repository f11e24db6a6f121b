"""What it takes to find that no rule matches, beside rule engines that others keep. No service is needed.

Each engine has the same rules in its own language, compiled beforehand, all of them in one piece where that is faster
there. What is timed begins with a message's facts, folded, for every engine alike: the others know no accents.
"""

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import cel
import zen

from dev.tools.bench.errors import BenchError
from shared.configuration.workstreams import ClassificationRule
from shared.rules import Facts, FoldedFacts
from shared.rules.rulesets import CompiledRules

OURS: Final = "ours"
SIZES: Final = (10, 100, 1000)
_TURNS: Final = 9
_LOOKS: Final = 50
_TEXT: Final = "Bonjour, je n'ai toujours pas reçu ma commande A-17. Pouvez-vous me dire où elle est ? Merci."


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in the three languages."""

    ours: Mapping[str, Any]
    zen: str
    cel: str


class Engine(Protocol):
    """Finds the first of the rules that it was made of."""

    def __call__(self, facts: FoldedFacts) -> int | None: ...


def rules(count: int) -> list[Rule]:
    """Rules as teams write them: a word in the text, a beginning with a kind, one of two values."""
    return [_RULES[number % len(_RULES)](number) for number in range(count)]


def engines(given: Sequence[Rule]) -> dict[str, Engine]:
    """Everybody, by name, ours first."""
    made: dict[str, Callable[[Sequence[Rule]], Engine]] = {
        OURS: _ours,
        "zen-engine, one table": _zen_table,
        "zen-engine, one expression": _zen_expression,
        "common-expression-language, one expression": _cel_expression,
        "common-expression-language, one a rule": _cel_each,
    }
    return {name: make(given) for name, make in made.items()}


def compare_rules(advance: Callable[[int], None]) -> dict[int, dict[str, float]]:
    """Milliseconds of the processor until an engine knows that none of so many rules matches, by size and name.

    Raises:
        BenchError: An engine decides otherwise than the rules say.
    """
    found: dict[int, dict[str, float]] = {}
    for size in SIZES:
        asked = engines(rules(size))
        for name, engine in asked.items():
            _check(name, engine, size)
        times: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(_TURNS):
            for name, engine in asked.items():
                times[name].append(_time(engine))
        found[size] = {name: statistics.median(each) for name, each in times.items()}
        advance(1)
    return found


def facts(text: str = _TEXT, tier: str = "silver") -> Facts:
    """A message's facts."""
    return Facts(
        now=datetime(2026, 11, 20, 10, tzinfo=UTC),
        message_kind="text",
        message_text=text,
        channel_name="support_fr",
        channel_id="11111111-1111-1111-1111-111111111111",
        variables={"tier": tier},
    )


_RULES: Final[Sequence[Callable[[int], Rule]]] = (
    lambda number: Rule(
        {"message.text": {"contains": f"order {number} end"}},
        f'contains(text, "order {number} end")',
        f'text.contains("order {number} end")',
    ),
    lambda number: Rule(
        {"message.text": {"starts_with": f"hello {number} end"}, "message.kind": {"in": ["text", "image"]}},
        f'startsWith(text, "hello {number} end") and kind in ["text", "image"]',
        f'text.startsWith("hello {number} end") && kind in ["text", "image"]',
    ),
    lambda number: Rule(
        {"any": [{"message.text": {"equals": f"topic {number} end"}}, {"var.tier": {"equals": f"gold {number}"}}]},
        f'text == "topic {number} end" or tier == "gold {number}"',
        f'text == "topic {number} end" || tier == "gold {number}"',
    ),
)
_HITS: Final = ("My order {} end, please", "Hello {} end of line", "Topic {} end")


def _check(name: str, engine: Engine, size: int) -> None:
    for number in (0, 1, 2, size // 2, size - 1):
        text = _HITS[number % len(_HITS)].format(number)
        if engine(FoldedFacts(facts(text))) != number:
            raise BenchError(f"{name}, {size} rules: not rule {number} for {text!r}")
    if engine(FoldedFacts(facts(tier="gold 2"))) != 2 or engine(FoldedFacts(facts())) is not None:
        raise BenchError(f"{name}, {size} rules: not what the rules say")


def _time(engine: Engine) -> float:
    """Milliseconds of the processor a message."""
    given = facts()
    started = time.process_time()
    for _ in range(_LOOKS):
        engine(FoldedFacts(given))
    return (time.process_time() - started) * 1000 / _LOOKS


def _ours(given: Sequence[Rule]) -> Engine:
    compiled = CompiledRules(None, [ClassificationRule.model_validate({"when": rule.ours}) for rule in given])
    return lambda facts: next(iter(compiled.look(facts).places), None)


def _context(facts: FoldedFacts) -> dict[str, str]:
    text = facts.text
    return {"text": text["message.text"], "kind": text["message.kind"], "tier": text["var.tier"]}


def _zen_table(given: Sequence[Rule]) -> Engine:
    rows = [{"_id": str(number), "when": rule.zen, "place": str(number)} for number, rule in enumerate(given)]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": "place", "name": "place", "field": "place"}],
        "rules": rows,
    }
    graph = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "first", "sourceId": "in", "targetId": "table"},
            {"id": "last", "sourceId": "table", "targetId": "out"},
        ],
    }
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(graph)))
    return lambda facts: decision.evaluate(_context(facts))["result"].get("place")


def _zen_expression(given: Sequence[Rule]) -> Engine:
    chain = " : ".join(f"({rule.zen}) ? {number}" for number, rule in enumerate(given))
    expression = zen.compile_expression(f"{chain} : null")
    return lambda facts: expression.evaluate(_context(facts))


def _cel_expression(given: Sequence[Rule]) -> Engine:
    """A list of all outcomes: a chain of so many choices is deeper than it can be parsed."""
    program = cel.compile(f"[{', '.join(rule.cel for rule in given)}]")

    def first(facts: FoldedFacts) -> int | None:
        outcomes = program.execute(_context(facts))
        return outcomes.index(True) if True in outcomes else None

    return first


def _cel_each(given: Sequence[Rule]) -> Engine:
    programs = [cel.compile(rule.cel) for rule in given]

    def first(facts: FoldedFacts) -> int | None:
        context = _context(facts)
        return next((place for place, program in enumerate(programs) if program.execute(context)), None)

    return first
