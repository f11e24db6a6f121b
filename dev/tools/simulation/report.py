"""The outcome of a simulation as tables on the terminal."""

import math
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from dev.tools.simulation.sampling import Latency
from dev.tools.simulation.shift import ShiftOutcome
from dev.tools.simulation.simulation import Outcome
from dev.tools.simulation.tally import Tally


def percentile(seconds: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of the values do not exceed. Raises ValueError without values."""
    if not seconds:
        raise ValueError("there are no percentiles of nothing")
    return sorted(seconds)[max(math.ceil(len(seconds) * percent / 100) - 1, 0)]


def show(outcome: Outcome, console: Console) -> None:
    """Print the latencies and the tallies."""
    latencies = _table("Milliseconds since the customer wrote", "seen", "p50", "p90", "p99", "max")
    for name, measured in series(outcome).items():
        latencies.add_row(name, str(len(measured)), *_milliseconds(measured))
    latencies.caption = "accepted, stored: of a sample, to within a fifth"
    tallies = _table("What became of it", "expected", "lost", "doubled", "disordered")
    tallies.add_row("texts", *_counts(outcome.texts))
    tallies.add_row("greetings", *_counts(outcome.greetings))
    console.print(latencies, tallies)
    if outcome.error and not outcome.is_clean:
        console.print(f"The API's last error: {outcome.error}", soft_wrap=True)


def show_shift(outcome: ShiftOutcome, console: Console) -> None:
    """Print how long conversations waited, and what went wrong."""
    waits = _table("Seconds in line until an agent had it", "assigned", "p50", "p95", "max")
    seconds = [f"{percentile(outcome.waits, each):,.1f}" if outcome.waits else "–" for each in (50, 95, 100)]
    waits.add_row("conversations", f"{len(outcome.waits):,}", *seconds)
    wrong = _table("What went wrong", "never assigned", "had twice", "over capacity", "refused by the API")
    counts = (outcome.left, outcome.held_twice, outcome.over_capacity, outcome.refused)
    wrong.add_row("conversations", *(f"{count:,}" for count in counts))
    tallies = _table("What became of it", "expected", "lost", "doubled", "disordered")
    tallies.add_row("texts", *_counts(outcome.texts))
    console.print(waits, wrong, tallies)
    if outcome.error:
        console.print(f"The API's last error: {outcome.error}", soft_wrap=True)


def series(outcome: Outcome) -> dict[str, Sequence[Latency]]:
    """What was measured, by the names that people read."""
    return {
        "event accepted": outcome.accepted,
        "stored (GET messages)": outcome.stored,
        "greeting on the phone": outcome.greeted,
    }


def _table(title: str, *numbers: str) -> Table:
    """A table with a column of names and columns of numbers."""
    table = Table(title=title, title_justify="left", caption_justify="left")
    table.add_column()
    for column in numbers:
        table.add_column(column, justify="right")
    return table


def _milliseconds(latencies: Sequence[Latency]) -> list[str]:
    seconds = [latency.seconds for latency in latencies]
    return [f"{1000 * percentile(seconds, percent):,.0f}" if seconds else "–" for percent in (50, 90, 99, 100)]


def _counts(tally: Tally) -> list[str]:
    return [f"{count:,}" for count in (tally.expected, tally.lost, tally.doubled, tally.disordered)]
