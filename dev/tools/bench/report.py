"""What was measured, as tables for people and as JSON, with the targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rich.table import Table

from dev.tools.bench.cost import Comparison, total_of
from dev.tools.bench.distribution import Distributed
from dev.tools.bench.rules import OURS
from dev.tools.day import STEPS, sustained

_MOST_RATIO: Final = {
    "ingest": 1.15,
    "ingest_burst": 0.70,
    "route": 0.90,
    "first_message": 1.00,
    "reply": 0.85,
    "status": 0.90,
    "import": 1.3,
}
_MANY: Final = 1000
"""Rules that must not take longer than `_MOST_FOR_MANY` milliseconds."""
_MOST_FOR_MANY: Final = 5
_MOST_FOR_MATCH: Final = 100
"""Milliseconds of the processor."""
_LEAST_OF_BARE: Final = 0.60
_MOST_CALLS: Final[Mapping[str, Mapping[str, int]]] = {
    "ingest": {"serviceBus": 1, "reads": 0, "writes": 0, "transactions": 0, "acs": 0},
    "route": {"serviceBus": 0, "reads": 0, "writes": 1, "transactions": 1, "acs": 0},
    "reply": {"serviceBus": 1, "reads": 1, "writes": 1, "transactions": 2, "acs": 1},
    "status": {"serviceBus": 0, "reads": 0, "writes": 0, "transactions": 1, "acs": 0},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything measured.

    Attributes:
        steps: The cost of one message, by step.
        calls: The calls of one message by service, and those to Table Storage by kind, by step.
        imports: The cost of a cold start.
        telemetry: The cost of steps and cold starts with telemetry, against the app without.
        rules: Milliseconds of the processor until it is known that no rule matches, by their number and by engine.
        distributed: What matching and turns take.
    """

    steps: Mapping[str, Comparison]
    calls: Mapping[str, Mapping[str, int]]
    imports: Comparison
    telemetry: Mapping[str, Comparison]
    rules: Mapping[int, Mapping[str, float]]
    distributed: Distributed

    @property
    def day(self) -> Comparison:
        """One message of a customer's with all that a day brings with it."""
        return total_of([(self.steps[name], often) for name, often in STEPS.items()])


def figures(measured: Measured) -> dict[str, Any]:
    """The JSON: a member a step, `day`, `import`, `import_ratio`, `telemetry`, `rules` and `distribution`.

    A ratio is the worse of processor and wall time; `bare` is the SDKs alone, for `telemetry` the app without it.
    """
    steps = {name: {**_cost(step), "calls": measured.calls[name]} for name, step in measured.steps.items()}
    return {
        **steps,
        "day": {**_cost(measured.day), "messages_a_second": round(1000 / measured.day.app.cpu_ms, 1)},
        "import": _cost(measured.imports),
        "import_ratio": round(measured.imports.ratio, 3),
        "telemetry": {name: _cost(each) for name, each in measured.telemetry.items()},
        "rules": {str(size): _rules(engines) for size, engines in measured.rules.items()},
        "distribution": _distribution(measured.distributed),
    }


def _distribution(distributed: Distributed) -> dict[str, Any]:
    turns = {
        str(waiting): {
            "a_second": round(each.app, 1),
            "bare_a_second": round(each.bare, 1),
            "ratio": round(each.ratio, 3),
        }
        for waiting, each in distributed.assignments.items()
    }
    return {"match_cpu_ms": round(distributed.match_cpu_ms, 2), "assignments": turns}


def _rules(engines: Mapping[str, float]) -> dict[str, Any]:
    others = {name: time for name, time in engines.items() if name != OURS}
    return {
        "cpu_ms": round(engines[OURS], 4),
        "ratio": round(engines[OURS] / min(others.values()), 3),
        "others": {name: round(time, 4) for name, time in others.items()},
    }


def _cost(comparison: Comparison) -> dict[str, Any]:
    figures = {
        "ratio": comparison.ratio,
        "cpu_ratio": comparison.cpu_ratio,
        "wall_ratio": comparison.wall_ratio,
        "cpu_ms": comparison.app.cpu_ms,
        "wall_ms": comparison.app.wall_ms,
        "bare_cpu_ms": comparison.bare.cpu_ms,
        "bare_wall_ms": comparison.bare.wall_ms,
    }
    return {name: round(value, 3) for name, value in figures.items()}


def cost_table(measured: Measured) -> Table:
    """Times beside those of the bare calls, and the targets."""
    table = _table("Milliseconds a message, and a cold start", "", "app", "bare", "ratio", "target", "")
    for name, comparison in {**measured.steps, "import": measured.imports}.items():
        _add_costs(table, name, comparison, _MOST_RATIO.get(name))
    return table


def day_line(measured: Measured) -> str:
    """What one core sustains of an average day."""
    return sustained(measured.day.app.cpu_ms, measured.day.bare.cpu_ms)


def telemetry_table(measured: Measured) -> Table:
    """Times with telemetry beside those without."""
    table = _table("The same with telemetry", "", "with", "without", "ratio", "target", "")
    for name, comparison in measured.telemetry.items():
        _add_costs(table, name, comparison, None)
    return table


def rules_table(measured: Measured) -> Table:
    """How long it takes to find that no rule matches, beside other engines, and the targets."""
    table = _table("Milliseconds until no rule matches", "rules", "ours", "fastest other", "", "ratio", "target", "")
    for size, engines in measured.rules.items():
        ours, others = engines[OURS], [(time, name) for name, time in engines.items() if name != OURS]
        fastest, name = min(others)
        good = ours < fastest and (size < _MANY or ours < _MOST_FOR_MANY)
        target = "< 1" if size < _MANY else f"< 1, ours < {_MOST_FOR_MANY} ms"
        row = f"{size:,}", f"{ours:.3f}", f"{fastest:.3f}", name, f"{ours / fastest:.2f}", target, _verdict(good)
        table.add_row(*row)
    return table


def distribution_table(distributed: Distributed) -> Table:
    """What a match takes, and how many assignments a second turns make, beside their Table calls made bare."""
    table = _table("Distribution, 1,000 agents", "", "app", "bare", "ratio", "target", "")
    took = distributed.match_cpu_ms
    good = _verdict(took < _MOST_FOR_MATCH)
    table.add_row("match, 100 waiting, ms of CPU", f"{took:.1f}", "", "", f"< {_MOST_FOR_MATCH}", good)
    for waiting, each in distributed.assignments.items():
        rates = f"{each.app:.0f}", f"{each.bare:.0f}", f"{each.ratio:.2f}"
        name = f"assignments a second, {waiting:,} waiting"
        table.add_row(name, *rates, f"≥ {_LEAST_OF_BARE:.2f}", _verdict(each.ratio >= _LEAST_OF_BARE))
    return table


def _add_costs(table: Table, name: str, comparison: Comparison, most: float | None) -> None:
    app, bare = comparison.app, comparison.bare
    _add_cost(table, f"{name}, CPU", app.cpu_ms, bare.cpu_ms, most)
    _add_cost(table, f"{name}, wall", app.wall_ms, bare.wall_ms, most)


def _add_cost(table: Table, name: str, app: float, bare: float, most: float | None) -> None:
    target = (f"≤ {most:.2f}", _verdict(app / bare <= most)) if most else ("", "")
    table.add_row(name, f"{app:.2f}", f"{bare:.2f}", f"{app / bare:.2f}", *target)


def calls_table(measured: Measured) -> Table:
    """Calls to each service, and whether there are too many."""
    kinds = ("serviceBus", "reads", "writes", "transactions", "acs")
    table = _table("Calls a message", "", "Service Bus", "reads", "writes", "transactions", "ACS", "")
    for name, calls in measured.calls.items():
        most = _MOST_CALLS.get(name)
        met = _verdict(all(calls[kind] <= most[kind] for kind in kinds)) if most else ""
        table.add_row(name, *(str(calls[kind]) for kind in kinds), met)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if 0 < place < len(columns) - 1 else "left")
    return table


def _verdict(met: bool) -> str:
    return "[green]met[/green]" if met else "[red]missed[/red]"
