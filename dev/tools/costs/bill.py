"""From a month of messages and a way of deploying to a bill: quantities by price, then lines in US dollars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dev.tools.costs.prices import Price, Prices
from dev.tools.costs.steps import STEPS, ScaleGroup
from dev.tools.costs.traffic import Traffic

HOURS_A_MONTH: Final = 730
LEAST_BURST_S: Final = 1.0
"""Flex bills at least this for a time in which an instance works."""
CORE_MB: Final = 2048
"""The instance size that has one core; a smaller one has a part of it, a larger one has more than Python uses."""
ACCEPTS_A_CORE: Final = 2
"""So many receivers of a core wait for a session at a time, whatever `maxConcurrentSessions` of host.json says."""
GRID_OPERATIONS_AN_EVENT: Final = 3
"""It comes in, matches a filter, is delivered."""
GRID_OPERATIONS_A_FILTERED_EVENT: Final = 2
"""It comes in, and is compared in vain."""
BYTES_STORED_A_MESSAGE: Final = 2_700
MONTHS_STORED: Final = 12
BYTES_A_FILE: Final = 300_000
"""Assumed, of all kinds of files; kept for a month."""
BYTES_A_LOG_ROW: Final = 1_000
"""Assumed, as are the rows below: an own line has 200 bytes, the columns beside it are the rest."""
HOST_ROWS_AN_EXECUTION: Final = 2
"""The host says that it executes a function, and that it did."""
METRIC_ROWS_A_MINUTE: Final = 60
"""Of the app's metrics, and of Service Bus and storage."""
LOG_ALERTS: Final = 9
LOG_ALERTS_OF_META: Final = 3
"""More, where numbers are at Meta."""
METRIC_SERIES: Final = 13
"""Of alerts on platform metrics: one a rule, or one for each queue or subscription that it watches."""
METRIC_SERIES_OF_EVENT_GRID: Final = 6
"""Those of them that are not there without Event Grid."""


class Load(StrEnum):
    """The two ends between which the bill lies."""

    QUIET = "quiet"
    """Every execution is a burst of its own, and takes a session of its own."""
    BUSY = "busy"
    """Executions overlap as much as an instance allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What the parameters of the deployment decide.

    Attributes:
        traces_sampled: The fraction of traces that is kept.
        host_lines: Whether the host logs every execution.
        premium: Service Bus Premium, one messaging unit, in place of Standard.
    """

    always_ready: bool = True
    memory_mb: int = 2048
    traces_sampled: float = 0.1
    host_lines: bool = True
    premium: bool = False

    @property
    def memory_gb(self) -> float:
        return self.memory_mb / 1024

    @property
    def cores(self) -> int:
        """As many as a program sees: a part of a core looks like one."""
        return max(self.memory_mb // CORE_MB, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a bill."""

    price: Price
    quantity: float
    usd: float


def bill(traffic: Traffic, deployment: Deployment, load: Load, prices: Prices) -> Sequence[Line]:
    """What Azure asks for a month, without the fees for messages."""
    return [
        Line(price=prices[name], quantity=quantity, usd=prices[name].usd(quantity))
        for name, quantity in quantities(traffic, deployment, load).items()
    ]


def total_usd(traffic: Traffic, deployment: Deployment, load: Load, prices: Prices) -> float:
    """The sum of the bill."""
    return sum(line.usd for line in bill(traffic, deployment, load, prices))


def quantities(traffic: Traffic, deployment: Deployment, load: Load) -> Mapping[str, float]:
    """What is used in a month, by the name of its price."""
    executions = traffic.executions()
    return {
        **_instances(traffic, active_seconds(traffic, deployment, load), deployment),
        **_queues(queue_operations(traffic, deployment, load), deployment),
        **_event_grid(traffic),
        "tables.operations": sum(STEPS[step].table_calls * times for step, times in executions.items())
        + traffic.waiting_s,
        "tables.capacity": traffic.messages * MONTHS_STORED * BYTES_STORED_A_MESSAGE / 1e9,
        "blobs.writes": traffic.files,
        "blobs.capacity": traffic.files * BYTES_A_FILE / 1e9,
        "logs.ingestion": log_rows(traffic, deployment) * BYTES_A_LOG_ROW / 1e9,
        "alerts.log": LOG_ALERTS + (LOG_ALERTS_OF_META if traffic.at_meta else 0),
        "alerts.metric": METRIC_SERIES - (METRIC_SERIES_OF_EVENT_GRID if traffic.at_meta else 0),
    }


def _event_grid(traffic: Traffic) -> Mapping[str, float]:
    if traffic.at_meta:
        return {}
    operations = traffic.events * GRID_OPERATIONS_AN_EVENT + traffic.filtered_events * GRID_OPERATIONS_A_FILTERED_EVENT
    return {"event_grid.operations": operations}


def _instances(traffic: Traffic, seconds: float, deployment: Deployment) -> Mapping[str, float]:
    executions = sum(traffic.executions().values())
    ready = len(ScaleGroup) - (1 if traffic.at_meta else 0)
    busy_gb_s = seconds * deployment.memory_gb
    if not deployment.always_ready:
        return {"flex.on_demand.time": busy_gb_s, "flex.on_demand.executions": executions}
    return {
        "flex.baseline": ready * deployment.memory_gb * HOURS_A_MONTH * 3600,
        "flex.always_ready.time": busy_gb_s,
        "flex.always_ready.executions": executions,
    }


def _queues(operations: float, deployment: Deployment) -> Mapping[str, float]:
    if deployment.premium:
        return {"service_bus.premium_unit": 1}
    return {"service_bus.base": 1, "service_bus.operations": operations}


def active_seconds(traffic: Traffic, deployment: Deployment, load: Load) -> float:
    """How long instances work, in seconds; overlapping executions share them."""
    executions = traffic.executions()
    if load is Load.QUIET:
        return (sum(executions.values()) - traffic.polls) * LEAST_BURST_S + traffic.waiting_s
    slower = max(CORE_MB / deployment.memory_mb, 1)
    return sum(STEPS[step].busy_ms * times for step, times in executions.items()) / 1000 * slower + traffic.waiting_s


def queue_operations(traffic: Traffic, deployment: Deployment, load: Load) -> float:
    """Operations of Service Bus: send, forward, receive, complete; accepting a session; waiting for one in vain."""
    through = traffic.events + traffic.timed
    accepted = through if load is Load.QUIET else 0
    in_vain = ACCEPTS_A_CORE * deployment.cores * HOURS_A_MONTH * 60 if deployment.always_ready else 0
    return 3 * through + traffic.timed + accepted + in_vain


def log_rows(traffic: Traffic, deployment: Deployment) -> float:
    """Rows in the workspace: own lines, the host's, those of the traces that are kept, and metrics."""
    host = HOST_ROWS_AN_EXECUTION if deployment.host_lines else 0
    a_step = {
        name: step.log_lines + host * step.host_lines + deployment.traces_sampled * (1 + step.calls)
        for name, step in STEPS.items()
    }
    metrics = METRIC_ROWS_A_MINUTE * HOURS_A_MONTH * 60
    return metrics + sum(a_step[step] * times for step, times in traffic.executions().items())
