"""One structured line a step: a JSON object with the step's name, its ids and its duration.

No phone number, no message text, no secret: only ids, counts, codes and durations go in, and of an id with a number in
it its hash.
"""

import json
import logging
import traceback
from typing import Any

from shared.vocabulary.identity import loggable

_LOGGER = logging.getLogger("contact_centre")
_ENCODE = json.JSONEncoder(default=str).encode


def log(step: str, /, *, level: int = logging.INFO, error: BaseException | None = None, **fields: Any) -> None:
    """Write one line; fields that are None are left out.

    Of an `error` its type and its trace are written, not its message, which may quote what somebody wrote. The record
    is made here, since looking for its caller would cost more than the line.
    """
    if not _LOGGER.isEnabledFor(level):
        return
    if error:
        fields |= {"error_type": type(error).__name__, "trace": "".join(traceback.format_tb(error.__traceback__))}
    line = _ENCODE({"step": step} | {name: loggable(value) for name, value in fields.items() if value is not None})
    _LOGGER.handle(_LOGGER.makeRecord(_LOGGER.name, level, __file__, 0, line, (), None))


def quieten_sdks() -> None:
    """Let the Azure SDKs log what goes wrong only: at INFO they write every request with its headers."""
    logging.getLogger("azure").setLevel(logging.WARNING)
