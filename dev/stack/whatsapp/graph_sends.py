"""What Meta's Graph API accepts on `POST /{phone_number_id}/messages`, as far as a contact centre sends it.

In: the request's body. Out: a `Send`, in the terms of WhatsApp, or a `Seen`; or `InvalidSend` with every problem.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/message-api
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from dev.stack.whatsapp.bodies import problems_of
from dev.stack.whatsapp.catalogue import Provider
from dev.stack.whatsapp.phones import BSUID, Kind
from dev.stack.whatsapp.sends import InvalidSend, Parameter, Send, TemplateUse

_Number = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{4,14}$")]
_Bsuid = Annotated[str, StringConstraints(pattern=rf"^{BSUID.pattern}$")]
_Some = Annotated[str, StringConstraints(min_length=1)]
_FILES = (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO, Kind.DOCUMENT)
_SUB_TYPES: Mapping[str, str] = {"quick_reply": "quickReply", "url": "url"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The business has read a customer's message."""

    message_id: str


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Text(_Body):
    body: Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class _File(_Body):
    id: _Some | None = None
    link: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    caption: Annotated[str, StringConstraints(max_length=1024)] = ""
    filename: str | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.id is None) == (self.link is None):
            raise ValueError("give either id or link")
        return self


class _Place(_Body):
    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None

    @property
    def text(self) -> str:
        return ", ".join(filter(None, (self.name, self.address, f"{self.latitude}, {self.longitude}")))


class _Parameter(_Body):
    type: Literal["text", "image", "video", "document", "location", "payload"]
    parameter_name: str = ""
    text: str = ""
    payload: str = ""
    image: _File | None = None
    video: _File | None = None
    document: _File | None = None
    location: _Place | None = None

    @model_validator(mode="after")
    def _has_what_it_is(self) -> Self:
        if self.type not in ("text", "payload") and getattr(self, self.type) is None:
            raise ValueError(f"a parameter of type {self.type} needs {self.type}")
        return self

    def read(self) -> Parameter:
        file = self.image or self.video or self.document or _File.model_construct()
        return Parameter(
            kind=self.type,
            text=self.location.text if self.location else self.text or self.payload,
            url=file.link,
            file_name=file.filename,
            file_id=file.id,
            name=self.parameter_name,
        )


class _Component(_Body):
    type: Literal["header", "body", "footer", "button"]
    parameters: Sequence[_Parameter] = ()
    sub_type: str | None = None
    index: int | None = Field(default=None, ge=0, le=9)

    @model_validator(mode="after")
    def _is_a_whole_button(self) -> Self:
        if self.type == "button" and (self.sub_type is None or self.index is None or len(self.parameters) != 1):
            raise ValueError("a button needs sub_type, index and one parameter")
        return self

    def button(self) -> Parameter:
        given = self.parameters[0]
        kind = _SUB_TYPES.get(self.sub_type or "", self.sub_type or "")
        return Parameter(kind=kind, text=given.text or given.payload, index=self.index)


class _Language(_Body):
    code: _Some


class _Template(_Body):
    name: _Some
    language: _Language
    components: Sequence[_Component] = ()

    def use(self) -> TemplateUse:
        return TemplateUse(
            name=self.name,
            language=self.language.code,
            header=self._bound("header"),
            body=self._bound("body"),
            footer=self._bound("footer"),
            buttons=tuple(each.button() for each in self.components if each.type == "button"),
        )

    def _bound(self, where: str) -> tuple[Parameter, ...]:
        return tuple(given.read() for each in self.components if each.type == where for given in each.parameters)


class _Addressed(_Body):
    messaging_product: Literal["whatsapp"]
    to: _Number | None = None
    recipient: _Bsuid | None = None
    biz_opaque_callback_data: Annotated[str, StringConstraints(max_length=512)] | None = None
    type: Literal["text", "image", "video", "audio", "document", "template"] = "text"
    text: _Text | None = None
    image: _File | None = None
    video: _File | None = None
    audio: _File | None = None
    document: _File | None = None
    template: _Template | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.to is None and self.recipient is None:
            raise ValueError("to or recipient is needed")
        if getattr(self, self.type) is None:
            raise ValueError(f"{self.type} is needed")
        return self

    def send(self, channel_id: str) -> Send:
        kind = Kind(self.type)
        file = getattr(self, kind) if kind in _FILES else None
        use = self.template.use() if self.template and kind is Kind.TEMPLATE else None
        header_file = next((value.file_name for value in use.header), None) if use else None
        return Send(
            channel_id=channel_id,
            to=self.to or self.recipient or "",
            kind=kind,
            text=file.caption if file else self.text.body if self.text and kind is Kind.TEXT else "",
            media_uri=file.link if file else None,
            file_id=file.id if file else None,
            file_name=file.filename if file else header_file,
            template=use,
            provider=Provider.WHATSAPP_CLOUD,
            callback=self.biz_opaque_callback_data,
        )


class _Read(_Body):
    messaging_product: Literal["whatsapp"]
    status: Literal["read"]
    message_id: _Some


def parse_graph_send(body: bytes, channel_id: str) -> Send | Seen:
    """Reads the JSON of a send. Raises `InvalidSend`.

    A number in `to` without `+` is refused: Meta would put the business's own country code before it.
    """
    try:
        raw: Any = json.loads(body)
    except ValueError as error:
        raise InvalidSend([f"the body is not JSON: {error}"]) from error
    if not isinstance(raw, dict):
        raise InvalidSend(["the body must be a JSON object"])
    try:
        if "status" in raw:
            return Seen(message_id=_Read.model_validate(raw).message_id)
        return _Addressed.model_validate(raw).send(channel_id)
    except ValidationError as error:
        raise InvalidSend(problems_of(error)) from error
