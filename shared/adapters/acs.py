"""The port `Channel` on Advanced Messaging of Azure Communication Services (ACS).

Comes in: one attempt at one message. Goes out: what became of it, with the code that counts and without personal data.
Nothing is retried here. Facts: the REST specification in Azure/azure-rest-api-specs, folder
`specification/communication/data-plane/Messages`; repeatability: the OASIS text "Repeatable Requests 1.0".
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final, Self, cast

from azure.communication.messages.aio import MessageTemplateClient, NotificationMessagesClient
from azure.communication.messages.models import MessageTemplateItem
from azure.core.credentials import AzureKeyCredential
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError, HttpResponseError, ODataV4Format
from azure.core.pipeline.policies import AsyncBearerTokenCredentialPolicy, ContentDecodePolicy, RequestIdPolicy

from shared.adapters.acs_media import open_media
from shared.adapters.acs_messages import notification_of
from shared.adapters.http_transport import http_transport
from shared.adapters.private_parts import without_private_parts
from shared.adapters.retry_after import retry_after
from shared.adapters.template_definition import read_definition
from shared.adapters.unavailable import channel_away
from shared.sending.channel import Accepted, NothingDone, Outcome, Postponed, Refusal, Shipment
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import Provider

_READ_SECONDS: Final = 20
_SCOPE: Final = "https://communication.azure.com//.default"
_BUSY: Final = 429
_FORBIDDEN: Final = 403
_PASSING: Final = (401, _FORBIDDEN, 408, _BUSY)
_TURNED_AWAY: Final = (401, _FORBIDDEN, _BUSY, 503)
# A short one only where nothing else can be meant: as a whole code, or as Meta writes it, (#368).
_WHATSAPP_CODE: Final = re.compile(r"\b(?:13\d{4}|80007)\b|(?<=\(#)\d{1,3}(?=\))|\A(?:1|2|4|33|100|368)\Z")


class AcsChannel:
    """The WhatsApp channels of one ACS resource."""

    def __init__(self, notifications: NotificationMessagesClient, templates: MessageTemplateClient) -> None:
        self._notifications = notifications
        self._templates = templates

    @classmethod
    def from_connection_string(cls, connection: str) -> Self:
        """Open the resource of `endpoint=…;accesskey=…`, also over plain http, which the SDK's own reader would change.

        Raises:
            ValueError: A part is missing.
        """
        parts = {
            name.strip().lower(): value for name, _, value in (part.partition("=") for part in connection.split(";"))
        }
        if not parts.get("endpoint") or not parts.get("accesskey"):
            raise ValueError("a connection string of Communication Services is endpoint=https://…;accesskey=…")
        endpoint, key = parts["endpoint"].rstrip("/"), AzureKeyCredential(parts["accesskey"])
        return cls(
            NotificationMessagesClient(endpoint, key, **_options()),
            MessageTemplateClient(endpoint, key, **_options()),
        )

    @classmethod
    def from_identity(cls, endpoint: str, credential: AsyncTokenCredential) -> Self:
        """Return the resource at `https://<name>.communication.azure.com`, opened with a token.

        The pipeline is made here: the SDK's asynchronous clients (1.1.0) put a synchronous token policy into theirs.
        """
        policies = [
            RequestIdPolicy(),
            ContentDecodePolicy(),
            AsyncBearerTokenCredentialPolicy(credential, _SCOPE),
        ]
        return cls(
            NotificationMessagesClient(endpoint, credential, policies=policies, **_options()),
            MessageTemplateClient(endpoint, credential, policies=policies, **_options()),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._notifications.close()
        await self._templates.close()

    def repeats_harmlessly(self, _shipment: Shipment) -> bool:
        """See `Channel.repeats_harmlessly`: ACS knows an attempt again by its request id."""
        return True

    def same_provider(self, _channel_id: str, _then: datetime, _now: datetime) -> bool:
        """See `Channel.same_provider`: of its own channels alone it is asked."""
        return True

    async def send(self, shipment: Shipment) -> Outcome:
        """See `Channel.send`."""
        notification = notification_of(shipment)
        headers = {
            "Repeatability-Request-ID": shipment.request_id,
            "Repeatability-First-Sent": format_datetime(shipment.first_sent.astimezone(UTC), usegmt=True),
        }
        try:
            return cast("Outcome", await self._notifications.send(notification, headers=headers, cls=_accepted))
        except HttpResponseError as error:
            return _outcome(error, shipment)
        except (AzureError, OSError, ValueError) as error:
            return _no_answer(error, shipment)

    async def templates(self, channel_id: str) -> Sequence[ListedTemplate]:
        """See `Channel.templates`; one call a page."""
        try:
            return [_listed(item) async for item in self._templates.list_templates(channel_id)]
        except (AzureError, OSError, ValueError, KeyError) as error:
            raise channel_away("the templates", error) from error

    def media(self, _provider: Provider, media_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes] | None]:
        """See `Channel.media`."""
        return open_media(self._notifications, media_id)

    async def mark_read(self, _channel_id: str, _message_id: str) -> None:
        """See `Channel.mark_read`: ACS can't."""


def _options() -> dict[str, Any]:
    """Return the options of one client; each closes its own transport."""
    return {"retry_total": 0, "transport": http_transport(read_seconds=_READ_SECONDS)}


def _accepted(_answer: object, result: object, headers: Mapping[str, str | None]) -> Outcome:
    if (headers.get("Repeatability-Result") or "").lower() == "rejected":
        return NothingDone()
    match result:
        case {"receipts": [{"messageId": str(message_id)}, *_]}:
            return Accepted(message_id=message_id)
    return Postponed(code="no_receipt", message="the answer names no message")


def _outcome(error: HttpResponseError, shipment: Shipment) -> Outcome:
    answer: Any = error.response
    if answer is None:
        return _no_answer(error, shipment)
    status: int = answer.status_code
    problem = error.error
    by_whatsapp = _code_of_whatsapp(problem) if problem else None
    # A success of another kind, which would else be taken for one of WhatsApp's codes.
    if status < 300:
        return Postponed(code="no_receipt", message="the answer names no message")
    code = by_whatsapp or (_code(problem, status) if problem else None) or str(status)
    message = without_private_parts((problem.message if problem else None) or f"HTTP {status}", shipment)
    # Forbidden without a code of WhatsApp's is the app itself: that passes once somebody gives it the right.
    passes = status in _PASSING and not (status == _FORBIDDEN and by_whatsapp)
    if 400 <= status < 500 and not passes:
        return Refusal(code=code, message=message)
    return Postponed(
        code=code,
        message=message,
        retry_after=retry_after(answer.headers),
        in_doubt=status not in _TURNED_AWAY,
    )


def _no_answer(error: Exception, shipment: Shipment) -> Outcome:
    return Postponed(code="no_answer", message=without_private_parts(f"{type(error).__name__}: {error}", shipment))


def _code_of_whatsapp(problem: ODataV4Format) -> str | None:
    """Return WhatsApp's code, wherever it stands."""
    found = (_WHATSAPP_CODE.search(said) for said in _said(problem))
    return next((each.group() for each in found if each), None)


def _code(problem: ODataV4Format, status: int) -> str | None:
    """Return the service's own code; too many requests are 429, by whatever name."""
    return None if status == _BUSY else problem.code


def _said(problem: ODataV4Format) -> Iterator[str]:
    inner: Any = problem.innererror
    while isinstance(inner, Mapping):
        yield str(inner.get("code"))
        inner = inner.get("innererror")
    yield str(problem.code)
    for detail in problem.details or ():
        yield from _said(detail)
    yield str(problem.message)


def _listed(item: MessageTemplateItem) -> ListedTemplate:
    status = getattr(item.status, "value", item.status)
    definition = read_definition(item.get("content"))
    return ListedTemplate(name=item.name, language=item.language, status=status, definition=definition)
