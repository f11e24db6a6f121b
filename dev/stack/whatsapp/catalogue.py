"""The business side of WhatsApp: channels, and templates with their approval.

In: the app's configuration file, of which only `channels` and `templates` are read. Out: a `Catalogue`
in which each template is approved as written, on each channel, under the code that WhatsApp has for its language.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import yaml

from dev.stack.whatsapp.templates import Component, Template, placeholder_problem

_HEADER_KINDS = ("image", "video", "document", "location")
_PARTS_OF_A_LANGUAGE = re.compile(r"[_-]")


class ConfigurationError(Exception):
    """Raised when the configuration file gives no usable channels and templates; names every problem."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        super().__init__("\n".join([f"{path} cannot be used:", *(f"  - {problem}" for problem in problems)]))


class Provider(StrEnum):
    """Who brings a number's messages: Azure Communication Services, or Meta's own Cloud API."""

    ACS = "acs"
    WHATSAPP_CLOUD = "whatsapp_cloud"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One WhatsApp business number, E.164 or empty.

    Attributes:
        id: At ACS the GUID of the channel registration, at Meta the phone number id.
        account: The WhatsApp Business Account at Meta, where there is one.
        moved_from: The ids that the number had before, the oldest first; `moved_at` is when it moved.
    """

    name: str
    id: str
    number: str = ""
    account: str = ""
    moved_from: tuple[str, ...] = ()
    moved_at: datetime | None = None

    @property
    def provider(self) -> Provider:
        """Where it is now."""
        return provider_of(self.id)

    @property
    def key(self) -> str:
        """The first id that the number had, by which it is known wherever it moves.

        One that is at ACS and was at Meta before had this id before that: ACS takes no new customers.
        """
        was_at_meta_alone = all(provider_of(each) is Provider.WHATSAPP_CLOUD for each in self.moved_from)
        return self.id if self.provider is Provider.ACS and was_at_meta_alone else self.ids[-1]

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that the number has or had, the newest first."""
        return (self.id, *reversed(self.moved_from))

    def id_at(self, provider: Provider) -> str | None:
        """The newest id that it has at a provider; none if it never was there."""
        return next((each for each in self.ids if provider_of(each) is provider), None)

    @property
    def providers(self) -> frozenset[Provider]:
        """Where it is, or was: while a number moves, both hear its messages."""
        return frozenset(provider_of(each) for each in self.ids)

    def provider_at(self, at: datetime) -> Provider:
        """Whose messages count at a time."""
        is_early = self.moved_at is not None and at < self.moved_at
        return provider_of(self.moved_from[-1]) if is_early and self.moved_from else self.provider


def provider_of(channel_id: str) -> Provider:
    """Whose id it is: Meta's are digits, those of ACS are GUIDs."""
    return Provider.WHATSAPP_CLOUD if channel_id.isdecimal() else Provider.ACS


class Catalogue:
    """Channels, and the templates of each by name and language. WhatsApp finds a language by its own spelling only."""

    def __init__(self, channels: Sequence[Channel], templates: Sequence[Template]) -> None:
        self.channels = tuple(channels)
        self._templates = {
            self._key(channel, each.name, each.language): each for channel in channels for each in templates
        }

    def channel(self, name_or_id: str) -> Channel | None:
        """The channel with that name, or with that id at one of its providers, now or before."""
        sought = name_or_id.lower()
        matches = (
            each
            for each in self.channels
            if name_or_id == each.name or sought in [channel_id.lower() for channel_id in each.ids]
        )
        return next(matches, None)

    def move(self, channel: Channel) -> None:
        """A number is somewhere else from now on; its templates are known there, too."""
        former = next(each for each in self.channels if each.key == channel.key)
        templates = self.templates(former)
        self.channels = tuple(channel if each is former else each for each in self.channels)
        for template in templates:
            self.put_template(channel, template)

    def account(self, account: str) -> Channel | None:
        """The first channel of a WhatsApp Business Account, whose templates are the account's."""
        return next((each for each in self.channels if account and each.account == account), None)

    def template(self, channel: Channel, name: str, language: str) -> Template | None:
        """The template in that language, whatever its status."""
        return self._templates.get(self._key(channel, name, language))

    def spelling(self, channel: Channel, name: str, language: str) -> str:
        """How the channel spells a language of a template, for people who spell it in another way."""
        spelled = whatsapp_code(language)
        known = (each.language for each in self.templates(channel) if each.name == name)
        return next((each for each in known if whatsapp_code(each) == spelled), spelled)

    def put_template(self, channel: Channel, template: Template) -> None:
        """Adds or replaces one language of a template on one channel."""
        self._templates[self._key(channel, template.name, template.language)] = template

    def replace_templates(self, channel: Channel, templates: Sequence[Template]) -> None:
        """Gives a channel these templates and no others."""
        self._templates = {key: each for key, each in self._templates.items() if key[0] != _owner(channel)}
        for template in templates:
            self.put_template(channel, template)

    def templates(self, channel: Channel) -> list[Template]:
        """All templates of a channel, in the order in which they were added."""
        return [template for (owner, _, _), template in self._templates.items() if owner == _owner(channel)]

    @staticmethod
    def _key(channel: Channel, name: str, language: str) -> tuple[str, str, str]:
        return _owner(channel), name, language


def _owner(channel: Channel) -> str:
    """Whose templates a channel has: those of its WhatsApp Business Account, if that is known."""
    return channel.account or channel.id


def whatsapp_code(language: str) -> str:
    """Spells a language as WhatsApp does, `pt_BR`. The app has an idea of its own, which meets this one in tests."""
    base, *rest = _PARTS_OF_A_LANGUAGE.split(language)
    return "_".join([base.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def load_catalogue(path: Path) -> Catalogue:
    """Reads `channels.<name>.{id, number, provider, account, moved_from, moved_at}` and the templates.

    These are `templates.<name>.{category, languages.{language: text}}`.

    In place of a text may stand its long form, `{text, header, footer, buttons}`.

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


def is_at(provider: Provider, path: Path) -> bool:
    """Whether a channel of a configuration file is or was at a provider; not if the file can't be used."""
    try:
        return any(provider in channel.providers for channel in load_catalogue(path).channels)
    except ConfigurationError:
        return False


def _channels(root: Mapping[str, object], problems: list[str]) -> list[Channel]:
    channels = []
    for name, value in _mapping(root.get("channels", {}), "channels", problems).items():
        entry = _mapping(value, f"channels.{name}", problems)
        channel_id = _text(entry.get("id"), f"channels.{name}.id", problems)
        number = _text(entry.get("number", ""), f"channels.{name}.number", problems)
        channels.append(
            Channel(
                name=name,
                id=channel_id,
                number=number,
                account=str(entry.get("account", "")),
                moved_from=_ids(entry.get("moved_from", [])),
                moved_at=_moment(entry.get("moved_at")),
            )
        )
    return channels


def _ids(value: object) -> tuple[str, ...]:
    """One id, or a list of them; the app says what is wrong with them."""
    return tuple(str(each) for each in (value if isinstance(value, list) else [value]))


def _moment(value: object) -> datetime | None:
    """A time, in UTC unless it says otherwise; none if it is no time, which the app says, too."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _templates(root: Mapping[str, object], problems: list[str]) -> list[Template]:
    templates = []
    for name, value in _mapping(root.get("templates", {}), "templates", problems).items():
        entry = _mapping(value, f"templates.{name}", problems)
        category = _text(entry.get("category", "utility"), f"templates.{name}.category", problems)
        languages = _mapping(entry.get("languages", {}), f"templates.{name}.languages", problems)
        for language, raw in languages.items():
            where = f"templates.{name}.languages.{language}"
            components = _long_form(raw, where, problems) if isinstance(raw, dict) else [_body(raw, where, problems)]
            code = whatsapp_code(language)
            templates.append(Template(name=name, language=code, category=category, components=components))
    return templates


def _body(value: object, where: str, problems: list[str]) -> Component:
    text = _text(value, where, problems)
    if problem := placeholder_problem(text):
        problems.append(f"{where}: {problem}")
    return {"type": "BODY", "text": text}


def _long_form(entry: Mapping[str, object], where: str, problems: list[str]) -> list[Component]:
    """The components of `{text, header, footer, buttons}`."""
    components = [_body(entry.get("text"), f"{where}.text", problems)]
    if "header" in entry:
        header = _text(entry["header"], f"{where}.header", problems)
        kind = header.upper() if header in _HEADER_KINDS else "TEXT"
        components.append({"type": "HEADER", "format": kind} | ({"text": header} if kind == "TEXT" else {}))
    if "footer" in entry:
        components.append({"type": "FOOTER", "text": _text(entry["footer"], f"{where}.footer", problems)})
    if isinstance(buttons := entry.get("buttons", []), list) and buttons:
        components.append({"type": "BUTTONS", "buttons": [_button(each, where, problems) for each in buttons]})
    return components


def _button(value: object, where: str, problems: list[str]) -> Component:
    entry = _mapping(value, f"{where}.buttons", problems)
    if "url" in entry:
        url = _text(entry["url"], f"{where}.buttons", problems)
        return {"type": "URL", "text": url, "url": url}
    return {"type": "QUICK_REPLY", "text": _text(entry.get("quick_reply"), f"{where}.buttons", problems)}


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
