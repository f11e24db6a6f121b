"""Where something stands in the file as it is written."""

from collections.abc import Mapping
from typing import Any

from shared.configuration.problems import Location
from shared.configuration.yaml_tree import is_in
from shared.vocabulary.languages import whatsapp_spelling


def as_written(tree: Any, place: Location) -> Location:
    """Return where something stands in the file, which may differ from the models.

    It may spell a language in another way, and have one thing where the models have a list of it.
    """
    steps: list[str | int] = []
    for step in place:
        if isinstance(tree, Mapping) and isinstance(step, int):
            continue
        if isinstance(tree, Mapping) and step not in tree:
            step = next((key for key in tree if whatsapp_spelling(str(key)) == step), step)
        steps.append(step)
        tree = tree[step] if is_in(tree, step) else None
    return tuple(steps)
