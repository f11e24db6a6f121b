"""The ready file of a stack: says where its parts answer, for as long as it is up (design: local stack).

Another stack may write to the same file; then it is that stack's, and this one leaves it alone.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from dev.stack.errors import StackError


class ReadyFile:
    """The ready file at `file`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._written: str | None = None

    def prepare(self) -> None:
        """Remove what an earlier stack left. Raises StackError if the file can't be written there."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.unlink(missing_ok=True)
            self._draft.touch()
        except OSError as error:
            raise StackError(
                f"The addresses can't be kept in {self._file} ({error.strerror}). "
                "Choose another place with --ready-file."
            ) from error

    def write(self, ready: Mapping[str, object]) -> None:
        """Write all of it at once: who sees the file sees a whole one."""
        self._written = json.dumps(ready, indent=2) + "\n"
        self._draft.write_text(self._written, encoding="utf-8")
        self._draft.replace(self._file)

    def remove(self) -> None:
        """Remove it, if this stack wrote it last."""
        self._draft.unlink(missing_ok=True)
        if self._file.exists() and self._file.read_text(encoding="utf-8") == self._written:
            self._file.unlink()

    @property
    def _draft(self) -> Path:
        return self._file.with_name(f"{self._file.name}.draft")
