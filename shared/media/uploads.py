"""Files that agents upload for a reply: how they are known, and what their blobs say of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from shared.media.limits import MEGABYTE
from shared.vocabulary.identity import digest
from shared.vocabulary.message import Content, Media, Message

NAME: Final = "name"
HASH: Final = "hash"
"""Labels of a blob: what the file is called, and a hash of its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it was uploaded; the name is clean."""

    content: bytes
    name: str | None

    @property
    def labels(self) -> dict[str, str]:
        """What its blob says of it."""
        return {HASH: sha256(self.content).hexdigest()} | ({NAME: self.name} if self.name else {})

    async def pieces(self) -> AsyncIterator[bytes]:
        """Return the bytes in pieces, as Blob Storage takes them."""
        for start in range(0, len(self.content), MEGABYTE):
            yield self.content[start : start + MEGABYTE]


def upload_id_of(call: str) -> str:
    """Return the id of the file that a call uploads: the same again when the call is repeated."""
    return digest("upload", call)


def is_upload_id(text: str) -> bool:
    """Tell whether a text can be the id of an upload; nothing else becomes part of a blob's name."""
    return len(text) == 32 and set(text) <= set("0123456789abcdef")


def file_in(content: Content | Message) -> Media | None:
    """Return the file of a message, or that in the header of its template."""
    header = content.template.header if content.template else None
    return content.media or (header.media if header else None)


def upload_in(content: Content) -> str | None:
    """Return the id of the upload that a message sends, if it sends one."""
    media = file_in(content)
    return media.upload if media else None
