"""Latency over time as a picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from dev.tools.simulation.sampling import Latency

_COLOURS = ("#4477aa", "#228833", "#ee6677")  # told apart by colour-blind people too
_MARKERS = ("o", "s", "^")


def draw(series: Mapping[str, Sequence[Latency]], title: str, file: Path) -> None:
    """Write a PNG: one dot a measurement, by the second in which the customer wrote; the scale is logarithmic."""
    figure = Figure(figsize=(10, 5.5), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for (name, latencies), colour, marker in zip(series.items(), _COLOURS, _MARKERS, strict=True):
        milliseconds = [1000 * latency.seconds for latency in latencies]
        axes.scatter(
            [latency.at for latency in latencies],
            milliseconds,
            s=14,
            c=colour,
            marker=marker,
            alpha=0.6,
            linewidths=0,
            label=f"{name} (n = {len(latencies)})",
        )
    axes.set(title=title, xlabel="time since the first text (s)", ylabel="latency (ms, logarithmic)", yscale="log")
    axes.margins(x=0.02)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, alpha=0.25)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=3, frameon=False, markerscale=2)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, format="png")
