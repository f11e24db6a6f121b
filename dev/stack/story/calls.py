"""HTTP calls to the stack: JSON in, JSON out, and errors in words."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from dev.stack.story.errors import RefusedError, StoryError

_PATIENCE = aiohttp.ClientTimeout(total=30)


def client() -> aiohttp.ClientSession:
    """A session for the calls, to be closed by the caller."""
    return aiohttp.ClientSession(timeout=_PATIENCE)


async def call(
    http: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str | int] | None = None,
    body: Mapping[str, object] | None = None,
) -> Any:
    """The JSON of the answer. Raises RefusedError for an error status, StoryError if nothing answers."""
    try:
        async with http.request(method, url, headers=headers, params=query, json=body) as response:
            text = await response.text()
            if response.status >= 400:
                why = f": {text.strip()}" if text.strip() else f" ({response.reason})"
                said = f"{method} {response.url.path} was answered {response.status}{why}"
                raise RefusedError(said, _json(text))
            return await response.json(content_type=None)
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
