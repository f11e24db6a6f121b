"""What was measured, as a table for people and as JSON, with the targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rich.table import Table

from dev.bench.imports import ImportTimes
from dev.bench.rounds import Comparison

MOST_RATIO: Final = 1.25
MOST_IMPORT_RATIO: Final = 1.3
_MOST_CALLS: Final[Mapping[str, Mapping[str, int]]] = {
    "ingest": {"serviceBus": 1, "tables": 0, "acs": 0},
    "route": {"serviceBus": 0, "reads": 0, "writes": 1, "transactions": 1, "acs": 0},
}
_WITH_TARGET: Final = ("ingest", "route", "reply")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One step: its costs, and the calls of one message by service and kind."""

    comparison: Comparison
    calls: Mapping[str, int]

    @property
    def ratio(self) -> float:
        """The worse of processor and wall time."""
        return max(self.comparison.cpu_ratio, self.comparison.wall_ratio)


def figures(steps: Mapping[str, Measured], imports: ImportTimes) -> dict[str, Any]:
    """The JSON: a member a step, and `import_ratio`."""
    return {
        **{name: _figures(step) for name, step in steps.items()},
        "import_ratio": round(imports.ratio, 3),
        "import": {name: round(value, 1) for name, value in imports.figures().items()},
    }


def _figures(step: Measured) -> dict[str, Any]:
    comparison = step.comparison
    costs = {
        "cpu_ratio": comparison.cpu_ratio,
        "wall_ratio": comparison.wall_ratio,
        "cpu_ms": comparison.app.cpu_ms,
        "wall_ms": comparison.app.wall_ms,
        "bare_cpu_ms": comparison.bare.cpu_ms,
        "bare_wall_ms": comparison.bare.wall_ms,
    }
    return {
        "ratio": round(step.ratio, 3),
        **{name: round(value, 3) for name, value in costs.items()},
        "calls": dict(step.calls),
    }


def render(steps: Mapping[str, Measured], imports: ImportTimes) -> list[Table]:
    """The tables for the terminal."""
    return [_costs(steps, imports), _calls(steps)]


def _costs(steps: Mapping[str, Measured], imports: ImportTimes) -> Table:
    table = _table("Time a message", "", "app ms", "bare calls ms", "ratio", "target", "")
    for name, step in steps.items():
        target = MOST_RATIO if name in _WITH_TARGET else None
        app, bare = step.comparison.app, step.comparison.bare
        _add_cost(table, f"{name}, CPU", app.cpu_ms, bare.cpu_ms, target)
        _add_cost(table, f"{name}, wall", app.wall_ms, bare.wall_ms, target)
    times = imports.figures()
    _add_cost(table, "import, minimum", times["app_min_ms"], times["sdks_min_ms"], MOST_IMPORT_RATIO)
    _add_cost(table, "import, median", times["app_median_ms"], times["sdks_median_ms"], None)
    return table


def _add_cost(table: Table, name: str, app: float, bare: float, target: float | None) -> None:
    ratio = app / bare
    goal = (f"≤ {target:.2f}", _verdict(ratio <= target)) if target else ("", "")
    table.add_row(name, f"{app:.2f}", f"{bare:.2f}", f"{ratio:.2f}", *goal)


def _calls(steps: Mapping[str, Measured]) -> Table:
    table = _table("Calls a message", "", "Service Bus", "reads", "writes", "transactions", "ACS", "")
    for name, step in steps.items():
        most = _MOST_CALLS.get(name)
        met = _verdict(all(step.calls[kind] <= calls for kind, calls in most.items())) if most else ""
        kinds = ("serviceBus", "reads", "writes", "transactions", "acs")
        table.add_row(name, *(str(step.calls[kind]) for kind in kinds), met)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if 0 < place < len(columns) - 1 else "left")
    return table


def _verdict(met: bool) -> str:
    return "[green]met[/green]" if met else "[red]missed[/red]"
