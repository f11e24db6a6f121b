"""docs/rules.md: its examples are loaded, and its tables say what the rules do."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.configuration import Configuration, load_configuration
from shared.routing.explaining import Question, explain
from shared.rules import Stage, compile_rules
from shared.state.team import Team
from shared.vocabulary.words import MessageKind

PAGE = (Path(__file__).parents[4] / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^## ([^\n]*)\n(?:(?!^## ).)*?^```yaml\n(.*?)^```\n\n((?:\|[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
REST = {
    "version": "version: 1\n",
    "channels": "channels: {support_fr: {id: 11111111-1111-1111-1111-111111111111, workstream: support}}\n",
    "queues": "queues: {general: , billing: , frontline_a: , frontline_b: }\n",
}
AT = datetime(2026, 11, 20, 10, tzinfo=UTC)


def cells(line: str) -> list[str]:
    return [re.sub(r"^`(.*)`$", r"\1", cell.strip()) for cell in line.strip().strip("|").split("|")]


def examples() -> list[Any]:
    found = []
    for title, configuration, table in EXAMPLE.findall(PAGE):
        head, _, *rows = map(cells, table.splitlines())
        found += [
            pytest.param(configuration, dict(zip(head, row, strict=True)), id=f"{title}: {' '.join(row)}")
            for row in rows
        ]
    return found


def configuration_of(example: str) -> Configuration:
    shown = re.findall(r"^(\w+):", example, re.MULTILINE)
    return load_configuration("".join(text for name, text in REST.items() if name not in shown) + example)


@pytest.mark.parametrize(("example", "row"), examples())
def test_a_message_of_the_manual_does_what_the_manual_says(example: str, row: dict[str, str]) -> None:
    configuration = configuration_of(example)
    question = Question(
        text=row.pop("text"),
        sender=row.pop("from", "+33612345678"),
        at=datetime.fromisoformat(row.pop("at", AT.isoformat())),
        kind=MessageKind(row.pop("kind", "text")),
        tapped=row.pop("button", "") or None,
    )
    channel = configuration.channels["support_fr"]
    waits = (each.split() for each in row.pop("waits", "").split(",") if each)
    team = Team(lengths={queue: int(length) for queue, length in waits})
    found = explain(question, channel, configuration, compile_rules(configuration), team)
    shown = {
        "queue": found.queue,
        "priority": found.priority,
        "language": found.language or "",
        "variables": ", ".join(f"{name} = {value}" for name, value in found.variables.items()),
        "skills": ", ".join(skill.name for skill in found.skills),
        "overflow": "".join(step.rule for step in found.steps if step.stage is Stage.OVERFLOW and not step.ruleset),
        "automated": ", ".join(text.trigger for text in found.automated),
    }
    assert {name: shown[name] for name in row} == row


def test_every_example_has_a_table() -> None:
    assert PAGE.count("```yaml") == len(EXAMPLE.findall(PAGE)) == 7
