"""Reads the fields of a JSON object by name and type, and collects every problem instead of stopping at the first.

Missing, null and empty fields are None. Problems name the field and never its value.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from shared.vocabulary.errors import Unreadable

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Problems:
    """What is wrong, at most once a field."""

    def __init__(self) -> None:
        self._why: dict[str, str] = {}

    def note(self, path: str, why: str) -> None:
        """Remember a problem, unless the field has one already."""
        self._why.setdefault(path, why)

    def check(self) -> None:
        """Raise Unreadable with every problem, if there is one."""
        if self._why:
            raise Unreadable(*(f"{path} {why}" for path, why in self._why.items()))


class Fields:
    """One JSON object, at `path` of the event."""

    def __init__(self, values: Mapping[str, Any], path: str, problems: Problems) -> None:
        self._values = values
        self._path = path
        self._problems = problems

    def text(self, name: str) -> str | None:
        """A text."""
        value = self._values.get(name)
        if value is None or isinstance(value, str):
            return value or None
        self._problems.note(self.path(name), "is not text")
        return None

    def name(self, name: str) -> str | None:
        """A text that names somebody: blanks around it are not part of it."""
        return (self.text(name) or "").strip() or None

    def code(self, name: str) -> str | None:
        """A text, or a whole number as text."""
        value = self._values.get(name)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else self.text(name)

    def flag(self, name: str) -> bool:
        """True or false, also as text: the documents say text where the samples show a boolean."""
        value = self._values.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        return (self.text(name) or "").lower() == "true"

    def time(self, name: str) -> datetime | None:
        """A moment."""
        return read_time(self.text(name), self.path(name), self._problems)

    def part(self, name: str) -> "Fields | None":
        """An object inside this one."""
        value = self._values.get(name)
        if value is None or isinstance(value, dict):
            return Fields(value, self.path(name), self._problems) if value else None
        self._problems.note(self.path(name), "is not an object")
        return None

    def missing(self, name: str, meaning: str) -> str:
        """Note that a field which is needed is not there; gives a stand-in, for nothing will be made of it."""
        self._problems.note(self.path(name), f"is missing: {meaning}")
        return ""

    def path(self, name: str) -> str:
        """Where a field stands in the event."""
        return f"{self._path}.{name}"


def read_time(text: str | None, path: str, problems: Problems) -> datetime | None:
    """An ISO 8601 moment in UTC, to the microsecond; without an offset it is UTC already.

    A date before 1970, such as .NET's empty date 0001-01-01, counts as missing.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        problems.note(path, "is not a time")
        return None
    return aware if aware >= _EPOCH else None
