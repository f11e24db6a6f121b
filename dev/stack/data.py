"""The folder of the tables: made when it is missing, and used by one stack at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.stack.errors import StackError


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other stacks off the folder. Raises StackError if one has it, or if it can't be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise StackError(
            f"The tables can't be kept in {folder} ({error.strerror}). Choose another place with --data."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(
                f"Another stack keeps its tables in {folder}. End it, or start this one apart: "
                ".venv/bin/python -m dev run --port-base N --data DIR --ready-file FILE"
            ) from None
        yield
