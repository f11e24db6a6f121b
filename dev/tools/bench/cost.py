"""What work costs this machine, in processor and wall time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Milliseconds: of the processor in one process, and on the clock."""

    cpu_ms: float
    wall_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The app's cost and the cost of what it is measured against."""

    app: Cost
    bare: Cost

    @property
    def cpu_ratio(self) -> float:
        return self.app.cpu_ms / self.bare.cpu_ms

    @property
    def wall_ratio(self) -> float:
        return self.app.wall_ms / self.bare.wall_ms

    @property
    def ratio(self) -> float:
        """The worse of the two."""
        return max(self.cpu_ratio, self.wall_ratio)


def median_of(costs: Sequence[Cost]) -> Cost:
    """The median of each time."""
    return _summary(costs, median)


def least_of(costs: Sequence[Cost]) -> Cost:
    """The least of each time."""
    return _summary(costs, min)


def total_of(parts: Sequence[tuple[Comparison, float]]) -> Comparison:
    """What all of it costs together, each as often as is said."""

    def total(costs: Sequence[tuple[Cost, float]]) -> Cost:
        return Cost(
            cpu_ms=sum(cost.cpu_ms * often for cost, often in costs),
            wall_ms=sum(cost.wall_ms * often for cost, often in costs),
        )

    return Comparison(
        app=total([(each.app, often) for each, often in parts]),
        bare=total([(each.bare, often) for each, often in parts]),
    )


def _summary(costs: Sequence[Cost], summarise: Callable[[Iterable[float]], float]) -> Cost:
    return Cost(cpu_ms=summarise(each.cpu_ms for each in costs), wall_ms=summarise(each.wall_ms for each in costs))
