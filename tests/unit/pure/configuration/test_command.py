"""`python -m shared.configuration` checks a file and prints the JSON Schema for editors."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shared.configuration.__main__ import main
from shared.configuration.yaml_tree import parse_yaml

ROOT = Path(__file__).parents[4]
COMPLETE = Path(__file__).parent / "complete.yaml"


def test_a_good_file_gives_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(COMPLETE)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{COMPLETE}: 3 channels, 1 workstream, 4 queues, 3 templates"


def test_warnings_come_after_the_problems_and_refuse_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "contact_center.yaml"
    text = (
        "version: 1\n"
        "workstreams:\n"
        "  support: {route_to_queue: {fallback: general}, distribution: {max_declines: 3}}\n"
        "queues: {general: {PRIORITY}}\n"
    )
    warnings = [
        f"{path}:3: workstreams.support.distribution.max_declines: warning: acts with accept: manual only",
        f"{path}:3: workstreams.support.opt_out: warning: there are no keywords: customers can't opt out by a word",
    ]
    path.write_text(text.replace("PRIORITY", ""), encoding="utf-8")
    assert main([str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[:-1] == warnings
    path.write_text(text.replace("PRIORITY", "priority: low"), encoding="utf-8")
    assert main([str(path)]) == 1
    problem = f'{path}:4: queues.general.priority: expected a whole number, not "low"'
    assert capsys.readouterr().out.splitlines() == [problem, *warnings]


def test_short_spans_are_for_who_asks_for_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "contact_center.yaml"
    path.write_text(COMPLETE.read_text(encoding="utf-8").replace("offer_timeout: 90s", "offer_timeout: 1s"), "utf-8")
    assert main([str(path)]) == 1
    assert "offer_timeout: expected 10s or more" in capsys.readouterr().out
    assert main([str(path), "--short-durations"]) == 0


def test_the_country_of_holidays_is_looked_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "contact_center.yaml"
    path.write_text(COMPLETE.read_text(encoding="utf-8").replace('subdivision: "57"', "subdivision: Paris"), "utf-8")
    assert main([str(path)]) == 1
    assert "hours.office.holidays.subdivision: expected one of FR's, such as 57, 6AE" in capsys.readouterr().out


def test_a_bad_file_gives_every_problem_in_a_form_that_editors_follow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "contact_center.yaml"
    path.write_text("version: 1\nqueues:\n  billing: {priority: low}\n  general: {hours: office}\n", encoding="utf-8")
    assert main([str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f'{path}:3: queues.billing.priority: expected a whole number, not "low"',
        f"{path}:4: queues.general.hours: office is not defined under hours",
    ]


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.yaml")]) == 1
    assert capsys.readouterr().out.startswith(f"{tmp_path / 'none.yaml'}: cannot be read: ")


def test_the_module_runs_from_the_root_on_the_sample() -> None:
    command = [sys.executable, "-m", "shared.configuration"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("contact_center.yaml: 1 channel, ")


class TestSchema:
    @pytest.fixture(name="schema")
    def printed_schema(self, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
        assert main(["--schema"]) == 0
        schema: dict[str, Any] = json.loads(capsys.readouterr().out)
        return schema

    def test_every_field_of_the_complete_file_is_described(self, schema: dict[str, Any]) -> None:
        tree, _ = parse_yaml(COMPLETE.read_text(encoding="utf-8"))
        assert list(undescribed(tree, schema, schema)) == []

    def test_a_misspelt_field_is_not_described(self, schema: dict[str, Any]) -> None:
        assert list(undescribed({"version": 1, "queues": {"a": {"prioriti": 1}}}, schema, schema)) == ["prioriti"]

    def test_defaults_are_written_as_in_the_file(self, schema: dict[str, Any]) -> None:
        lifecycle = schema["$defs"]["Lifecycle"]["properties"]
        assert [field["default"] for field in lifecycle.values()] == ["1d", "30d", "30d", "7d", "5m"]
        distribution = schema["$defs"]["Distribution"]["properties"]
        assert [distribution[name]["default"] for name in ("affinity_after_close", "return_after")] == ["0s", "15m"]
        assert schema["$defs"]["Agents"]["properties"]["lost_after"]["default"] == "150s"

    def test_every_reference_leads_somewhere(self, schema: dict[str, Any]) -> None:
        references = set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(schema)))
        assert references == set(schema["$defs"])


def undescribed(value: Any, node: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """Return the keys of `value` that the node of the schema does not know, the deepest of the best alternative."""
    if "$ref" in node:
        return undescribed(value, schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    if "anyOf" in node:
        return min((undescribed(value, choice, schema) for choice in node["anyOf"]), key=len)
    if isinstance(value, list):
        return [key for item in value for key in undescribed(item, node.get("items", {}), schema)]
    if not isinstance(value, dict):
        return []
    found: list[str] = []
    for key, inner in value.items():
        patterns = [child for pattern, child in node.get("patternProperties", {}).items() if re.search(pattern, key)]
        child = node.get("properties", {}).get(key) or next(iter(patterns), node.get("additionalProperties"))
        found += undescribed(inner, child, schema) if child else [key]
    return found
