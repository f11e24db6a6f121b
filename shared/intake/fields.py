"""Reads the fields of a JSON object by name and type, and keeps account of what was read.

Missing, null and empty fields are None. So are optional fields that hold something else than they should: an odd part
never costs the rest. What is needed and not there is a problem; problems name the field and never its value.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.vocabulary.errors import Unreadable
from shared.vocabulary.invisible import trimmed

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS: Final = re.compile(r"[0-9]{1,11}")
_LARGEST: Final = 1e15


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
        self._read: set[str] = set()
        self._odd: dict[str, Any] = {}
        self._parts: dict[str, Fields] = {}

    def value(self, name: str) -> Any:
        """Return whatever a field holds."""
        self._read.add(name)
        return self._values.get(name)

    def text(self, name: str) -> str | None:
        """Return a text."""
        value = self.value(name)
        if value is None or isinstance(value, str):
            return value or None
        self._odd[name] = value
        return None

    def name(self, name: str) -> str | None:
        """Return a text that names somebody or something: invisible characters around it are not part of it."""
        return trimmed(self.text(name) or "") or None

    def id(self, name: str) -> str | None:
        """Return an id or a code: a name, or a whole number as text."""
        value = self.value(name)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else self.name(name)

    def number(self, name: str) -> float | None:
        """Return a number that can be written as JSON."""
        value = self.value(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST:
            return value
        if value is not None:
            self._odd[name] = value
        return None

    def flag(self, name: str) -> bool:
        """Return true or false, also of text: the documents say text where the samples show a boolean."""
        value = self.value(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        return (self.text(name) or "").lower() == "true"

    def seconds(self, name: str) -> datetime | None:
        """Return a moment that is given as seconds since 1970, as text or as a number; what is none is a problem."""
        return read_seconds(self.value(name), self.path(name), self._problems)

    def time(self, name: str) -> datetime | None:
        """Return a moment; text that is none is a problem."""
        return read_time(self.text(name), self.path(name), self._problems)

    def part(self, name: str) -> "Fields | None":
        """Return an object inside this one. A list in its place is odd, and its first entry is read."""
        value = self.value(name)
        if value is not None and not isinstance(value, dict):
            self._odd[name] = value
            value = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else None
        if not value:
            return None
        self._parts[name] = Fields(value, self.path(name), self._problems)
        return self._parts[name]

    def first(self, name: str) -> "Fields | None":
        """Return the first object of a list of them, or an object in its place."""
        value = self.value(name)
        entry = value[0] if isinstance(value, list) and value else value
        if entry and isinstance(entry, dict):
            self._parts[name] = Fields(entry, self.path(name), self._problems)
            return self._parts[name]
        if value is not None and value != []:
            self._odd[name] = value
        return None

    def parts(self, name: str, most: int) -> "list[Fields]":
        """Return the objects in a list of them, the first so many; how odd one is inside is not looked at."""
        value = self.value(name)
        if value is not None and not isinstance(value, list):
            self._odd[name] = value
        entries = value[:most] if isinstance(value, list) else []
        return [Fields(entry, self.path(name), self._problems) for entry in entries if isinstance(entry, dict)]

    def has(self, name: str) -> bool:
        """Tell whether a field is there and says something, without reading it."""
        return self._values.get(name) not in (None, "", [], {})

    def know(self, *names: str) -> None:
        """Count fields as read that say nothing the app wants to know."""
        self._read.update(names)

    def put_back(self, name: str) -> None:
        """Count a field as not read: the app could make nothing of what it says."""
        self._read.discard(name)
        self._parts.pop(name, None)

    def missing(self, name: str, meaning: str) -> str:
        """Note that a field which is needed is not there; gives a stand-in, for nothing will be made of it."""
        self._problems.note(self.path(name), f"is missing: {meaning}")
        return ""

    def path(self, name: str) -> str:
        """Return where a field stands in the event."""
        return f"{self._path}.{name}"

    def odd(self) -> dict[str, Any]:
        """Return the fields that did not hold what they should, as they are."""
        parts = {name: odd for name, part in self._parts.items() if (odd := part.odd())}
        return parts | self._odd

    def odd_paths(self) -> Iterator[str]:
        """Return where these fields stand."""
        yield from map(self.path, self._odd)
        for part in self._parts.values():
            yield from part.odd_paths()

    def beyond(self) -> dict[str, Any]:
        """Return the odd fields, and those that nobody read; what is null or empty is not among them."""
        unread = {name: value for name, value in self._values.items() if name not in self._read}
        said = {name: value for name, value in unread.items() if value not in (None, "", [], {})}
        parts = {name: beyond for name, part in self._parts.items() if (beyond := part.beyond())}
        return said | parts | self._odd


def read_time(text: str | None, path: str, problems: Problems) -> datetime | None:
    """Return an ISO 8601 moment in UTC, to the microsecond; without an offset it is UTC already.

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


def read_seconds(value: object, path: str, problems: Problems) -> datetime | None:
    """Return the moment so many seconds after 1970 began, given as text or as a number; 0 counts as missing."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value or "0"
    if not isinstance(text, str) or not _SECONDS.fullmatch(text):
        problems.note(path, "is not a time")
        return None
    return _EPOCH + timedelta(seconds=int(text)) if int(text) else None


def time_of_status[T](
    read: Callable[[T, str, Problems], datetime | None], own: T, envelope: Mapping[str, Any]
) -> datetime | None:
    """Return when a status came about, as its `own` field says, else the event's.

    Nothing is ordered by it, so no time is as good as one that can't be read.
    """
    return read(own, "", Problems()) or read_time(envelope["time"], "", Problems())
