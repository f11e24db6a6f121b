"""The port `Telemetry` on OpenTelemetry, with the SDK's own readers; and none of it where it is not configured."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader, NumberDataPoint
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from dev.stack.parts import REPOSITORY
from shared.adapters.open_telemetry import OpenTelemetry
from shared.telemetry import Instrument, Metric

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The adapter, and what came out of it."""

    telemetry: OpenTelemetry
    reader: InMemoryMetricReader
    exporter: InMemorySpanExporter

    def metrics(self) -> dict[str, Any]:
        """By name."""
        data = self.reader.get_metrics_data()
        assert data
        (resource,) = data.resource_metrics
        (scope,) = resource.scope_metrics
        assert scope.scope.name == "contact_centre"
        return {metric.name: metric for metric in scope.metrics}

    def spans(self) -> dict[str, ReadableSpan]:
        """By name."""
        return {span.name: span for span in self.exporter.get_finished_spans()}


@pytest.fixture
def watched() -> Watched:
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers = TracerProvider(shutdown_on_exit=False)
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    telemetry = OpenTelemetry(MeterProvider([reader], shutdown_on_exit=False), tracers)
    return Watched(telemetry=telemetry, reader=reader, exporter=exporter)


def trace_of(span: ReadableSpan) -> str:
    context = span.get_span_context()
    assert context
    return f"{context.trace_id:032x}"


def test_every_metric_has_its_name_unit_and_description(watched: Watched) -> None:
    for metric in Metric:
        watched.telemetry.record(metric.of(1))
    metrics = watched.metrics()
    assert set(metrics) == {metric.value.name for metric in Metric}
    for metric in Metric:
        found = metrics[metric.value.name]
        assert (found.unit, found.description) == (metric.value.unit, metric.value.description)
        kind = HistogramDataPoint if metric.value.instrument is Instrument.HISTOGRAM else NumberDataPoint
        assert isinstance(found.data.data_points[0], kind)


def test_a_counter_adds_up_by_its_attributes(watched: Watched) -> None:
    for code in ("131026", "131026", None):
        watched.telemetry.record(Metric.SENDS.of(outcome="refused", code=code))
    points = watched.metrics()["contact_centre.sends"].data.data_points
    counted = {json.dumps(dict(point.attributes), sort_keys=True): point.value for point in points}
    assert counted == {'{"code": "131026", "outcome": "refused"}': 2, '{"outcome": "refused"}': 1}


def test_a_distribution_keeps_sum_count_and_extremes(watched: Watched) -> None:
    for seconds in (2.5, 10):
        watched.telemetry.record(Metric.QUEUE_WAIT.of(seconds, queue="general"))
    (point,) = watched.metrics()["contact_centre.queue.wait"].data.data_points
    assert (point.sum, point.count, point.min, point.max) == (12.5, 2, 2.5, 10)
    assert point.attributes == {"queue": "general"}


def test_a_span_without_a_parent_is_a_child_of_the_current_one(watched: Watched) -> None:
    with watched.telemetry.span("route"), watched.telemetry.span("send"):
        pass
    spans = watched.spans()
    assert spans["send"].parent == spans["route"].get_span_context()
    assert trace_of(spans["send"]) == trace_of(spans["route"])


def test_a_span_continues_the_trace_of_its_parent(watched: Watched) -> None:
    with watched.telemetry.span("route", PARENT):
        pass
    span = watched.spans()["route"]
    assert span.parent
    assert (trace_of(span), f"{span.parent.span_id:016x}") == (TRACE, "b7ad6b7169203331")
    assert span.links == ()


def test_a_span_of_another_trace_is_linked_to_the_current_one(watched: Watched) -> None:
    with watched.telemetry.span("route"), watched.telemetry.span("send", PARENT), watched.telemetry.span("call"):
        pass
    spans = watched.spans()
    assert trace_of(spans["send"]) == trace_of(spans["call"]) == TRACE
    assert trace_of(spans["route"]) != TRACE
    assert [link.context for link in spans["send"].links] == [spans["route"].get_span_context()]
    assert spans["call"].parent == spans["send"].get_span_context()


def test_a_span_whose_parent_is_of_the_current_trace_is_a_child_of_the_current_span(watched: Watched) -> None:
    """What is written and sent at once: the send is part of the work that goes on."""
    with watched.telemetry.span("route", PARENT), watched.telemetry.span("send", PARENT):
        pass
    spans = watched.spans()
    assert spans["send"].parent == spans["route"].get_span_context()
    assert spans["send"].links == ()


@pytest.mark.parametrize("parent", ["", "5", "nonsense", "00-0-0-01"])
def test_a_parent_that_is_none_changes_nothing(watched: Watched, parent: str) -> None:
    with watched.telemetry.span("route"), watched.telemetry.span("send", parent):
        pass
    spans = watched.spans()
    assert spans["send"].parent == spans["route"].get_span_context()


def test_the_current_trace_can_be_handed_on(watched: Watched) -> None:
    assert watched.telemetry.traceparent() is None
    with watched.telemetry.span("route", PARENT):
        handed_on = watched.telemetry.traceparent()
    context = watched.spans()["route"].get_span_context()
    assert context
    assert handed_on == f"00-{TRACE}-{context.span_id:016x}-01"


def test_what_is_noted_is_on_the_span_and_nothing_else(watched: Watched) -> None:
    with watched.telemetry.span("send") as span:
        span.note(outcome="Accepted", attempt=0, code=None)
    assert watched.spans()["send"].attributes == {"outcome": "Accepted", "attempt": 0}


def test_an_error_marks_the_span_by_its_type_and_not_by_its_message(watched: Watched) -> None:
    """A message may quote what a customer wrote."""
    with pytest.raises(ValueError, match="4111"), watched.telemetry.span("route"):
        raise ValueError("my card is 4111")
    span = watched.spans()["route"]
    assert (span.status.is_ok, span.status.description) == (False, "ValueError")
    assert "4111" not in span.to_json()


def imported(environment: Mapping[str, str]) -> Sequence[str]:
    """The modules of OpenTelemetry that are there once the app has taken an event as far as its settings let it."""
    code = (
        "import asyncio, json, sys, function_app\n"
        "from shared.vocabulary.errors import Unavailable\n"
        "event = {'id': 'e', 'eventType': 'Microsoft.Communication.AdvancedMessageReceived', 'data': {}}\n"
        "async def take():\n"
        "    try: await function_app.centre.ingest(event)\n"
        "    except Unavailable: print(json.dumps([name for name in sys.modules if name == 'opentelemetry']))\n"
        "asyncio.run(take())"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=REPOSITORY, env=dict(environment), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    modules: list[str] = json.loads(done.stdout)
    return modules


def test_nothing_of_opentelemetry_is_imported_unless_it_is_configured() -> None:
    """A cold start does not pay for what nobody asked for."""
    assert imported({}) == []
    assert imported({"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=x"}) == ["opentelemetry"]
