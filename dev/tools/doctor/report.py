"""Shows findings: one line each on a terminal, or all of them as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from dev.tools.doctor.findings import Finding, Level

_MARKS = {
    Level.OK: ("✓", "green"),
    Level.NOTE: ("i", "cyan"),
    Level.WARNING: ("!", "yellow"),
    Level.PROBLEM: ("✗", "bold red"),
    Level.SKIPPED: ("–", "dim"),
}


def show(name: str, finding: Finding, console: Console) -> None:
    """One line, in colours only on a terminal."""
    mark, style = _MARKS[finding.level]
    line = Text.assemble((mark, style), " ", (name, "bold"), f": {finding.text}")
    if finding.do:
        line.append(f" — do: {finding.do}")
    console.print(line, soft_wrap=True)


def as_json(findings: Sequence[tuple[str, Finding]]) -> str:
    """A list of objects with check, level, text and do."""
    return json.dumps([{"check": name, **asdict(finding)} for name, finding in findings], indent=2, ensure_ascii=False)
