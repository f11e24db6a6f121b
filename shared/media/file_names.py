"""Names of files that customers and agents give: what of them is kept, and how a header says them."""

import unicodedata
from typing import Final
from urllib.parse import quote

_MOST_BYTES: Final = 255
"""More takes no usual file system."""
_LONGEST_ENDING: Final = 16
_DROPPED: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Characters that do something instead of showing: control, direction, halves of pairs, ends of lines."""
_PLAIN: Final = "!#$&+-.^_`|~"  # beside letters and digits what RFC 8187 lets stand


def clean_file_name(name: str | None) -> str | None:
    """Return a name without path and without what does not show, at most 255 bytes; None when nothing is left."""
    if name is None:
        return None
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in last if unicodedata.category(character) not in _DROPPED)
    return _shortened(shown.strip(" .")) or None


def _shortened(name: str) -> str:
    """Cut a name in front of its ending, which says how a person's machine opens it."""
    if len(name.encode()) <= _MOST_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    room = _MOST_BYTES - len(f"{dot}{ending}".encode())
    return f"{stem.encode()[:room].decode(errors='ignore').rstrip(' .')}{dot}{ending}"


def attachment(name: str) -> str:
    """Return the header Content-Disposition of a file that is to be saved under a name (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe=_PLAIN)}"
