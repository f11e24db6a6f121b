"""A file of agents: a line each, read as a whole, with every problem named by its line. Pure."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.state.agents import AGENT_ID_RULE, valid_agent_id

COLUMNS: Final = ("id", "name", "queues", "capacity", "skills")
_SEPARATOR: Final = ";"
_MOST: Final = 50
_HIGHEST_LEVEL: Final = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class AgentLine:
    """An agent as a line names it; `body` is what the API takes."""

    line: int
    agent_id: str
    body: Mapping[str, Any]


def read(text: str, queues: Sequence[str]) -> tuple[list[AgentLine], list[Problem]]:
    """Return the agents of a file whose first line names its columns, and what is wrong with it.

    Args:
        queues: Those that there are.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="", skipinitialspace=True)
    found = tuple((name or "").strip() for name in rows.fieldnames or ())
    if sorted(found) != sorted(COLUMNS):
        return [], [Problem(1, f"expected the columns {','.join(COLUMNS)}, found {','.join(found) or 'none'}")]
    rows.fieldnames = list(found)
    agents: list[AgentLine] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for row in rows:
        line = rows.line_num
        wrong = [Problem(line, what) for what in _problems(row, queues)]
        if not wrong:
            agents.append(AgentLine(line, row["id"].strip(), _body(row)))
        first = seen.setdefault((row["id"] or "").strip().lower(), line)
        if first != line:
            wrong.append(Problem(line, f"the agent {row['id'].strip()} stands in line {first} already"))
        problems += wrong
    return agents, problems


def _problems(row: Mapping[str, Any], queues: Sequence[str]) -> Iterator[str]:
    if "" in row or None in row.values():
        yield f"expected {len(COLUMNS)} values"
        return
    if not valid_agent_id(row["id"].strip()):
        yield f"{row['id']!r} can't be an agent's id: expected {AGENT_ID_RULE}"
    if not 0 < len(row["name"].strip()) <= 128:
        yield "expected a name of 1 to 128 characters"
    for queue in _several(row["queues"]):
        if queue not in queues:
            yield f"there is no queue {queue}; there are: {', '.join(queues)}"
    if row["capacity"].strip() and _number(row["capacity"]) is None:
        yield f"{row['capacity']!r} is no capacity: expected a whole number"
    for skill in _several(row["skills"]):
        name, _, level = skill.rpartition(":")
        if not name.strip() or not 1 <= (_number(level) or 0) <= _HIGHEST_LEVEL:
            yield f"{skill!r} is no skill: expected name:level, the level from 1 to {_HIGHEST_LEVEL}"
    names = [name for name, _ in _skills(row)]
    yield from (f"the skill {name} is named twice" for name in sorted(set(names)) if names.count(name) > 1)
    for column in ("queues", "skills"):
        if len(_several(row[column])) > _MOST:
            yield f"expected at most {_MOST} {column}"


def _body(row: Mapping[str, str]) -> dict[str, Any]:
    """Return what the API is told; a capacity that is left empty stays as it is."""
    capacity = _number(row["capacity"])
    return {
        "name": row["name"].strip(),
        "queues": _several(row["queues"]),
        "skills": [{"name": name, "level": _number(level)} for name, level in _skills(row)],
    } | ({} if capacity is None else {"capacity": capacity})


def _skills(row: Mapping[str, str]) -> list[tuple[str, str]]:
    parts = (skill.rpartition(":") for skill in _several(row["skills"]))
    return [(name.strip(), level) for name, _, level in parts]


def _several(value: str) -> list[str]:
    return [part for each in value.split(_SEPARATOR) if (part := each.strip())]


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 7 else None
