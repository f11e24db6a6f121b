"""Of what type an uploaded file is: by its bytes, and where these leave several, by its name too. Pure."""

import re
from typing import Final

from shared.media.limits import OFFICE_TYPES
from shared.media.types import FIRST_BYTES, UNKNOWN, type_of

_PDF: Final = b"%PDF-"
_PDF_WITHIN: Final = 1024  # readers look so far for it
_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDINGS: Final = {"docx": b"word/", "xlsx": b"xl/", "pptx": b"ppt/"}
"""Of office documents in a zip archive: in which of its folders the content is."""
_COMPOUND_ENDINGS: Final = ("doc", "xls", "ppt")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
"""No text has them; tabs, ends of lines and of pages stand between."""


def type_of_upload(content: bytes, file_name: str | None) -> str:
    """Return the type of a whole file; what is not known is only bytes."""
    found = type_of(content[:FIRST_BYTES])
    return found if found != UNKNOWN else _document_type(content, file_name or "")


def _document_type(content: bytes, file_name: str) -> str:
    ending = file_name.rpartition(".")[2].lower()
    if _PDF in content[:_PDF_WITHIN]:
        return "application/pdf"
    if content.startswith(_ZIP):
        # The names in an archive stand in it as they are: nothing is unpacked.
        return OFFICE_TYPES[ending] if ending in _ENDINGS and _ENDINGS[ending] in content else UNKNOWN
    if content.startswith(_COMPOUND):
        return OFFICE_TYPES[ending] if ending in _COMPOUND_ENDINGS else UNKNOWN
    return "text/plain" if _is_text(content) else UNKNOWN


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return bool(content) and not _CONTROLS.search(content)
