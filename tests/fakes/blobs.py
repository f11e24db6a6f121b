"""Blob Storage in memory."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from shared.media.blobs import Blob
from shared.vocabulary.errors import Conflict
from shared.vocabulary.time import rfc3339

_PIECE = 64 * 1024


class FakeBlobs:
    """Keeps files.

    Attributes:
        contents: The bytes of each, by name.
    """

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self._known: dict[str, Blob] = {}

    async def put(
        self, name: str, pieces: AsyncIterable[bytes], *, mime_type: str, labels: Mapping[str, str] | None = None
    ) -> None:
        """As `Blobs.put`."""
        content = b"".join([piece async for piece in pieces])
        if name in self.contents:
            raise Conflict(name, exists=True)
        self.contents[name] = content
        self._known[name] = Blob(name=name, size=len(content), mime_type=mime_type, labels=dict(labels or {}))

    async def find(self, name: str) -> Blob | None:
        """As `Blobs.find`."""
        return self._known.get(name)

    @asynccontextmanager
    async def read(self, name: str) -> AsyncIterator[AsyncIterator[bytes] | None]:
        """As `Blobs.read`."""
        content = self.contents.get(name)
        yield None if content is None else _pieces(content)

    async def delete(self, name: str) -> None:
        """As `Blobs.delete`."""
        self.contents.pop(name, None)
        self._known.pop(name, None)

    async def names(self, prefix: str, limit: int) -> Sequence[str]:
        """As `Blobs.names`."""
        return sorted(name for name in self.contents if name.startswith(prefix))[:limit]

    async def address(self, name: str, until: datetime, *, as_attachment: bool = False) -> str:
        """As `Blobs.address`."""
        return f"https://blobs.example/media/{name}?until={rfc3339(until)}&attachment={as_attachment}&sig=fake"


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
