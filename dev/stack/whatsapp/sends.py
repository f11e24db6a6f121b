"""What ACS Messages accepts on `messages/notifications:send` (api-version 2024-08-30).

In: the request's body. Out: a `Send`, in the terms of WhatsApp; or `InvalidSend` with every problem.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from dev.stack.whatsapp.bodies import WireBody, problems_of
from dev.stack.whatsapp.catalogue import Provider
from dev.stack.whatsapp.phones import BSUID, Kind
from dev.stack.whatsapp.templates import Template

_GUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_Recipient = Annotated[str, StringConstraints(pattern=rf"^(\+[1-9][0-9]{{4,14}}|{BSUID.pattern})$")]
_Uri = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
_Caption = Annotated[str, StringConstraints(max_length=1024)]
_OLD_IMAGE = "image_v0"
_NEEDED: Mapping[str, Sequence[str]] = {
    "text": ("text",),
    "image": ("url",),
    "document": ("url",),
    "video": ("url",),
    "location": ("latitude", "longitude"),
}


class InvalidSend(Exception):
    """Raised when ACS would answer 400; `problems` names each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value bound to a template: its kind (`text`, `image` …) and what a person reads of it.

    Of a button the kind is its `subType`; the text is the payload of a quick reply, and the end of an address.

    Attributes:
        name: Of the placeholder; empty where placeholders are known by their order.
        index: Of the button; None where buttons are known by their order.
        file_id: Under which a file was uploaded that has no address.
    """

    kind: str
    text: str = ""
    url: str | None = None
    file_name: str | None = None
    name: str = ""
    index: int | None = None
    file_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateUse:
    """A template with what was bound to each of its components, in order."""

    name: str
    language: str
    header: tuple[Parameter, ...]
    body: tuple[Parameter, ...]
    footer: tuple[Parameter, ...]
    buttons: tuple[Parameter, ...]

    def by_button(self, template: Template) -> Mapping[int, Parameter]:
        """The values of the buttons, by the place of each; one too many gets a place that no button has."""
        takers = [place for place, button in enumerate(template.buttons) if button.takes_value]
        free = iter([*takers, *range(len(template.buttons), len(template.buttons) + len(self.buttons))])
        return {next(free) if each.index is None else each.index: each for each in self.buttons}


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One message to one recipient (`+` and digits, or a BSUID). `text` is the body or the caption.

    Attributes:
        provider: Through whom it is sent.
        file_id: Under which a file was uploaded that has no address.
        callback: What the business wants to hear again with each status.
    """

    channel_id: str
    to: str
    kind: Kind
    text: str = ""
    media_uri: str | None = None
    file_name: str | None = None
    template: TemplateUse | None = None
    provider: Provider = Provider.ACS
    file_id: str | None = None
    callback: str | None = None

    @property
    def file_uri(self) -> str | None:
        """Where the file lies that WhatsApp fetches."""
        header = self.template.header if self.template else ()
        return self.media_uri or next((value.url for value in header), None)

    @property
    def uploaded(self) -> str | None:
        """The id of the file that was uploaded."""
        header = self.template.header if self.template else ()
        return self.file_id or next((value.file_id for value in header), None)


class _Value(WireBody):
    name: str
    kind: Literal["text", "image", "document", "video", "location", "quickAction"]
    text: str | None = None
    url: _Uri | None = None
    latitude: float | None = None
    longitude: float | None = None
    location_name: str | None = None
    address: str | None = None
    file_name: str | None = None
    payload: str | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        missing = [field for field in _NEEDED.get(self.kind, ()) if getattr(self, field) is None]
        if missing:
            raise ValueError(f"kind {self.kind} needs {' and '.join(missing)}")
        return self

    def parameter(self) -> Parameter:
        place = (self.location_name, self.address, f"{self.latitude}, {self.longitude}")
        text = ", ".join(filter(None, place)) if self.kind == "location" else self.text or self.payload or ""
        return Parameter(kind=self.kind, text=text, url=self.url, file_name=self.file_name)


class _Component(WireBody):
    ref_value: str

    def bound(self, value: _Value) -> Parameter:
        return value.parameter()


class _Button(_Component):
    sub_type: Literal["quickReply", "url"]

    def bound(self, value: _Value) -> Parameter:
        text = value.payload if self.sub_type == "quickReply" else value.text
        return Parameter(kind=self.sub_type if value.kind == "quickAction" else value.kind, text=text or "")


class _Bindings(WireBody):
    kind: Literal["whatsApp"] = "whatsApp"
    header: tuple[_Component, ...] = ()
    body: tuple[_Component, ...] = ()
    footer: tuple[_Component, ...] = ()
    buttons: Annotated[tuple[_Button, ...], Field(max_length=10)] = ()


class _TemplateBody(WireBody):
    name: Annotated[str, StringConstraints(min_length=1)]
    language: Annotated[str, StringConstraints(min_length=1)]
    values: tuple[_Value, ...] = ()
    bindings: _Bindings = _Bindings()

    @model_validator(mode="after")
    def _binds_what_it_has(self) -> Self:
        names = {value.name for value in self.values}
        missing = [
            f"{component}[{position}].refValue: no value is called {bound.ref_value!r}"
            for component in ("header", "body", "footer", "buttons")
            for position, bound in enumerate(getattr(self.bindings, component))
            if bound.ref_value not in names
        ]
        if missing:
            raise ValueError("; ".join(missing))
        return self

    def use(self) -> TemplateUse:
        return TemplateUse(
            name=self.name,
            language=self.language,
            header=self._bound(self.bindings.header),
            body=self._bound(self.bindings.body),
            footer=self._bound(self.bindings.footer),
            buttons=self._bound(self.bindings.buttons),
        )

    def _bound(self, components: Sequence[_Component]) -> tuple[Parameter, ...]:
        values = {value.name: value for value in self.values}
        return tuple(component.bound(values[component.ref_value]) for component in components)


class _Notification(WireBody):
    kind: Kind
    channel_registration_id: Annotated[str, StringConstraints(pattern=_GUID)]
    to: Annotated[list[_Recipient], Field(min_length=1, max_length=1)]

    def send(self) -> Send:
        return Send(channel_id=self.channel_registration_id, to=self.to[0], kind=self.kind)


class _Text(_Notification):
    content: Annotated[str, StringConstraints(min_length=1, max_length=4096)]

    def send(self) -> Send:
        return replace(super().send(), text=self.content)


class _Media(_Notification):
    media_uri: _Uri
    caption: _Caption | None = None
    file_name: str | None = None

    def send(self) -> Send:
        return replace(super().send(), text=self.caption or "", media_uri=self.media_uri, file_name=self.file_name)


class _Template(_Notification):
    template: _TemplateBody

    def send(self) -> Send:
        use = self.template.use()
        file_name = next((value.file_name for value in use.header), None)
        return replace(super().send(), template=use, file_name=file_name)


_NOTIFICATIONS: Mapping[str, type[_Notification]] = {
    "text": _Text,
    "image": _Media,
    "document": _Media,
    "video": _Media,
    "audio": _Media,
    "template": _Template,
}


def parse_send(body: bytes) -> Send:
    """Reads the JSON of a send. Raises `InvalidSend`."""
    try:
        raw = json.loads(body)
    except ValueError as error:
        raise InvalidSend([f"the body is not JSON: {error}"]) from error
    if not isinstance(raw, dict):
        raise InvalidSend(["the body must be a JSON object"])
    if raw.get("kind") == _OLD_IMAGE:
        raw = {**raw, "kind": "image", "caption": raw.get("content")}
    notification = next((model for kind, model in _NOTIFICATIONS.items() if kind == raw.get("kind")), None)
    if notification is None:
        raise InvalidSend([f"kind: must be one of {', '.join((*_NOTIFICATIONS, _OLD_IMAGE))}, not {raw.get('kind')!r}"])
    try:
        return notification.model_validate(raw).send()
    except ValidationError as error:
        raise InvalidSend(problems_of(error)) from error
