"""What a new file takes away from an old one: names that running conversations may hang on. Pure.

The old file is taken as it is written: it may be one that this version would refuse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from shared.configuration.channels import first_id
from shared.configuration.problems import ConfigurationError, Problem
from shared.configuration.yaml_tree import parse_yaml
from shared.vocabulary.languages import whatsapp_spelling

FIRST_ID: Final = "first id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A channel in a file.

    Attributes:
        key: The first id that its number had.
        moved_at: As it is written.
    """

    name: str
    id: str
    key: str
    moved_at: str | None

    @classmethod
    def of(cls, name: str, written: Mapping[str, Any]) -> Self:
        """Return what a file says of a channel."""
        given = written.get("moved_from")
        moved_from = [str(each).lower() for each in (given if isinstance(given, list) else [given] if given else [])]
        channel_id, moved_at = str(written.get("id", name)).lower(), written.get("moved_at")
        key = first_id(channel_id, moved_from)
        return cls(name=name, id=channel_id, key=key, moved_at=str(moved_at) if moved_at else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The names in a file: `channels` by key, the languages of `workstreams` and `templates` by name."""

    channels: Mapping[str, Number]
    queues: tuple[str, ...]
    workstreams: Mapping[str, tuple[str, ...]]
    templates: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the outline of a file's text. Raise ConfigurationError if it is no mapping."""
        tree, problems = parse_yaml(text)
        if not isinstance(tree, Mapping):
            raise ConfigurationError(problems or [Problem(line=1, message="expected a mapping with queues …")])
        channels = _section(tree, "channels")
        numbers = [Number.of(name, _section(channels, name)) for name in channels]
        workstreams, templates = _section(tree, "workstreams"), _section(tree, "templates")
        return cls(
            channels={number.key: number for number in numbers},
            queues=tuple(_section(tree, "queues")),
            workstreams={name: _languages(_section(workstreams, name)) for name in workstreams},
            templates={name: _languages(_section(templates, name)) for name in templates},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOut:
    """Something that is not there any more.

    Attributes:
        kind: `queue`, `channel`, `first id`, `workstream` or `template`; of one that
            stays, `language` is what it loses.
        name: How the old file calls it.
        channel_id: Of a channel, or of one that stays without its first id: the key, under which all is stored.
    """

    kind: str
    name: str
    language: str | None = None
    channel_id: str | None = None

    def __str__(self) -> str:
        """Return `queue billing`, or `language en of workstream support`."""
        if self.kind == FIRST_ID:
            return f"first id of channel {self.name}"
        return f"language {self.language} of {self.kind} {self.name}" if self.language else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A channel that stays what it is, with its number under another id.

    Attributes:
        at: As it is written; None: the new file does not know the former id any more.
    """

    name: str
    from_id: str
    to_id: str
    at: str | None

    def __str__(self) -> str:
        """Return `channel support_fr moves from … to … at 2027-03-01T03:00:00Z`."""
        return f"channel {self.name} moves from {self.from_id} to {self.to_id}" + (f" at {self.at}" if self.at else "")


def moved(old: Outline, new: Outline) -> Iterator[Moved]:
    """Yield the channels of both whose number has another id in `new`."""
    for key, before in old.channels.items():
        after = new.channels.get(key)
        if after and after.id != before.id:
            yield Moved(name=after.name, from_id=before.id, to_id=after.id, at=after.moved_at)


def taken_out(old: Outline, new: Outline) -> Iterator[TakenOut]:
    """Yield what `old` has and `new` has not.

    A channel with another name is the same channel, and so is one whose number has moved; one that keeps its id but
    forgets the first is not.
    """
    for queue in old.queues:
        if queue not in new.queues:
            yield TakenOut(kind="queue", name=queue)
    ids = {number.id for number in new.channels.values()}
    for key, number in old.channels.items():
        if key not in new.channels:
            yield TakenOut(kind=FIRST_ID if number.id in ids else "channel", name=number.name, channel_id=key)
    yield from _with_languages("workstream", old.workstreams, new.workstreams)
    yield from _with_languages("template", old.templates, new.templates)


def _with_languages(
    kind: str, old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]
) -> Iterator[TakenOut]:
    for name, languages in old.items():
        if name not in new:
            yield TakenOut(kind=kind, name=name)
            continue
        for language in languages:
            if language not in new[name]:
                yield TakenOut(kind=kind, name=name, language=language)


def _section(tree: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = tree.get(name)
    return section if isinstance(section, Mapping) else {}


def _languages(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the languages of a list, or of a table of texts."""
    languages = entry.get("languages")
    return tuple(whatsapp_spelling(str(each)) for each in languages) if isinstance(languages, list | Mapping) else ()
