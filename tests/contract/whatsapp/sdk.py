"""Microsoft's own client, sync and aio, behind one asynchronous face: the same tests run on both.

Retries inside the SDK are off, so that a test sees each answer.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from azure.communication.messages import MessageTemplateClient, NotificationMessagesClient
from azure.communication.messages import models as acs
from azure.communication.messages.aio import MessageTemplateClient as AsyncMessageTemplateClient
from azure.communication.messages.aio import NotificationMessagesClient as AsyncNotificationMessagesClient
from azure.core.credentials import AzureKeyCredential

from tests.contract.whatsapp.stand_in import CHANNEL, KEY, NUMBER

TO = f"+{NUMBER}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a send answered: its receipt, if there is one, and the header `Repeatability-Result`."""

    message_id: str
    to: str
    result: str


type _Answered = tuple[acs.SendMessageResult, Mapping[str, str]]


def _answered(_: Any, result: acs.SendMessageResult, headers: Mapping[str, str]) -> _Answered:
    """What the client hands back instead of the result alone, so that its headers are seen."""
    return result, headers


def _sent(answered: _Answered) -> Sent:
    result, headers = answered
    receipt = result.receipts[0] if result.receipts else None
    return Sent(
        message_id=receipt.message_id if receipt else "",
        to=receipt.to if receipt else "",
        result=headers["Repeatability-Result"],
    )


class Sdk(Protocol):
    """What the stand-in's tests need of a client."""

    async def send(self, body: Any, headers: Mapping[str, str] | None = None) -> Sent: ...

    async def download(self, media_id: str) -> bytes: ...

    async def templates(self, channel_id: str, page_size: int | None = None) -> list[acs.MessageTemplateItem]: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class AsyncSdk:
    """The aio client."""

    def __init__(self, address: str, key: str = KEY) -> None:
        self._messages = AsyncNotificationMessagesClient(address, AzureKeyCredential(key), retry_total=0)
        self._templates = AsyncMessageTemplateClient(address, AzureKeyCredential(key), retry_total=0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._messages.close()
        await self._templates.close()

    async def send(self, body: Any, headers: Mapping[str, str] | None = None) -> Sent:
        answered: Any = await self._messages.send(body, headers=dict(headers or {}), cls=_answered)
        return _sent(answered)

    async def download(self, media_id: str) -> bytes:
        return b"".join([part async for part in await self._messages.download_media(media_id)])

    async def templates(self, channel_id: str, page_size: int | None = None) -> list[acs.MessageTemplateItem]:
        return [item async for item in self._templates.list_templates(channel_id, maxpagesize=page_size)]


class SyncSdk:
    """The synchronous client, in a thread."""

    def __init__(self, address: str, key: str = KEY) -> None:
        self._messages = NotificationMessagesClient(address, AzureKeyCredential(key), retry_total=0)
        self._templates = MessageTemplateClient(address, AzureKeyCredential(key), retry_total=0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._messages.close()
        self._templates.close()

    async def send(self, body: Any, headers: Mapping[str, str] | None = None) -> Sent:
        answered: Any = await asyncio.to_thread(
            lambda: self._messages.send(body, headers=dict(headers or {}), cls=_answered)
        )
        return _sent(answered)

    async def download(self, media_id: str) -> bytes:
        return await asyncio.to_thread(lambda: b"".join(self._messages.download_media(media_id)))

    async def templates(self, channel_id: str, page_size: int | None = None) -> list[acs.MessageTemplateItem]:
        return await asyncio.to_thread(lambda: list(self._templates.list_templates(channel_id, maxpagesize=page_size)))


def text(content: str = "Bonjour", to: str = TO) -> acs.TextNotificationContent:
    """A text to a customer."""
    return text_from(CHANNEL, content, to)


def text_from(channel: str, content: str, to: str = TO) -> acs.TextNotificationContent:
    """The same from another channel."""
    return acs.TextNotificationContent(channel_registration_id=channel, to=[to], content=content)


def image_message(address: str, to: str = TO) -> acs.ImageNotificationContent:
    """An image that lies at an address."""
    return acs.ImageNotificationContent(channel_registration_id=CHANNEL, to=[to], media_uri=address, content="Voici")


def template(name: str, language: str, *parameters: str, to: str = TO) -> acs.TemplateNotificationContent:
    """A template with the parameters of its body."""
    values = [acs.MessageTemplateText(name=f"p{index}", text=each) for index, each in enumerate(parameters)]
    body = [acs.WhatsAppMessageTemplateBindingsComponent(ref_value=value.name) for value in values]
    filled = acs.MessageTemplate(
        name=name,
        language=language,
        template_values=[*values],
        bindings=acs.WhatsAppMessageTemplateBindings(body=body),
    )
    return acs.TemplateNotificationContent(channel_registration_id=CHANNEL, to=[to], template=filled)
