r"""Recorded calls of Meta's webhook, one a file, as the bytes that were signed: `<event>__<case>.json`.

Meta writes what is not ASCII as `\u00e4`, and `/` as `\/`.
"""

from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent

NAMES: Final = tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


def body(name: str) -> bytes:
    """The body of one call, without the line's end that a file has."""
    return (_FOLDER / f"{name}.json").read_bytes().removesuffix(b"\n")
