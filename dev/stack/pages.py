"""Pages for people: the files of a folder, from a table made once, under a policy that lets nothing else in."""

import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_INDEX = "index.html"
_TYPES = {".js": "text/javascript", ".ogg": "audio/ogg", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    content: bytes
    content_type: str


class Page:
    """The page of `folder`, with the files `beside` it from elsewhere.

    `frames` and `framed_by` are sources of the policy: what the page may show in frames, and who may show it in one.
    """

    def __init__(
        self, folder: Path, *, beside: Iterable[Path] = (), frames: str = "'none'", framed_by: str = "'none'"
    ) -> None:
        self._files = {file.name: _read(file) for file in (*filter(Path.is_file, folder.iterdir()), *beside)}
        self._headers = {
            "Content-Security-Policy": f"{_POLICY}; frame-src {frames}; frame-ancestors {framed_by}",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }

    def routes(self, page: str, files: str) -> list[web.RouteDef]:
        """The page itself at the path `page`, its other files below the path `files`."""
        return [web.get(page, self._get), web.get(f"{files}/{{file}}", self._get)]

    async def _get(self, request: web.Request) -> web.Response:
        file = self._files.get(request.match_info.get("file", _INDEX))
        if file is None:
            raise web.HTTPNotFound
        charset = "utf-8" if file.content_type.startswith("text/") else None
        return web.Response(body=file.content, content_type=file.content_type, charset=charset, headers=self._headers)


def _read(file: Path) -> _File:
    known = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    return _File(content=file.read_bytes(), content_type=known or "application/octet-stream")
