"""Files at Meta's Cloud API: an upload of ours handed over, a customer's file opened.

Source: "Media" of the WhatsApp Business Platform,
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

import aiohttp
from yarl import URL

from shared.adapters.retry_after import retry_after
from shared.adapters.whatsapp_cloud_errors import is_not_known, outcome_of, pause_asked
from shared.adapters.whatsapp_cloud_graph import FAULTS, Answer, Graph, NoAnswer
from shared.sending.channel import Outcome, Postponed, Refusal
from shared.sending.upload_addresses import FILE_GONE, NOT_TO_BE_HAD
from shared.vocabulary.errors import NotKnown, Unavailable
from shared.vocabulary.message import Media

_UPLOADED_WITHIN: Final = 60.0
"""Seconds for a file of 16 MB at most, which is read from Blob Storage meanwhile."""
_PIECE: Final = 64 * 1024
_GONE: Final = (404, 410)
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TYPE: Final = re.compile(r"[a-z0-9.+-]{1,80}/[a-z0-9.+-]{1,120}")
_BYTES_ONLY: Final = "application/octet-stream"
_SPEECH: Final = {"audio/ogg": "audio/ogg; codecs=opus"}
"""Without its codec WhatsApp takes no such file, and has no other."""
_BOUNDARY: Final = "file-of-a-message-4f1d6b0c9a7e"


class _NotHere(Exception):
    """Raised when Blob Storage does not give a file; `outcome` is what that means for the message."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


async def hand_over(
    graph: Graph, phone_number_id: str, file: Media, address: str, clean: Callable[[str], str]
) -> str | Outcome:
    """Give a file of ours to Meta; its id there, or what became of the message instead, which is never in doubt.

    Args:
        address: A signed one, of Blob Storage.
        clean: Takes out of Meta's words what is private.
    """

    async def once(proof: Mapping[str, str]) -> Answer:
        async with graph.http.get(URL(address, encoded=True), allow_redirects=False) as blob:
            if blob.status != 200:
                raise _NotHere(_not_here(blob.status))
            body, length = _multipart(blob, _type_of(file, blob))
            headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}", **length}
            path = (phone_number_id, "media")
            return await graph.call("POST", path, proof, within=_UPLOADED_WITHIN, headers=headers, data=body)

    try:
        answer = await graph.trying_proofs(once)
    except _NotHere as error:
        return error.outcome
    except NoAnswer as error:
        return Postponed(code="no_answer", message=clean(str(error)), in_doubt=False)
    except FAULTS:
        return _not_here(503)
    match answer.body:
        case {"id": str(file_id)} if answer.status == 200:
            return file_id
    outcome = outcome_of(answer, clean)
    return replace(outcome, in_doubt=False) if isinstance(outcome, Postponed) else outcome


def _not_here(status: int) -> Outcome:
    if status in _GONE:
        return Refusal(code=FILE_GONE.code, message=FILE_GONE.message)
    return Postponed(code=NOT_TO_BE_HAD, message="Blob Storage does not answer", in_doubt=False)


def _type_of(file: Media, blob: aiohttp.ClientResponse) -> str:
    named = (file.mime_type or blob.content_type).lower()
    return _SPEECH.get(named, named) if _TYPE.fullmatch(named) else _BYTES_ONLY


def _multipart(blob: aiohttp.ClientResponse, mime_type: str) -> tuple[AsyncIterator[bytes], dict[str, str]]:
    """Return the body of an upload, and its length, so that nothing has to take a body without one (RFC 7578)."""
    fields = {"messaging_product": "whatsapp", "type": mime_type}
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = f'Content-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: {mime_type}\r\n\r\n'
    head = f"{''.join(parts)}--{_BOUNDARY}\r\n{file}".encode()
    tail = f"\r\n--{_BOUNDARY}--\r\n".encode()

    async def body() -> AsyncIterator[bytes]:
        yield head
        async for piece in blob.content.iter_chunked(_PIECE):
            yield piece
        yield tail

    size = blob.content_length
    return body(), {} if size is None else {"Content-Length": str(len(head) + size + len(tail))}


@asynccontextmanager
async def open_file(graph: Graph, media_id: str) -> AsyncIterator[AsyncIterator[bytes] | None]:
    """See `Channel.media`: an address that is good for five minutes, then the file; a late one is asked for again."""
    for last in (False, True):
        address = await _address_of(graph, media_id)
        if address is None:
            break
        async with _opened(graph, address) as response:
            if response.status in _GONE and not last:
                continue
            if response.status in _GONE:
                break
            if response.status != 200:
                wait = retry_after(response.headers)
                raise Unavailable(f"Meta did not give a file: HTTP {response.status}", retry_after=wait)
            yield _pieces(response)
            return
    yield None


async def _address_of(graph: Graph, media_id: str) -> str | None:
    if not _ID.fullmatch(media_id):
        return None
    try:
        answer = await graph.ask("GET", media_id)
    except NoAnswer as error:
        raise Unavailable(f"Meta did not give a file ({error.reason})") from error
    match answer.body:
        case {"url": str(address)} if answer.status == 200:
            return address
    if is_not_known(answer):
        raise NotKnown("Meta does not know the file, or the token has no right to it")
    raise not_given("a file", answer)


@asynccontextmanager
async def _opened(graph: Graph, address: str) -> AsyncIterator[Any]:
    try:
        response = await graph.open_file(address)
    except (*FAULTS, ValueError) as error:
        raise Unavailable(f"Meta did not give a file ({type(error).__name__})") from error
    try:
        yield response
    finally:
        response.close()  # or the connection of a file that is not read to its end stays open


async def _pieces(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for piece in response.content.iter_chunked(_PIECE):
            yield piece
    except FAULTS as error:
        raise Unavailable(f"Meta did not give a file ({type(error).__name__})") from error


def not_given(what: str, answer: Answer) -> Unavailable:
    """Return the error for who asked Meta for something; nothing of its answer is in it but status and code."""
    code = answer.error.get("code")
    named = f", code {code}" if isinstance(code, int) else ""
    return Unavailable(
        f"Meta did not give {what}: HTTP {answer.status}{named}", retry_after=pause_asked(answer.headers)
    )
