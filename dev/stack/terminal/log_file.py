"""The file that the log of a stack goes to: `.local/log/TIME.jsonl`, one JSON object a line."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.stack.errors import StackError
from dev.stack.log_lines import read_line

_KEPT = 10


class LogFile:
    """A new file in `folder`, where the newest ten are kept. Raises StackError if it can't be written there."""

    def __init__(self, folder: Path, began: datetime) -> None:
        self.path = folder / f"{began:%Y-%m-%dT%H-%M-%S-%f}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise StackError(
                f"The log can't be kept in {folder} ({error.strerror}). Choose another place with --log."
            ) from error
        for old in sorted(folder.glob("*.jsonl"))[:-_KEPT]:
            old.unlink(missing_ok=True)

    def write(self, part: str, line: str) -> None:
        """Write what a part printed: a line of the log as it is, any other as the message of a new one."""
        if read_line(line) is None:
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            line = json.dumps({"at": at, "part": part, "message": line}, ensure_ascii=False)
        self._file.write(f"{line}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
