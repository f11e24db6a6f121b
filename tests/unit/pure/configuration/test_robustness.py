"""Whatever a file holds, it gives a configuration or a ConfigurationError, and nothing else."""

import contextlib
import copy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.configuration import ConfigurationError, load_configuration

COMPLETE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "complete.yaml").read_text(encoding="utf-8"))
FIELDS = ["version", "channels", "workstreams", "queues", "hours", "templates", "support", "route_to_queue", "fallback"]
FIELDS += ["rules", "when", "all", "any", "not", "message.text", "var.x", "matches", "in", "to", "split", "do", "name"]
SCALARS = st.none() | st.booleans() | st.integers(-5, 200) | st.floats() | st.text(max_size=8) | st.sampled_from(FIELDS)
TREES = st.recursive(
    SCALARS,
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=4), children)
    ),
    max_leaves=12,
)


def load_or_refuse(text: str) -> None:
    with contextlib.suppress(ConfigurationError):
        load_configuration(text)


@given(text=st.text())
def test_any_text_is_read_or_refused_with_problems(text: str) -> None:
    load_or_refuse(text)


@given(tree=TREES)
def test_any_tree_is_read_or_refused_with_problems(tree: Any) -> None:
    load_or_refuse(yaml.safe_dump(tree, allow_unicode=True))


@given(choices=st.lists(st.integers(0, 20), min_size=1, max_size=12), value=TREES, extra=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_good_file_in_which_anything_was_replaced_is_read_or_refused_with_problems(
    choices: list[int], value: Any, extra: bool
) -> None:
    tree: Any = copy.deepcopy(COMPLETE)
    *way, last = choices
    place = tree
    for choice in way:
        inner = place[key_at(place, choice)]
        if not (isinstance(inner, dict | list) and inner):
            break
        place = inner
    place["extra" if extra and isinstance(place, dict) else key_at(place, last)] = value
    load_or_refuse(yaml.safe_dump(tree, allow_unicode=True))


def key_at(place: dict[str, Any] | list[Any], choice: int) -> Any:
    keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
    return keys[choice % len(keys)]
