"""Recorded events, one a file: `<envelope>_<event>__<case>.json`; a case may stand in both envelopes."""

import json
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent

NAMES: Final = tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


def load(name: str) -> dict[str, Any]:
    """A fresh copy of one event, as it is on the wire."""
    event: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return event
