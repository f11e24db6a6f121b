"""HTTP calls to the stack: JSON in, JSON out, and errors in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from dev.stack.story.errors import RefusedError, StoryError

_PATIENCE = aiohttp.ClientTimeout(total=30)


def client() -> aiohttp.ClientSession:
    """A session for the calls, to be closed by the caller."""
    return aiohttp.ClientSession(timeout=_PATIENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file, and what it is said to be."""

    mime_type: str
    content: bytes


async def call(
    http: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str | int] | None = None,
    body: Mapping[str, object] | bytes | None = None,
) -> Any:
    """The JSON of the answer; bytes are a body as it is. Raises RefusedError and StoryError."""
    content = {"data": body} if isinstance(body, bytes) else {"json": body}
    return _json((await _answer(http, method, url, headers=headers, params=query, **content)).content.decode())


async def fetch(http: aiohttp.ClientSession, url: str, *, headers: Mapping[str, str] | None = None) -> File:
    """A file. Raises RefusedError and StoryError."""
    return await _answer(http, "GET", url, headers=headers)


async def _answer(http: aiohttp.ClientSession, method: str, url: str, **request: Any) -> File:
    """What is answered. Raises RefusedError for an error status, StoryError if nothing answers."""
    try:
        async with http.request(method, url, **request) as response:
            content = await response.read()
            if response.status >= 400:
                text = content.decode(errors="replace").strip()
                why = f": {text}" if text else f" ({response.reason})"
                said = f"{method} {response.url.path} was answered {response.status}{why}"
                raise RefusedError(said, _json(text))
            return File(mime_type=response.content_type, content=content)
    except (aiohttp.ClientError, TimeoutError) as error:
        origin = "/".join(url.split("/")[:3])
        raise StoryError(
            f"Nothing answers at {origin} ({type(error).__name__}). Start a stack with: make run"
        ) from error


async def download(http: aiohttp.ClientSession, url: str, *, headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of the answer. Raises RefusedError for an error status, StoryError if nothing answers."""
    try:
        async with http.get(url, headers=headers) as response:
            content = await response.read()
            if response.status >= 400:
                text = content.decode(errors="replace")
                raise RefusedError(f"GET {response.url.path} was answered {response.status}: {text}", _json(text))
            return content
    except (aiohttp.ClientError, TimeoutError) as error:
        origin = "/".join(url.split("/")[:3])
        raise StoryError(f"Nothing answers at {origin} ({type(error).__name__})") from error


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
