"""From the text of contact_center.yaml to a checked configuration, or to every problem in it.

The models validate the tree of the file; then the references between its parts are checked, as far as these are sound.
"""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shared.configuration.checks import check, warnings_of
from shared.configuration.document import Configuration
from shared.configuration.problems import ConfigurationError, Location, Problem, in_order
from shared.configuration.wording import message_of
from shared.configuration.yaml_tree import MAX_DEPTH, Block, is_in, line_of, parse_yaml

_STAND_INS = {
    "version": 1,
    "queues": {},
    "id": "00000000-0000-0000-0000-000000000000",
    "workstream": "unknown",
    "route_to_queue": {"fallback": "unknown"},
    "fallback": "unknown",
}
"""For required fields that are missing or damaged, so that what stands beside them can be checked."""


def read_configuration(path: Path, *, short_durations: bool = False, thorough: bool = False) -> Configuration:
    """Read and check a file. Raise ConfigurationError, also when the file cannot be read.

    Args:
        path: The file.
        short_durations: For trying things out: what else has to last a minute may last a second.
        thorough: Whether to look up what takes long, as before a deployment: the holidays of a country.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError([Problem(message="not UTF-8 text")]) from None
    except OSError as error:
        raise ConfigurationError([Problem(message=f"cannot be read: {error.strerror}")]) from None
    return load_configuration(text, short_durations=short_durations, thorough=thorough)


def load_configuration(text: str, *, short_durations: bool = False, thorough: bool = False) -> Configuration:
    """Return the configuration that `text` describes. Raise ConfigurationError with every problem."""
    tree, problems = parse_yaml(text)
    if not isinstance(tree, Block):
        raise ConfigurationError(problems or [Problem(line=1, message="expected a mapping with version, queues …")])
    configuration, errors = _validate(tree)
    warnings: dict[Location, str] = {}
    if configuration:
        errors |= check(configuration, tree, errors.keys(), short_durations=short_durations, thorough=thorough)
        warnings = warnings_of(configuration, tree, errors.keys())
    problems += _in_lines(tree, errors)
    if problems or not configuration:
        raise ConfigurationError(problems, _in_lines(tree, warnings))
    return configuration.loaded_from(text, in_order(_in_lines(tree, warnings)))


def _in_lines(tree: Block, found: Mapping[Location, str]) -> list[Problem]:
    return [Problem(line=line_of(tree, at), location=at, message=message) for at, message in found.items()]


def _validate(tree: Block) -> tuple[Configuration | None, dict[Location, str]]:
    """Return what the models make of the sound part of the tree, and the messages about the rest by location.

    Of a damaged value in a damaged value, the inner one is the cause, and the one that is reported.
    """
    try:
        return Configuration.model_validate(tree), {}
    except ValidationError as error:
        damages = [(_location(tree, details["loc"]), details) for details in error.errors(include_url=False)]
    damaged = [location for location, _ in damages]
    messages = {
        location: message_of(details, location)
        for location, details in damages
        if not any(location == other[: len(location)] != other for other in damaged)
    }
    return _sound_part(tree, damaged), messages


def _sound_part(tree: Block, damaged: list[Location]) -> Configuration | None:
    """Return the configuration without its damaged places, so that the rest can be checked in the same run.

    What is damaged is removed; an item of a list becomes empty, so that the others keep their indexes; what is then
    missing gets a stand-in, or takes what holds it along.
    """
    rest = copy.deepcopy(tree)
    for _ in range(2 * MAX_DEPTH):
        for container, step in [_to_mend(rest, location) for location in damaged]:
            if isinstance(step, int):
                container[step] = None
            elif step in _STAND_INS and step not in container:
                container[step] = _STAND_INS[step]
            else:
                container.pop(step, None)
        try:
            return Configuration.model_validate(rest)
        except ValidationError as error:
            damaged = [_location(rest, details["loc"]) for details in error.errors(include_url=False)]
    return None


def _location(tree: Any, steps: Location) -> Location:
    """Return where in the file an error is: without the steps that only the models have."""
    location: list[str | int] = []
    value = tree
    for position, step in enumerate(steps, start=1):
        if is_in(value, step):
            value = value[step]
            location.append(step)
        elif position == len(steps) and step != "[key]" and (value is None or isinstance(value, Block)):
            location.append(step)
    return tuple(location)


def _to_mend(tree: Block, location: Location) -> tuple[Any, str | int]:
    """Return the mapping or list, and the key or index in it, that has to change so that `location` does no harm."""
    way: list[tuple[Any, str | int]] = []
    value: Any = tree
    for step in location:
        if not is_in(value, step):
            break
        way.append((value, step))
        value = value[step]
    if len(way) == len(location) - 1 and location[-1] in _STAND_INS and isinstance(value, Block):
        return value, location[-1]
    while isinstance(way[-1][1], int) and way[-1][0][way[-1][1]] is None:
        way.pop()  # an empty item did not help: the list has to go
    return way[-1]
