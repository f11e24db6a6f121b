"""Every example of docs/configuration.md is loaded, and the page names every key, trigger and placeholder."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.configuration import Configuration, load_configuration
from shared.configuration.messages import TRIGGERS
from shared.configuration.placeholders import NAMES

PAGE = (Path(__file__).parents[4] / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
REST = {
    "version": "version: 1\n",
    "channels": "channels: {support_fr: {id: 11111111-1111-1111-1111-111111111111, workstream: support}}\n",
    "workstreams": "workstreams: {support: {route_to_queue: {fallback: general}}}\n",
    "queues": "queues: {general: , billing: , frontline_a: , frontline_b: }\n",
    "hours": "hours: {office: }\n",
    "agents": "",
    "media": "",
    "retention": "",
    "templates": 'templates: {follow_up: {languages: {fr: "{{1}} {{2}}"}}, csat: {languages: {fr: "Content ?"}}}\n',
}
"""What stands around an example that shows only a section."""


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_valid(example: str) -> None:
    shown = re.findall(r"^(\w+):", example, re.MULTILINE)
    rest = "".join(section for name, section in REST.items() if name not in shown)
    assert load_configuration(rest + example).version == 1


def test_there_are_examples_of_every_section() -> None:
    shown = {name for example in EXAMPLES for name in re.findall(r"^(\w+):", example, re.MULTILINE)}
    assert shown == set(REST)


def keys_in(schema: Any) -> Iterator[str]:
    """The names of all fields and operators in a JSON Schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
    if isinstance(schema, dict | list):
        for inner in schema.values() if isinstance(schema, dict) else schema:
            yield from keys_in(inner)


def test_every_key_trigger_and_placeholder_is_named() -> None:
    words = {*keys_in(Configuration.model_json_schema()), *TRIGGERS, *NAMES}
    missing = {word for word in words if not re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", PAGE)}
    assert missing == set()
