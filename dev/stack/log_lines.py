"""The log of the stack's processes: one JSON object a line, with `at`, `level`, `part` and what is said.

The app's own lines are JSON already and keep their fields; any other message becomes `message`, a trace `trace`.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """Formats each record as one line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = _fields(record.getMessage())
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps({"at": at, "level": record.levelname, "part": record.name} | said, ensure_ascii=False)


def log_as_json() -> None:
    """Have this process log everything from INFO on, to stdout."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def read_line(line: str) -> dict[str, Any] | None:
    """The fields of a line of the log; None if it is none, such as what a process prints when it can't start."""
    try:
        record = json.loads(line)
        datetime.fromisoformat(record["at"])
    except (ValueError, TypeError, KeyError):
        return None
    return record if isinstance(record, dict) else None


def _fields(message: str) -> dict[str, Any]:
    try:
        said = json.loads(message)
    except ValueError:
        return {"message": message}
    return said if isinstance(said, dict) else {"message": message}
