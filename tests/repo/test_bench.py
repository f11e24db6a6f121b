"""The bench measures every step and writes what it found; how fast the machine is proves nothing here."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.repo import ROOT

COSTS = {"ratio", "cpu_ratio", "wall_ratio", "cpu_ms", "wall_ms", "bare_cpu_ms", "bare_wall_ms"}
STEPS = {"ingest", "ingest_burst", "route", "first_message", "reply", "status"}
DAY = {"ingest": 2.2, "route": 1, "reply": 0.6, "status": 1.2}
"""For each message of a customer's: six replies in ten, each with two statuses, which are events as well."""

IN_THE_PAGE = {
    "ingest": "`ingest`",
    "route": "`route`, a customer that the worker knows",
    "first_message": "`route`, a first message with its greeting",
    "status": "`route`, a delivery status of what the worker sent",
    "reply": "`reply`, inside the window",
}


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the smallest run writes."""
    file: Path = tmp_path_factory.mktemp("bench") / "figures.json"
    command = [sys.executable, "-m", "dev", "bench", "--messages", "1", "--imports", "1", "--json", str(file)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_every_step_and_the_cold_start_have_their_costs(figures: dict[str, Any]) -> None:
    """Each figure is a time or a ratio of times."""
    assert set(figures) == {*STEPS, "day", "import", "import_ratio", "telemetry", "rules", "distribution"}
    assert figures["import_ratio"] > 0
    for name in (*STEPS, "import"):
        costs = {figure: value for figure, value in figures[name].items() if figure != "calls"}
        assert set(costs) == COSTS
        assert all(value > 0 for value in costs.values())


def test_a_day_costs_what_its_steps_cost(figures: dict[str, Any]) -> None:
    """And one core sustains as many messages of customers as fit into a second of it."""
    day = figures["day"]
    for cost in ("cpu_ms", "bare_cpu_ms"):
        assert day[cost] == pytest.approx(sum(figures[step][cost] * often for step, often in DAY.items()), abs=0.01)
    assert day["messages_a_second"] == pytest.approx(1000 / day["cpu_ms"], rel=0.01)


def test_what_telemetry_adds_is_measured_against_the_app_without_it(figures: dict[str, Any]) -> None:
    """On the message path, and at a cold start: what the app imports itself, and all that the worker sets up."""
    telemetry = figures["telemetry"]
    assert set(telemetry) == {"route", "reply", "import_api", "import_distribution"}
    assert all(set(costs) == COSTS for costs in telemetry.values())
    assert telemetry["import_distribution"]["cpu_ms"] > telemetry["import_api"]["bare_cpu_ms"]


def test_the_page_for_operators_has_the_calls_that_were_counted(figures: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (`\w+`[^|]*?) \|([^|]*\|[^|]*\|[^|]*)\|$", page, re.MULTILINE))
    for step, row in IN_THE_PAGE.items():
        counted = [sum(map(int, re.findall(r"\d+", cell))) for cell in rows[row].split("|")]
        assert counted == [figures[step]["calls"][kind] for kind in ("serviceBus", "tables", "acs")], step


def test_the_ratio_is_the_worse_of_processor_and_wall_time(figures: dict[str, Any]) -> None:
    """Nobody is flattered by the better one."""
    for step in STEPS:
        assert figures[step]["ratio"] == max(figures[step]["cpu_ratio"], figures[step]["wall_ratio"])


def test_the_steady_state_makes_no_call_too_many(figures: dict[str, Any]) -> None:
    """One send for `ingest`; for `route` with a warm contact one transaction, list and log of changes, no read."""
    nothing = {"serviceBus": 0, "tables": 0, "acs": 0, "reads": 0, "writes": 0, "transactions": 0}
    assert figures["ingest"]["calls"] == {**nothing, "serviceBus": 1}
    assert figures["route"]["calls"] == {**nothing, "tables": 3, "writes": 2, "transactions": 1}


def test_a_reply_inside_the_window_is_sent_once_and_checked_once(figures: dict[str, Any]) -> None:
    """One message to the channel, one check to the queue, one commit before and one after the send."""
    calls = figures["reply"]["calls"]
    assert (calls["acs"], calls["serviceBus"], calls["transactions"]) == (1, 1, 2)


def test_rules_are_measured_beside_other_engines(figures: dict[str, Any]) -> None:
    """Two engines of other people's, each in more than one way, with the same rules; all have decided alike."""
    assert set(figures["rules"]) == {"10", "100", "1000"}
    for costs in figures["rules"].values():
        assert {name.partition(",")[0] for name in costs["others"]} == {"zen-engine", "common-expression-language"}
        assert costs["ratio"] == pytest.approx(costs["cpu_ms"] / min(costs["others"].values()), rel=0.02)


def test_turns_are_measured_beside_their_table_calls(figures: dict[str, Any]) -> None:
    """Over a long line and a short one; and the match alone."""
    distribution = figures["distribution"]
    assert distribution["match_cpu_ms"] > 0
    assert set(distribution["assignments"]) == {"10000", "100"}
    for turns in distribution["assignments"].values():
        assert all(turns[figure] > 0 for figure in ("a_second", "bare_a_second", "ratio"))
