"""What WhatsApp takes of each kind of file: types and sizes. Pure.

Source: WhatsApp Business Platform, "Supported media types". Nothing is converted: what it does not take is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.vocabulary.codes import Code
from shared.vocabulary.words import MessageKind

MEGABYTE: Final = 1024 * 1024
MOST_UPLOADED: Final = 16 * MEGABYTE
"""What an upload may have, in bytes, of whatever kind."""


_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument"
OFFICE_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "docx": f"{_OPEN_XML}.wordprocessingml.document",
        "xlsx": f"{_OPEN_XML}.spreadsheetml.sheet",
        "pptx": f"{_OPEN_XML}.presentationml.presentation",
        "doc": "application/msword",
        "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
    }
)
"""The types of office documents, by the ends of their names."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What WhatsApp takes of one kind.

    Attributes:
        bytes: At most.
        words: The types and the size, for people.
    """

    types: frozenset[str]
    bytes: int
    words: str


LIMITS: Final[Mapping[MessageKind, Limit]] = MappingProxyType(
    {
        MessageKind.IMAGE: Limit(frozenset({"image/jpeg", "image/png"}), 5 * MEGABYTE, "jpeg or png, at most 5 MB"),
        MessageKind.VIDEO: Limit(frozenset({"video/mp4", "video/3gpp"}), 16 * MEGABYTE, "mp4 or 3gp, at most 16 MB"),
        MessageKind.AUDIO: Limit(
            frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
            16 * MEGABYTE,
            "aac, amr, mp3, mp4 or ogg, at most 16 MB",
        ),
        MessageKind.DOCUMENT: Limit(
            frozenset({"text/plain", "application/pdf", *OFFICE_TYPES.values()}),
            100 * MEGABYTE,
            "text, pdf, doc(x), xls(x) or ppt(x), at most 100 MB",
        ),
    }
)
HEADER_LIMITS: Final[Mapping[MessageKind, Limit]] = MappingProxyType(
    {
        MessageKind.IMAGE: LIMITS[MessageKind.IMAGE],
        MessageKind.VIDEO: Limit(frozenset({"video/mp4"}), 16 * MEGABYTE, "mp4, at most 16 MB"),
        MessageKind.DOCUMENT: Limit(frozenset({"application/pdf"}), 100 * MEGABYTE, "pdf, at most 100 MB"),
    }
)
"""What it takes in the header of a template."""

_OTHER_NAMES: Final = {"image/jpg": "image/jpeg", "audio/mp3": "audio/mpeg", "video/3gp": "video/3gpp"}


def plain_type(content_type: str) -> str:
    """Return a type as limits name it: without parameters, by its usual name."""
    name = content_type.partition(";")[0].strip().lower()
    return _OTHER_NAMES.get(name, name)


def can_be_sent(mime_type: str) -> bool:
    """Tell whether WhatsApp takes files of a type as any kind."""
    return any(mime_type in limit.types for limit in LIMITS.values())


def what_can_be_sent() -> str:
    """Return the types and sizes of all kinds, for people."""
    return "; ".join(f"{kind}: {limit.words}" for kind, limit in LIMITS.items())


def problem_with(
    kind: MessageKind, mime_type: str | None, size: int | None, *, in_header: bool = False
) -> tuple[Code, str] | None:
    """Return why WhatsApp would not take a file as that kind, with what it does take; None if nothing speaks against.

    Args:
        mime_type: As `plain_type` gives it; None: not known.
        size: In bytes; None: not known.
        in_header: Whether it goes into the header of a template.
    """
    limit = (HEADER_LIMITS if in_header else LIMITS).get(kind)
    if limit is None:
        return Code.MEDIA_TYPE_NOT_SUPPORTED, f"no file can be sent as {kind}"
    if mime_type is not None and mime_type not in limit.types:
        return Code.MEDIA_TYPE_NOT_SUPPORTED, f"is {mime_type}; WhatsApp takes as {kind}: {limit.words}"
    if size is not None and size > limit.bytes:
        return Code.MEDIA_TOO_LARGE, f"has {size:,} bytes; WhatsApp takes as {kind}: {limit.words}"
    return None
