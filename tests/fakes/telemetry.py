"""Telemetry in memory: what was measured, and the spans, as a test sees them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shared.telemetry import Measurement, Metric


@dataclass
class FakeSpan:
    """A span; `within` is the trace that was current, `noted` what is known of the work."""

    name: str
    parent: str | None
    within: str | None
    noted: dict[str, str | int] = field(default_factory=dict)

    def note(self, **attributes: str | int | None) -> None:
        """As `Span.note`."""
        self.noted |= {name: value for name, value in attributes.items() if value is not None}


@dataclass
class FakeTelemetry:
    """Keeps everything in order. `trace` is the current one, as a `traceparent`."""

    trace: str | None = None
    recorded: list[Measurement] = field(default_factory=list)
    spans: list[FakeSpan] = field(default_factory=list)

    def record(self, measurement: Measurement) -> None:
        """As `Telemetry.record`."""
        self.recorded.append(measurement)

    def traceparent(self) -> str | None:
        """As `Telemetry.traceparent`."""
        return self.trace

    @contextmanager
    def span(self, name: str, parent: str | None = None) -> Iterator[FakeSpan]:
        """As `Telemetry.span`."""
        span = FakeSpan(name, parent, self.trace)
        self.spans.append(span)
        yield span

    def of(self, metric: Metric) -> list[dict[str, str]]:
        """The attributes of each value of a metric."""
        return [dict(each.attributes) for each in self.recorded if each.metric is metric]

    def values(self, metric: Metric) -> list[float]:
        """Each value of a metric."""
        return [each.value for each in self.recorded if each.metric is metric]
