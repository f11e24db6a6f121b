"""Texts with placeholders, parsed once when the file is loaded and rendered for each message.

`{name}`, `{name|default}` when the value is empty, `{name:N}` at most N characters, `{name:N|default}`; a brace itself
is written `{{` or `}}`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.configuration.problems import did_you_mean
from shared.vocabulary.characters import cut_at_word
from shared.vocabulary.invisible import shows_nothing

NAMES = ("contact.name", "contact.phone", "contact.language", "agent.name", "queue.name", "channel.name")
"""What an automated message may mention, beside the conversation's variables (`var.x`)."""
REPLY_TEXT = "reply.text"
"""What the parameters of a fallback template may mention in addition: the agent's words."""

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_PLACEHOLDER = re.compile(r"(?P<name>[^:|]+)(?::(?P<limit>[1-9]\d{0,3}))?(?:\|(?P<default>.*))?", re.DOTALL)
_VARIABLE = re.compile(r"var\.\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """One value to fill in: at most `limit` characters (None: all), `default` when it is empty."""

    name: str
    limit: int | None
    default: str

    def render(self, values: Mapping[str, str]) -> str:
        """Return the value cut to the limit."""
        value = values.get(self.name, "")
        if shows_nothing(value):
            value = self.default
        return value if self.limit is None else cut_at_word(value, self.limit)

    def __str__(self) -> str:
        """Return it as it is written."""
        limit = f":{self.limit}" if self.limit else ""
        return f"{{{self.name}{limit}{f'|{self.default}' if self.default else ''}}}"


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A text with placeholders; `parts` are its literal pieces and its placeholders, in order."""

    parts: tuple[str | Placeholder, ...]

    @classmethod
    def parse(cls, text: str, names: tuple[str, ...] = NAMES) -> "TextTemplate":
        """Parse `text`, in which `names` and variables may be mentioned. Raise ValueError with all that is wrong."""
        parts: list[str | Placeholder] = []
        problems: list[str] = []
        end = 0
        for token in _TOKEN.finditer(text):
            parts.append(text[end : token.start()])
            end = token.end()
            try:
                parts.append(_parse_token(token, names))
            except ValueError as error:
                problems.append(str(error))
        if problems:
            raise ValueError("; ".join(problems))
        parts.append(text[end:])
        return cls(tuple(part for part in parts if part))

    @property
    def names(self) -> frozenset[str]:
        """What the text mentions."""
        return frozenset(part.name for part in self.parts if isinstance(part, Placeholder))

    def render(self, values: Mapping[str, str]) -> str:
        """Return the text with `values` filled in; a value that is missing counts as empty."""
        return "".join(part if isinstance(part, str) else part.render(values) for part in self.parts)

    @property
    def written(self) -> str:
        """The text as it is written in the file."""
        braces = str.maketrans({"{": "{{", "}": "}}"})
        return "".join(part.translate(braces) if isinstance(part, str) else str(part) for part in self.parts)

    def fill(self, values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
        """Return the text with `values` filled in, and the names of what would be empty, and stays as it is written."""
        text, unfilled = "", set()
        for part in self.parts:
            if isinstance(part, str):
                text += part
            elif value := part.render(values):
                text += value
            else:
                text += str(part)
                unfilled.add(part.name)
        return text, tuple(sorted(unfilled))


def _parse_token(token: re.Match[str], names: tuple[str, ...]) -> str | Placeholder:
    if token[0] in ("{{", "}}"):
        return token[0][0]
    if token[1] is None:
        raise ValueError(f"a single {token[0]}; write {token[0] * 2} for a brace")
    parsed = _PLACEHOLDER.fullmatch(token[1])
    if not parsed:
        raise ValueError(f"{token[0]} is no placeholder; write {{name}}, {{name|default}} or {{name:40|default}}")
    name = parsed["name"]
    if name not in names and not _VARIABLE.fullmatch(name):
        raise ValueError(f"unknown placeholder {{{name}}}{did_you_mean(name, [*names, 'var.<name>'])}")
    limit = parsed["limit"]
    return Placeholder(name=name, limit=int(limit) if limit else None, default=parsed["default"] or "")
