"""What a check found: a level, a text for people, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it is. A note is good to know; a warning does no harm today; what could not be looked at is skipped."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found; `do` is empty when there is nothing to do."""

    level: Level
    text: str
    do: str = ""


def conclude(*, well: str, problems: Sequence[str] = (), warnings: Sequence[str] = (), do: str) -> Finding:
    """The worst of what was found, all of it in one text; `well` if it is nothing."""
    found = [*problems, *warnings]
    if not found:
        return Finding(level=Level.OK, text=well)
    return Finding(level=Level.PROBLEM if problems else Level.WARNING, text="; ".join(found), do=do)
