"""One structured line a step: a JSON object with the step's name, its ids and its duration.

No phone number, no message text, no secret: only ids, counts, codes and durations go in.
"""

import json
import logging
from typing import Any

_LOGGER = logging.getLogger("contact_centre")
_ENCODE = json.JSONEncoder(default=str).encode


def log(step: str, /, *, level: int = logging.INFO, error: BaseException | None = None, **fields: Any) -> None:
    """Write one line; fields that are None are left out. With `error`, its traceback follows.

    The record is made here, since looking for its caller would cost more than the line.
    """
    if not _LOGGER.isEnabledFor(level):
        return
    line = _ENCODE({"step": step} | {name: value for name, value in fields.items() if value is not None})
    traceback = (type(error), error, error.__traceback__) if error else None
    _LOGGER.handle(_LOGGER.makeRecord(_LOGGER.name, level, __file__, 0, line, (), traceback))


def quieten_sdks() -> None:
    """Let the Azure SDKs log what goes wrong only: at INFO they write every request with its headers."""
    logging.getLogger("azure").setLevel(logging.WARNING)
