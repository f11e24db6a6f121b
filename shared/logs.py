"""One structured line a step: a JSON object with the step's name, its ids and its duration.

No phone number, no message text, no secret: only ids, counts, codes and durations go in.
"""

import json
import logging
from typing import Any

_LOGGER = logging.getLogger("contact_centre")


def log(step: str, /, *, level: int = logging.INFO, error: BaseException | None = None, **fields: Any) -> None:
    """Write one line; fields that are None are left out. With `error`, its traceback follows."""
    said = {"step": step} | {name: value for name, value in fields.items() if value is not None}
    _LOGGER.log(level, "%s", json.dumps(said, default=str), exc_info=error)


def quieten_sdks() -> None:
    """Let the Azure SDKs log what goes wrong only: at INFO they write every request with its headers."""
    logging.getLogger("azure").setLevel(logging.WARNING)
