"""What a new file takes away from an old one: names that running conversations may hang on. Pure.

The old file is taken as it is written: it may be one that this version would refuse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.configuration.problems import ConfigurationError, Problem
from shared.configuration.yaml_tree import parse_yaml
from shared.vocabulary.languages import whatsapp_spelling


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The names in a file: `channels` by id, the languages of `workstreams` and `templates` by name."""

    channels: Mapping[str, str]
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
        workstreams, templates = _section(tree, "workstreams"), _section(tree, "templates")
        return cls(
            channels={str(_section(channels, name).get("id", name)).lower(): name for name in channels},
            queues=tuple(_section(tree, "queues")),
            workstreams={name: _languages(_section(workstreams, name)) for name in workstreams},
            templates={name: _languages(_section(templates, name)) for name in templates},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOut:
    """Something that is not there any more.

    Attributes:
        kind: `queue`, `channel`, `workstream` or `template`; of one that stays, `language` is what it loses.
        name: How the old file calls it.
        channel_id: Of a channel.
    """

    kind: str
    name: str
    language: str | None = None
    channel_id: str | None = None

    def __str__(self) -> str:
        """Return `queue billing`, or `language en of workstream support`."""
        return f"language {self.language} of {self.kind} {self.name}" if self.language else f"{self.kind} {self.name}"


def taken_out(old: Outline, new: Outline) -> Iterator[TakenOut]:
    """Yield what `old` has and `new` has not. A channel with another name is the same channel."""
    for queue in old.queues:
        if queue not in new.queues:
            yield TakenOut(kind="queue", name=queue)
    for channel_id, name in old.channels.items():
        if channel_id not in new.channels:
            yield TakenOut(kind="channel", name=name, channel_id=channel_id)
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
