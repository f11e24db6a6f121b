"""What a check finds: where, and what was expected there."""

from collections.abc import Collection, Iterator, Mapping

from shared.configuration.problems import Location, did_you_mean

type Finding = tuple[Location, str]
type Names = Mapping[str, Collection[str]]
"""The names defined in each section of the file, also those of entries that are damaged."""


def defined(names: Names, section: str, name: str | None, *place: str | int) -> Iterator[Finding]:
    """Find a name that the section it refers to does not have."""
    known = names.get(section, ())
    if name is not None and name not in known:
        yield place, f"{name} is not defined under {section}{did_you_mean(name, known)}"


def touches(one: Location, other: Location) -> bool:
    """Tell whether one place holds the other, or is it."""
    return all(a == b for a, b in zip(one, other, strict=False))


def counted(number: int, what: str) -> str:
    """Return a number with its noun: `1 parameter`, `2 parameters`."""
    return f"1 {what}" if number == 1 else f"{number} {what}s"
