"""The commands in a page: read from its `sh` blocks as a shell would, each as a list of words."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SUBSTITUTION = re.compile(r"\$\(([^()]*)\)")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One simple command.

    Attributes:
        words: Without the assignments before it; empty for assignments alone.
        sets: The variables that it assigns or exports.
        uses: The variables that it names.
    """

    words: tuple[str, ...]
    sets: frozenset[str]
    uses: frozenset[str]

    def options(self) -> set[str]:
        """Its long options."""
        return {word for word in self.words if word.startswith("--")}


def commands_of(page: Path) -> list[Command]:
    """The commands of all `sh` blocks, in their order; one that is substituted stands before the one that uses it."""
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    lines = (line for block in blocks for line in block.replace("\\\n", " ").splitlines())
    return [command for line in lines for command in _commands(line)]


def _commands(line: str) -> Iterator[Command]:
    for inner in _SUBSTITUTION.findall(line):
        yield from _commands(inner)
    lexer = shlex.shlex(_SUBSTITUTION.sub("substituted", line), posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if set(word) <= set(";&|"):
            if words:
                yield _command(words)
            words = []
        else:
            words.append(word)


def _command(words: list[str]) -> Command:
    uses = frozenset(name for word in words for name in _VARIABLE.findall(word))
    assigned = [match.group(1) for word in words if (match := _ASSIGNMENT.match(word))]
    leading = 0
    while leading < len(words) and _ASSIGNMENT.match(words[leading]):
        leading += 1
    sets = assigned if leading or words[0] == "export" else []
    if words[leading:][:1] == ["read"]:
        sets = [word for word in words[leading + 1 :] if not word.startswith("-")]
    return Command(words=tuple(words[leading:]), sets=frozenset(sets), uses=uses)
