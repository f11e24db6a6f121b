"""The business side of WhatsApp: channels, and templates with their approval.

In: the app's configuration file, of which only `channels` and `templates` are read. Out: a `Catalogue`
in which each template is approved as written, on each channel.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class ConfigurationError(Exception):
    """Raised when the configuration file gives no usable channels and templates; names every problem."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        super().__init__("\n".join([f"{path} cannot be used:", *(f"  - {problem}" for problem in problems)]))


class TemplateStatus(StrEnum):
    """WhatsApp's opinion of a template; the list is open in ACS, these are the ones that differ in effect."""

    APPROVED = "approved"
    PENDING = "pending"
    PAUSED = "paused"
    REJECTED = "rejected"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One WhatsApp business number. `id` is the ACS channel registration; `number` is E.164 or empty."""

    name: str
    id: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One language of a template. Its body takes positional parameters, `{{1}}` to `{{n}}`."""

    name: str
    language: str
    category: str
    text: str
    status: TemplateStatus = TemplateStatus.APPROVED

    @property
    def parameter_count(self) -> int:
        """How many parameters the body takes."""
        return len(set(_PLACEHOLDER.findall(self.text)))

    def render(self, parameters: Sequence[str]) -> str:
        """The text as the customer reads it. `parameters` must be as many as `parameter_count`."""
        return _PLACEHOLDER.sub(lambda match: parameters[int(match[1]) - 1], self.text)


def placeholder_problem(text: str) -> str | None:
    """What is wrong with the parameters of a template's text; ACS binds by position, so they count from 1."""
    names = set(_PLACEHOLDER.findall(text))
    if names == {str(number) for number in range(1, len(names) + 1)}:
        return None
    return f"parameters must be {{{{1}}}}, {{{{2}}}} … without a gap, not {', '.join(sorted(names))}"


class Catalogue:
    """Channels and templates by name. Languages compare without case, as ACS takes both `en_us` and `en_US`."""

    def __init__(self, channels: Sequence[Channel], templates: Sequence[Template]) -> None:
        self.channels = tuple(channels)
        self._templates = {
            self._key(channel, each.name, each.language): each for channel in channels for each in templates
        }

    def channel(self, name_or_id: str) -> Channel | None:
        """The channel with that name or registration id."""
        matches = (each for each in self.channels if name_or_id == each.name or name_or_id.lower() == each.id.lower())
        return next(matches, None)

    def template(self, channel: Channel, name: str, language: str) -> Template | None:
        """The template in that language, whatever its status."""
        return self._templates.get(self._key(channel, name, language))

    def put_template(self, channel: Channel, template: Template) -> None:
        """Adds or replaces one language of a template on one channel."""
        self._templates[self._key(channel, template.name, template.language)] = template

    def templates(self, channel: Channel) -> list[Template]:
        """All templates of a channel, in the order in which they were added."""
        return [template for (channel_id, _, _), template in self._templates.items() if channel_id == channel.id]

    @staticmethod
    def _key(channel: Channel, name: str, language: str) -> tuple[str, str, str]:
        return channel.id, name, language.lower()


def load_catalogue(path: Path) -> Catalogue:
    """Reads `channels.<name>.{id, number}` and `templates.<name>.{category, languages.{language: text}}`.

    Every scalar is read as text, so that a language `no` stays one. Raises `ConfigurationError`.
    """
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(path, [str(error)]) from error
    problems: list[str] = []
    root = _mapping(document, "the file", problems)
    channels = list(_channels(root, problems))
    templates = list(_templates(root, problems))
    if not channels and not problems:
        problems.append("channels: at least one is needed, {name: {id: <guid>, number: '+…'}}")
    if problems:
        raise ConfigurationError(path, problems)
    return Catalogue(channels, templates)


def _channels(root: Mapping[str, object], problems: list[str]) -> list[Channel]:
    channels = []
    for name, value in _mapping(root.get("channels", {}), "channels", problems).items():
        entry = _mapping(value, f"channels.{name}", problems)
        channel_id = _text(entry.get("id"), f"channels.{name}.id", problems)
        number = _text(entry.get("number", ""), f"channels.{name}.number", problems)
        channels.append(Channel(name=name, id=channel_id, number=number))
    return channels


def _templates(root: Mapping[str, object], problems: list[str]) -> list[Template]:
    templates = []
    for name, value in _mapping(root.get("templates", {}), "templates", problems).items():
        entry = _mapping(value, f"templates.{name}", problems)
        category = _text(entry.get("category", "utility"), f"templates.{name}.category", problems)
        languages = _mapping(entry.get("languages", {}), f"templates.{name}.languages", problems)
        for language, raw in languages.items():
            where = f"templates.{name}.languages.{language}"
            text = _text(raw, where, problems)
            if problem := placeholder_problem(text):
                problems.append(f"{where}: {problem}")
            templates.append(Template(name=name, language=language, category=category, text=text))
    return templates


def _mapping(value: object, where: str, problems: list[str]) -> Mapping[str, object]:
    if isinstance(value, dict):
        return value
    if value not in (None, ""):
        problems.append(f"{where}: must be a mapping")
    return {}


def _text(value: object, where: str, problems: list[str]) -> str:
    if isinstance(value, str):
        return value
    problems.append(f"{where}: must be a text")
    return ""
