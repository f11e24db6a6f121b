"""Files at Meta: uploaded by the business, and had in two steps: an address for five minutes, then the bytes."""

import hashlib
import secrets
from collections.abc import Callable, MutableMapping
from datetime import datetime, timedelta

from aiohttp import BodyPartReader, web

from dev.stack.whatsapp.fetching import File
from dev.stack.whatsapp.graph_errors import graph_error
from dev.stack.whatsapp.media_ids import new_media_id

_LIVES = timedelta(minutes=5)
_MOST_BYTES = 100 * 1024**2
_TYPES = frozenset(
    [
        *(f"audio/{kind}" for kind in ("aac", "mp4", "mpeg", "amr", "ogg", "opus")),
        *("text/plain", "application/pdf", "application/msword", "application/zip"),
        *("application/vnd.ms-excel", "application/vnd.ms-powerpoint"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        *("image/jpeg", "image/png", "image/webp", "video/mp4", "video/3gpp"),
    ]
)


class GraphMedia:
    """All files, by their ids; Meta's are digits."""

    def __init__(self, files: MutableMapping[str, File], now: Callable[[], datetime]) -> None:
        self._files = files
        self._now = now
        self._places: dict[str, tuple[str, datetime]] = {}

    def has(self, media_id: str) -> bool:
        """Whether a file has this id at Meta."""
        return media_id.isdecimal() and media_id in self._files

    async def upload(self, request: web.Request) -> web.Response:
        """Takes a file of a form with `messaging_product`, `type` and `file`."""
        if request.content_type != "multipart/form-data":
            return graph_error(100, "the body must be multipart/form-data")
        fields: dict[str, str] = {}
        content: bytes | None = None
        mime_type = ""
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            if part.name == "file":
                mime_type, content = part.headers.get("Content-Type", ""), bytes(await part.read())
            else:
                fields[part.name] = await part.text()
        mime_type = fields.get("type") or mime_type
        if fields.get("messaging_product") != "whatsapp" or content is None:
            return graph_error(100, "messaging_product and file are needed")
        if mime_type.partition(";")[0] not in _TYPES or not 0 < len(content) <= _MOST_BYTES:
            return graph_error(131053, f"a file of the type {mime_type!r} with {len(content)} bytes is not taken")
        media_id = new_media_id()
        self._files[media_id] = File(mime_type=mime_type, content=content)
        return web.json_response({"id": media_id})

    def describe(self, request: web.Request) -> web.Response:
        """Says what a file is, and gives it an address for five minutes."""
        media_id = request.match_info["id"]
        file, place = self._files[media_id], secrets.token_urlsafe(24)
        self._places[place] = (media_id, self._now() + _LIVES)
        body = {
            "messaging_product": "whatsapp",
            "url": f"{request.url.origin()}/lookaside/{place}",
            "mime_type": file.mime_type,
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "file_size": len(file.content),
            "id": media_id,
        }
        return web.json_response(body)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes, as long as the address lives."""
        media_id, ends = self._places.get(request.match_info["place"], ("", self._now()))
        if self._now() >= ends:
            return graph_error(100, "this address is not, or not any more, that of a file", status=404, subcode=33)
        file = self._files[media_id]
        return web.Response(body=file.content, headers={"Content-Type": file.mime_type})
