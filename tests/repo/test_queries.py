"""Queries, alerts and workbook agree with the code, with the tables of a workspace, and with what operators read."""

import ast
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shared.logs import log
from shared.telemetry import Metric
from tests.repo import ROOT
from tests.repo.infrastructure import predicted

QUERIES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "infra/queries").glob("*.kql"))}
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
NODE = Path(sys.prefix) / "bin" / "node"
PARSER = ROOT / "dev/node/node_modules/@kusto/language-service-next"
TABLES = Path(__file__).with_name("workspace_tables.json")

type Json = dict[str, Any]


def analyse(folder: Path) -> dict[str, Json]:
    """The problems and the columns of each query in a folder, as the parser of Azure Monitor's language sees them."""
    missing = [str(part) for part in (NODE, PARSER) if not part.exists()]
    if missing:
        problem = f"missing: {', '.join(missing)}: run `make setup`"
        assert not os.environ.get("CI"), problem
        pytest.skip(problem)
    command = [NODE, Path(__file__).with_name("kusto.mjs"), TABLES, *sorted(folder.glob("*.kql"))]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, Json] = json.loads(ended.stdout)
    return found


@pytest.fixture(scope="module")
def analysed() -> dict[str, Json]:
    return analyse(ROOT / "infra/queries")


@pytest.fixture(scope="module")
def alerts() -> dict[str, Json]:
    """The properties of each alert, by its name."""
    kinds = ("Microsoft.Insights/metricAlerts", "Microsoft.Insights/scheduledQueryRules")
    return {
        each["name"]: each["properties"]
        for variant in ("telling", "whatsapp-both")
        for kind in kinds
        for each in predicted(variant).of(kind)
    }


@pytest.fixture(scope="module")
def conditions(alerts: dict[str, Json]) -> dict[str, Json]:
    """The one condition of each alert on the log."""
    found = {name: each["criteria"]["allOf"][0] for name, each in alerts.items()}
    return {name: condition for name, condition in found.items() if "query" in condition}


@pytest.fixture(scope="module")
def items() -> list[Json]:
    """What the workbook shows."""
    workbook = predicted("default").one("Microsoft.Insights/workbooks")
    content = json.loads(workbook["properties"]["serializedData"])
    assert content["version"] == "Notebook/1.0"
    found: list[Json] = content["items"]
    return found


def logged_steps(*, with_field: str | None = None) -> set[str]:
    """The steps that the code logs, all or those with a field."""
    sources = [ROOT / "function_app.py", *(ROOT / "shared").rglob("*.py")]
    nodes = (node for path in sources for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "log"]
    return {
        ast.literal_eval(call.args[0])
        for call in calls
        if with_field is None or with_field in {keyword.arg for keyword in call.keywords}
    }


def asked_steps(name: str) -> set[str]:
    """The steps of the log that a query asks for."""
    return set(re.findall(r'\{"step": "([^"]+)"', QUERIES[name]))


def test_the_parser_finds_nothing_wrong(analysed: dict[str, Json]) -> None:
    """Syntax, functions, tables and columns of every query are right."""
    assert set(analysed) == set(QUERIES)
    assert {name: found["problems"] for name, found in analysed.items() if found["problems"]} == {}


def test_the_parser_finds_what_is_wrong(tmp_path: Path) -> None:
    """A column, a table, an operator and a bracket."""
    wrong = ("AppTraces | where Mesage == ''", "AppTrace | take 1", "AppTraces | wher true", "AppTraces | take now(")
    for number, query in enumerate(wrong):
        (tmp_path / f"{number}.kql").write_text(query, encoding="utf-8")
    assert [bool(found["problems"]) for found in analyse(tmp_path).values()] == [True] * len(wrong)


@pytest.mark.parametrize("name", QUERIES)
def test_queries_ask_for_what_the_code_tells(name: str) -> None:
    """Metrics with these attributes, and steps of the log with the beginning that a line has."""
    declared = {metric.value.name: metric.value.attributes for metric in Metric}
    metrics = set(re.findall(r"contact_centre\.[\w.]+", QUERIES[name]))
    assert metrics <= set(declared)
    assert metrics or "AppMetrics" not in QUERIES[name]
    attributes = set(re.findall(r"Properties\.(\w+)", QUERIES[name]))
    assert all(attributes <= set(declared[metric]) for metric in metrics)
    assert asked_steps(name) <= logged_steps()


def test_the_alert_on_errors_counts_whatever_answers_a_request() -> None:
    """The API, and the webhooks to which Event Grid and Meta deliver."""
    assert asked_steps("server_errors") == logged_steps(with_field="method") == {"api", "events", "whatsapp"}


def test_a_line_begins_as_queries_expect(caplog: pytest.LogCaptureFixture) -> None:
    """Queries find a step by the beginning of its line."""
    with caplog.at_level(logging.INFO, logger="contact_centre"):
        log("conversation", queue="billing")
    assert caplog.messages[0].startswith('{"step": "conversation"')


def test_every_query_serves_an_alert_or_the_workbook(conditions: dict[str, Json], items: list[Json]) -> None:
    """They hold the files' own text, and no other query."""
    asked = [condition["query"] for condition in conditions.values()]
    shown = [item["content"]["query"] for item in items if item["type"] == 3]
    assert {*asked, *shown} == set(QUERIES.values())


def test_alerts_measure_columns_that_their_query_returns(
    conditions: dict[str, Json], analysed: dict[str, Json]
) -> None:
    """The measure, and what tells alerts apart."""
    columns = {QUERIES[name]: set(found["columns"]) for name, found in analysed.items()}
    for name, condition in conditions.items():
        wanted = {condition["metricMeasureColumn"], *(each["name"] for each in condition["dimensions"])}
        assert wanted <= columns[condition["query"]], name


def test_every_alert_names_its_section_and_ends_by_itself(alerts: dict[str, Json]) -> None:
    """Whoever gets it knows where to read on."""
    for name, alert in alerts.items():
        assert alert["description"].endswith(f" What to do: docs/operations.md, {name}.")
        assert alert["autoMitigate"] is True


def test_every_alert_has_its_section(alerts: dict[str, Json]) -> None:
    """With its severity, and what to do; no section is about an alert that is not."""
    sections = re.findall(r"^### `([\w-]+)`\nSeverity (\d)\. .+?\n\n\*\*Do\*\*: ", OPERATIONS, re.MULTILINE | re.DOTALL)
    assert {name: int(severity) for name, severity in sections} == {
        name: alert["severity"] for name, alert in alerts.items()
    }


def test_the_page_quotes_every_query() -> None:
    """Word for word, under the name of its file."""
    quotation = r"^\[`(\w+)\.kql`\]\(\.\./infra/queries/\1\.kql\)\n\n```kusto\n(.*?)```"
    assert dict(re.findall(quotation, OPERATIONS, re.MULTILINE | re.DOTALL)) == QUERIES


def test_the_page_names_every_step_of_the_log() -> None:
    """And no other."""
    table = OPERATIONS.partition("## The log\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert {step for row in rows for step in re.findall(r"`([\w.]+)`", row)} == logged_steps()


def test_every_picture_is_on_a_tab_and_has_a_time(items: list[Json]) -> None:
    """Queries and metrics alike; a query's tokens are asked for by the workbook."""
    (tabs,) = [item["content"]["links"] for item in items if item["type"] == 11]
    asked = {each["name"] for item in items if item["type"] == 9 for each in item["content"]["parameters"]}
    pictures = [item for item in items if item["type"] in (3, 10)]
    assert {item["conditionalVisibility"]["value"] for item in pictures} == {tab["subTarget"] for tab in tabs}
    assert len({item["name"] for item in pictures}) == len(pictures)
    for item in pictures:
        content = item["content"]
        assert content.get("timeContextFromParameter", "TimeRange") in asked
        assert "timeContextFromParameter" in content or content["timeContext"]["durationMs"]
        assert set(re.findall(r"\{(\w+)\}", content.get("query", ""))) <= asked
