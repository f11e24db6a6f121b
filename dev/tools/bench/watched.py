"""The app's ports with telemetry: its metrics and spans are recorded by OpenTelemetry's SDK, and go nowhere."""

from functools import cached_property

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider

from shared.adapters.azure import AzurePorts
from shared.adapters.open_telemetry import OpenTelemetry
from shared.telemetry import Telemetry


class WatchedPorts(AzurePorts):
    """Clients of their own, and telemetry whatever the settings say."""

    @cached_property
    def telemetry(self) -> Telemetry:
        """With providers of its own: those of the process are for the process's whole life."""
        meters = MeterProvider([InMemoryMetricReader()], shutdown_on_exit=False)
        return OpenTelemetry(meters, TracerProvider(shutdown_on_exit=False))
