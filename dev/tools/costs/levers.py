"""What turns the bill up and down: the difference that one change makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dev.tools.costs.bill import BYTES_A_LOG_ROW, Deployment, Load, log_rows, total_usd
from dev.tools.costs.prices import Prices
from dev.tools.costs.traffic import Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One change.

    Attributes:
        means: What it does besides.
        added_usd: What it adds to the month at each end; less than nothing: it saves.
    """

    change: str
    means: str
    added_usd: Mapping[Load, float]


def levers(traffic: Traffic, deployment: Deployment, prices: Prices) -> Sequence[Lever]:
    """The changes that matter, each made alone."""
    before = {load: total_usd(traffic, deployment, load, prices) for load in Load}

    def lever(change: str, means: str, changed: Deployment, busier: Traffic = traffic) -> Lever:
        added = {load: total_usd(busier, changed, load, prices) - before[load] for load in Load}
        return Lever(change=change, means=means, added_usd=added)

    kept = prices["logs.retention"].usd(log_rows(traffic, deployment) * BYTES_A_LOG_ROW / 1e9)
    return [
        *(lever(*change) for change in _changes(deployment)),
        Lever(
            change="logs kept for one more paid month",
            means="`LOG_RETENTION_DAYS`; the first 31 days are free, and 90 of what the app and its host say",
            added_usd=dict.fromkeys(Load, kept),
        ),
        lever(
            "`SENT_STATUSES` true",
            "the status Sent comes to the app, too; it says no more than the answer to the send",
            deployment,
            replace(traffic, sent_statuses=True),
        ),
        lever(
            "20 desks that wait for changes",
            "for 160 hours a month: one instance of the API is active as long as anybody is at work",
            deployment,
            replace(traffic, desks=20),
        ),
    ]


def _changes(deployment: Deployment) -> Sequence[tuple[str, str, Deployment]]:
    """What can be deployed otherwise: the change, what it means, and the deployment after it."""
    return [
        (
            "`ALWAYS_READY` false",
            "after a pause the next message waits for a cold start; dearer once instances hardly rest",
            replace(deployment, always_ready=False),
        ),
        (
            "`INSTANCE_MEMORY_MB` 512",
            "a quarter of a core; not tried with this app",
            replace(deployment, memory_mb=512),
        ),
        (
            "`INSTANCE_MEMORY_MB` 4096",
            "a second core: twice as many accepts; Python uses one, the host beside it the other",
            replace(deployment, memory_mb=4096),
        ),
        ("`SERVICE_BUS_SKU` Premium", "private networking needs it", replace(deployment, premium=True)),
        ("`TRACES_SAMPLED` 0", "no trace of any message", replace(deployment, traces_sampled=0)),
        ("`TRACES_SAMPLED` 1", "a trace of every message", replace(deployment, traces_sampled=1)),
        (
            "the host logs no executions",
            "`logging.logLevel` in `host.json`; the app's own lines must stay; not tried in Azure",
            replace(deployment, host_lines=False),
        ),
    ]
