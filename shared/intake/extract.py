"""As much of a JSON object as the history keeps beside a message."""

import json
from collections.abc import Mapping
from typing import Any, Final

MAX_EXTRACT: Final = 4096
"""Bytes of JSON, in its longest spelling."""
_DEEPEST: Final = 20
_CUT: Final = "…"


def extract_of(found: Mapping[str, Any], room: int = MAX_EXTRACT) -> dict[str, Any] | None:
    """Return as many of the fields as fit into so many bytes, in their order; None when there is none.

    What is too long or nested too deep to be kept as it is becomes the beginning of its JSON text, with `…` behind it.
    """
    kept: dict[str, Any] = {}
    for name, value in found.items():
        if _fits(kept | {name: value}, room) and _depth(value) <= _DEEPEST:
            kept[name] = value
            continue
        beginning = _beginning(json.dumps(value, ensure_ascii=False), kept, name, room)
        if beginning is None:
            break
        kept[name] = beginning
    return kept or None


def _beginning(text: str, kept: Mapping[str, Any], name: str, room: int) -> str | None:
    """Return as much of a text as there is room for under that name, None when there is none."""
    least, most = 0, min(len(text), room)
    while least < most:
        middle = (least + most + 1) // 2
        if _fits({**kept, name: text[:middle] + _CUT}, room):
            least = middle
        else:
            most = middle - 1
    return text[:least] + _CUT if least else None


def _fits(fields: Mapping[str, Any], room: int) -> bool:
    return len(json.dumps(fields)) <= room


def _depth(value: Any, deepest: int = _DEEPEST) -> int:
    """Return how many objects and lists stand in each other, counted no further than one beyond `deepest`."""
    if not isinstance(value, dict | list) or deepest < 0:
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(each, deepest - 1) for each in inner), default=0)
