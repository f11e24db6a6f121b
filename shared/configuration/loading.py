"""From the text of contact_center.yaml to a checked configuration, or to every problem in it.

The models validate the tree of the file; then the references between its parts are checked, as far as these are sound.
"""

import copy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shared.configuration.checks import check
from shared.configuration.document import Configuration
from shared.configuration.messages import message_of
from shared.configuration.problems import ConfigurationError, Location, Problem
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


def read_configuration(path: Path) -> Configuration:
    """Read and check a file. Raise ConfigurationError, also when the file cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError([Problem(message="not UTF-8 text")]) from None
    except OSError as error:
        raise ConfigurationError([Problem(message=f"cannot be read: {error.strerror}")]) from None
    return load_configuration(text)


def load_configuration(text: str) -> Configuration:
    """Return the configuration that `text` describes. Raise ConfigurationError with every problem."""
    tree, problems = parse_yaml(text)
    if not isinstance(tree, Block):
        raise ConfigurationError(problems or [Problem(line=1, message="expected a mapping with version, queues …")])
    configuration, errors = _validate(tree)
    if configuration:
        errors |= check(configuration, tree, errors.keys())
    problems += [Problem(line=line_of(tree, at), location=at, message=message) for at, message in errors.items()]
    if problems or not configuration:
        raise ConfigurationError(problems)
    return configuration.loaded_from(text)


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
    """Return the configuration without its damaged places, so that the rest can be checked in the same run."""
    rest = copy.deepcopy(tree)
    for _ in range(2 * MAX_DEPTH):
        for container, step in [_innermost(rest, location) for location in damaged]:
            if isinstance(step, str) and step not in container and step in _STAND_INS:
                container[step] = _STAND_INS[step]
            elif isinstance(step, str):
                container.pop(step, None)
            else:
                container[step] = None
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
        elif position == len(steps) and step != "[key]":
            location.append(step)
    return tuple(location)


def _innermost(tree: Block, location: Location) -> tuple[Any, str | int]:
    """Return the innermost mapping or list on the way to `location`, and the step that can be taken out of it.

    That is a required field that is missing, a value, or the mapping or list around a field or item that is gone.
    """
    container: Any = tree
    value: Any = tree
    taken: str | int = location[0]
    for depth, step in enumerate(location, start=1):
        gone = not is_in(value, step) or (isinstance(step, int) and value[step] is None)
        required = depth == len(location) and step in _STAND_INS and isinstance(value, Block)
        if gone and not required:
            break
        container, taken, value = value, step, None if gone else value[step]
    return container, taken
