"""A customer's file as Advanced Messaging of ACS gives it: one call, the body read while it comes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from azure.communication.messages.aio import NotificationMessagesClient
from azure.core.exceptions import HttpResponseError

from shared.adapters.http_transport import FAULTS
from shared.adapters.unavailable import channel_away

_GONE: Final = (400, 404, 410)
"""The id is not known any more, or never was one."""


@asynccontextmanager
async def open_media(client: NotificationMessagesClient, media_id: str) -> AsyncIterator[AsyncIterator[bytes] | None]:
    """See `Channel.media`."""
    response = await _response(client, media_id)
    if response is None:
        yield None
        return
    try:
        yield _pieces(response)
    finally:
        await response.close()  # or the connection of a file that is not read to its end stays open


async def _response(client: NotificationMessagesClient, media_id: str) -> Any:
    try:
        return await client.download_media(media_id, cls=lambda answer, _pieces, _headers: answer.http_response)
    except HttpResponseError as error:
        if error.status_code in _GONE:
            return None
        raise channel_away("a file", error) from error
    except FAULTS as error:
        raise channel_away("a file", error) from error


async def _pieces(response: Any) -> AsyncIterator[bytes]:
    try:
        async for piece in response.iter_bytes():
            yield piece
    except FAULTS as error:
        raise channel_away("a file", error) from error
