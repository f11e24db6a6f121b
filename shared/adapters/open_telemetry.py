"""The port `Telemetry` on the OpenTelemetry API.

Measurements and spans go to whatever providers the process has: in Azure the worker sets up the Azure Monitor
distribution before it loads the app; without any, nothing happens. Imported only where telemetry is configured.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry import context, metrics, trace
from opentelemetry.metrics import Meter, MeterProvider
from opentelemetry.trace import Link, StatusCode, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.telemetry import NAME, Declaration, Instrument, Measurement, Metric, Span
from shared.vocabulary.identity import loggable

_PROPAGATOR: Final = TraceContextTextMapPropagator()
_FIELD: Final = "traceparent"


class OpenTelemetry:
    """Measures and traces with the given providers, or those of the process."""

    def __init__(self, meters: MeterProvider | None = None, tracers: TracerProvider | None = None) -> None:
        meter = metrics.get_meter(NAME, meter_provider=meters)
        self._tracer = trace.get_tracer(NAME, tracer_provider=tracers)
        self._takers = {metric: _taker(meter, metric.value) for metric in Metric}

    def record(self, measurement: Measurement) -> None:
        """See `Telemetry.record`."""
        self._takers[measurement.metric](measurement.value, measurement.attributes)

    def traceparent(self) -> str | None:
        """See `Telemetry.traceparent`."""
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return carrier.get(_FIELD)

    @contextmanager
    def span(self, name: str, parent: str | None = None) -> Iterator[Span]:
        """See `Telemetry.span`. An error's message stays out: it may quote what somebody wrote."""
        within, links = _place(parent)
        with self._tracer.start_as_current_span(
            name, within, links=links, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield _Noting(span)
            except BaseException as error:
                span.set_status(StatusCode.ERROR, type(error).__name__)
                raise


class _Noting:
    """A span of the API."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def note(self, **attributes: str | int | None) -> None:
        """See `Span.note`."""
        self._span.set_attributes({name: loggable(value) for name, value in attributes.items() if value is not None})


def _taker(meter: Meter, declared: Declaration) -> Callable[[float, Mapping[str, str]], None]:
    """Return what takes the values of a metric."""
    if declared.instrument is Instrument.HISTOGRAM:
        return meter.create_histogram(declared.name, declared.unit, declared.description).record
    return meter.create_counter(declared.name, declared.unit, declared.description).add


def _place(parent: str | None) -> tuple[context.Context | None, list[Link]]:
    """Return the context in which a span starts (None: the current one), and its links."""
    if parent is None:
        return None, []
    theirs = _PROPAGATOR.extract({_FIELD: parent}, context.get_current())
    origin = trace.get_current_span(theirs).get_span_context()
    here = trace.get_current_span().get_span_context()
    if origin.trace_id == here.trace_id:
        return None, []
    return theirs, [Link(here)] if here.is_valid else []
