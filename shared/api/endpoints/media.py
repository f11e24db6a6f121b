"""The files of a conversation's messages: read as a whole, or opened by an address for a minute."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from shared.api.call import Call
from shared.api.exchange import Response
from shared.api.models import View
from shared.api.operations import Operation
from shared.media.file_names import attachment
from shared.media.types import TYPES
from shared.vocabulary.codes import Code

_HARMLESS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What a customer sends is saved, and runs nowhere as a page of the app's own address."""
_HEADERS: Final = {
    "Content-Disposition": "Always attachment, with the name of the file.",
    "Content-Security-Policy": "That nothing in the file runs.",
    "Cross-Origin-Resource-Policy": "That no other site shows the file.",
}
_NOT_HERE: Final = {Code.MEDIA_NOT_FOUND: HTTPStatus.NOT_FOUND}


class LinkView(View):
    """An address that opens one file until a time, for whoever has it."""

    url: str
    expires_at: datetime


async def read(call: Call) -> Response:
    """Read the file of a message, either way."""
    visibility, params = await call.visibility(), call.request.params
    file = await call.services.media_files.read(params["conversationId"], params["messageId"], visibility.sees)
    headers = {"Content-Type": file.mime_type, "Content-Disposition": attachment(file.name), **_HARMLESS}
    return Response(status=HTTPStatus.OK, headers=headers, body=file.content)


async def link(call: Call) -> LinkView:
    """Open the copy of a file by an address, for a minute."""
    visibility, params = await call.visibility(), call.request.params
    made = await call.services.media_files.link(params["conversationId"], params["messageId"], visibility.sees)
    return LinkView(url=made.url, expires_at=made.expires_at)


READ: Final = Operation(
    endpoint=read,
    answer=bytes,
    answer_types=TYPES,
    answer_headers=_HEADERS,
    patience=timedelta(seconds=30),
    codes=(Code.CONVERSATION_NOT_FOUND, Code.MEDIA_NOT_FOUND, Code.MEDIA_BY_LINK, Code.MEDIA_GONE),
    statuses=_NOT_HERE,
)
LINK: Final = Operation(
    endpoint=link,
    answer=LinkView,
    codes=(Code.CONVERSATION_NOT_FOUND, Code.MEDIA_NOT_FOUND, Code.MEDIA_GONE, Code.MEDIA_NOT_AVAILABLE),
    statuses=_NOT_HERE,
)
