"""What is wrong with a configuration file: each problem with its line, its path and what was expected."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

type Location = tuple[str | int, ...]
"""The keys and indexes that lead to a value, outermost first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem; `line` counts from 1 and is 0 when it is about the file as a whole."""

    message: str
    line: int = 0
    location: Location = ()

    @property
    def path(self) -> str:
        """The place in the file as people write it, such as `workstreams.support.classification[0].rules[1].when`."""
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.location)
        return path.removeprefix(".")

    def __str__(self) -> str:
        """Return `12: channels.support_fr.id: message`, without the parts that are not known."""
        return ": ".join(part for part in (str(self.line or ""), self.path, self.message) if part)

    def in_file(self, file: Path) -> str:
        """Return `contact_center.yaml:12: channels.support_fr.id: message`, in which editors find the line."""
        return f"{file}:{'' if self.line else ' '}{self}"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in the order of the lines."""
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.path)))


class ConfigurationError(Exception):
    """Raised when a configuration file cannot be used.

    `problems` holds every problem, `warnings` what is not wrong but probably not wanted; in the order of the lines.
    """

    def __init__(self, problems: Iterable[Problem], warnings: Iterable[Problem] = ()) -> None:
        self.problems, self.warnings = in_order(problems), in_order(warnings)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join([f"{count} in the configuration:", *map(str, self.problems)]))


def did_you_mean(word: str, known: Iterable[str], *, listed: bool = False) -> str:
    """Return a hint to append to a message: the nearest known word, else all of them unless `listed` or many."""
    choices = list(known)
    nearest = difflib.get_close_matches(word, choices, n=1)
    if nearest:
        return f"; did you mean {nearest[0]}?"
    return f"; known here: {', '.join(choices)}" if not listed and 0 < len(choices) <= 20 else ""


def shown(value: object) -> str:
    """Return what was found, to append to what was expected; nothing if it is long or no single value."""
    if not isinstance(value, str | int | float) or len(str(value)) > 40:
        return ""
    return f', not "{value}"' if isinstance(value, str) else f", not {str(value).lower()}"
