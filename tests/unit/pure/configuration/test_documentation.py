"""Every example of docs/configuration.md is loaded, and the page names every field, operator and trigger."""

import re
from pathlib import Path

import pytest

from shared.configuration import Trigger, load_configuration
from shared.configuration.conditions import OverflowCondition, VariableTests
from shared.configuration.placeholders import NAMES

PAGE = (Path(__file__).parents[4] / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
REST = {
    "version": "version: 1\n",
    "channels": "channels: {support_fr: {id: 11111111-1111-1111-1111-111111111111, workstream: support}}\n",
    "workstreams": "workstreams: {support: {route_to_queue: {fallback: general}}}\n",
    "queues": "queues: {general: , billing: , frontline_a: , frontline_b: }\n",
    "hours": "hours: {office: }\n",
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


def test_every_field_operator_trigger_and_placeholder_is_named() -> None:
    fields = [field.alias or name for name, field in OverflowCondition.model_fields.items()]
    operators = [field.alias or name for name, field in VariableTests.model_fields.items()]
    missing = [word for word in (*fields, *operators, *Trigger, *NAMES) if word not in PAGE]
    assert missing == []
