"""Application Insights' ingestion endpoint on loopback: takes what Microsoft's exporter sends, and keeps it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import uuid4

from aiohttp import web

type Item = dict[str, Any]

_LOG = "Microsoft.ApplicationInsights.Message"
_METRIC = "Microsoft.ApplicationInsights.Metric"
_SPAN = "Microsoft.ApplicationInsights.RemoteDependency"


class Ingestion:
    """`items` is everything that came, as the exporter wrote it."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._address = ""

    @classmethod
    @asynccontextmanager
    async def listening(cls) -> AsyncIterator[Self]:
        """The endpoint, until left."""
        ingestion = cls()
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.router.add_post("/{path:.*}/track", ingestion._take)
        application.router.add_post("/QuickPulseService.svc/{path}", _nobody_watches)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            ingestion._address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
            yield ingestion
        finally:
            await runner.cleanup()

    @property
    def settings(self) -> dict[str, str]:
        """What lets a worker send here, soon and everything, and nowhere else."""
        address = f"IngestionEndpoint={self._address};LiveEndpoint={self._address}"
        return {
            "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "true",
            "PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME": "contact_centre",
            "APPLICATIONINSIGHTS_CONNECTION_STRING": f"InstrumentationKey={uuid4()};{address}",
            "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
            "APPLICATIONINSIGHTS_SDKSTATS_DISABLED": "true",
            "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
            "OTEL_TRACES_SAMPLER": "microsoft.fixed_percentage",
            "OTEL_TRACES_SAMPLER_ARG": "1",
            "OTEL_BLRP_SCHEDULE_DELAY": "100",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_METRIC_EXPORT_INTERVAL": "500",
        }

    def lines(self, step: str) -> list[Item]:
        """The app's log lines of a step, each with the trace in which it was written, as `trace`."""
        messages = [(item, item["data"]["baseData"]["message"]) for item in self.items if item["name"] == _LOG]
        lines = [(item, json.loads(text)) for item, text in messages if text.startswith('{"step": ')]
        return [line | {"trace": trace_of(item)} for item, line in lines if line["step"] == step]

    def spans(self, name: str) -> list[Item]:
        """The spans of a name."""
        return [item for item in self.items if item["name"] == _SPAN and item["data"]["baseData"]["name"] == name]

    def values(self, metric: str, **attributes: str) -> list[float]:
        """What came of a metric with these attributes, in order."""
        return [float(point["value"]) for point in self._points(metric, attributes)]

    def total(self, metric: str, **attributes: str) -> float:
        """The sum of all values of a metric with these attributes, as a query sums them."""
        return sum(self.values(metric, **attributes))

    def count(self, metric: str, **attributes: str) -> int:
        """How many values a distribution had."""
        return sum(int(point["count"]) for point in self._points(metric, attributes))

    def _points(self, metric: str, attributes: dict[str, str]) -> list[Item]:
        data = [item["data"]["baseData"] for item in self.items if item["name"] == _METRIC]
        wanted = [each for each in data if attributes.items() <= each["properties"].items()]
        return [point for each in wanted for point in each["metrics"] if point["name"] == metric]

    async def _take(self, request: web.Request) -> web.Response:
        items: list[Item] = await request.json()
        self.items += items
        return web.json_response({"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []})


def trace_of(item: Item) -> str:
    """The operation id of an item."""
    operation: str = item["tags"]["ai.operation.id"]
    return operation


async def _nobody_watches(_: web.Request) -> web.Response:
    return web.Response(headers={"x-ms-qps-subscribed": "false"})
