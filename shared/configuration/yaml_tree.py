"""Read YAML 1.2 text into plain values that remember their lines.

In goes the text of a file, out come mappings, lists and scalars, and every problem of the YAML itself. Only `true` and
`false` are booleans, and a plain scalar is a number only if it is written as a number prints, so `on`, `NO`, `007`,
`1_000`, `+33123456789`, `12:30` and `2026-12-24` keep their text. Depth and size are bounded, aliases included.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from shared.configuration.problems import Location, Problem

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 40
MAX_VALUES = 50_000
"""Counted with every alias expanded."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})")
_DECIMAL_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})\.\d{1,15}")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
_PLAIN_TAGS = (None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class Block(dict[str, Any]):
    """A mapping; `lines` holds the line of each key, counted from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class Items(list[Any]):
    """A list; `lines` holds the line of each item, counted from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def parse_yaml(text: str) -> tuple[Any, list[Problem]]:
    """Return the value of the only document in `text`, with the problems found; after a syntax error it is None."""
    if len(text) > MAX_CHARACTERS:
        return None, [Problem(message=f"longer than {MAX_CHARACTERS:,} characters")]
    reader = _Reader(text)
    try:
        return reader.document(), reader.problems
    except _UnreadableError as error:
        return None, [*reader.problems, error.problem]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return None, [*reader.problems, Problem(line=line, message=f"not valid YAML: {error.problem or error.context}")]
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        return None, [*reader.problems, Problem(message=f"not valid YAML: {str(error).splitlines()[0]}")]


def line_of(tree: object, location: Location) -> int:
    """Return the line of the value at `location`, or of the innermost value around it that exists."""
    line = 1
    value: Any = tree
    for step in location:
        if not is_in(value, step):
            break
        line, value = value.lines[step], value[step]
    return line


def is_in(value: Any, step: str | int) -> bool:
    """Tell whether `value` is a mapping with the key `step`, or a list with that index."""
    return step in value if isinstance(value, Block) else isinstance(value, Items) and step in range(len(value))


class _UnreadableError(Exception):
    def __init__(self, line: int, message: str, location: Location = ()) -> None:
        super().__init__(message)
        self.problem = Problem(line=line, location=location, message=message)


class _Reader:
    """Builds values from the parser's events; `count` is the number of values so far, aliases expanded."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.count = 0
        self.problems: list[Problem] = []

    def document(self) -> Any:
        value = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                value = self.value(next(self.events), ())
                next(self.events)
                break
        following = next(self.events, None)
        if isinstance(following, yaml.DocumentStartEvent):
            raise _UnreadableError(_line(following), "a second document (---): one file holds one")
        return value

    def value(self, event: yaml.Event, location: Location) -> Any:
        if len(location) > MAX_DEPTH:
            raise _UnreadableError(_line(event), f"nested deeper than {MAX_DEPTH} levels", location[:5])
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, location)
        before = self.count
        self.count_up(1, event, location)
        if getattr(event, "tag", None) not in _PLAIN_TAGS:
            raise _UnreadableError(_line(event), "tags such as !!int are not used in this file", location)
        value = self.untagged(event, location)
        anchor: str | None = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = (value, self.count - before)
        return value

    def untagged(self, event: yaml.Event, location: Location) -> Any:
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(location)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.items(location)
        assert isinstance(event, yaml.ScalarEvent)  # noqa: S101 - the only kind of event left
        return _plain_value(event.value) if event.implicit[0] else event.value

    def alias(self, event: yaml.AliasEvent, location: Location) -> Any:
        if event.anchor not in self.anchors:
            raise _UnreadableError(_line(event), f"*{event.anchor} refers to nothing that is complete here", location)
        value, size = self.anchors[event.anchor]
        self.count_up(size, event, location)
        return value

    def mapping(self, location: Location) -> Block:
        block = Block()
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _UnreadableError(_line(event), "a key must be plain text", location)
            key = event.value
            value = self.value(next(self.events), (*location, key))
            if key in block:
                message = f"written twice; the first is in line {block.lines[key]}"
                self.problems.append(Problem(line=_line(event), location=(*location, key), message=message))
            else:
                block[key], block.lines[key] = value, _line(event)
        return block

    def items(self, location: Location) -> Items:
        items = Items()
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.lines.append(_line(event))
            items.append(self.value(event, (*location, len(items))))
        return items

    def count_up(self, size: int, event: yaml.Event, location: Location) -> None:
        self.count += size
        if self.count > MAX_VALUES:
            raise _UnreadableError(_line(event), f"more than {MAX_VALUES:,} values, aliases included", location)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _plain_value(text: str) -> Any:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _WHOLE_NUMBER.fullmatch(text) and text != "-0":
        return int(text)
    if _DECIMAL_NUMBER.fullmatch(text) and str(float(text)) == text:
        return float(text)
    return text
