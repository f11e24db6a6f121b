"""What the app relies on in Microsoft's distribution of OpenTelemetry, as Azure's worker sets it up.

Each test runs a process of its own: the set-up is for the life of a process.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from dev.stack.parts import REPOSITORY
from tests.fakes.ingestion import Ingestion

_START = """
import logging
logging.basicConfig(level=logging.INFO)
from azure_functions_runtime.otel import initialize_azure_monitor
from shared.adapters.open_telemetry import OpenTelemetry
from shared.logs import log, quieten_sdks
from shared.telemetry import Metric
quieten_sdks()
initialize_azure_monitor()
telemetry = OpenTelemetry()
from opentelemetry import metrics
"""
_WORK = """
with telemetry.span("route"):
    log("route", conversation_id="c-1")
    log("conversation", conversation_id="c-1")
"""
_COUNT_TWICE = """
for value in (2, 3):
    telemetry.record(Metric.QUARANTINED.of(value, source="event"))
    metrics.get_meter_provider().force_flush()
"""
_CREDENTIAL = """
from azure.monitor.opentelemetry.exporter import AzureMonitorLogExporter
exporter = AzureMonitorLogExporter(disable_offline_storage=True)
print(exporter._credential.get_token("https://monitor.azure.com//.default").token)
"""


async def run(code: str, settings: dict[str, str], folder: Path) -> str:
    """What a process prints that has these settings."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code),
        cwd=REPOSITORY,
        env=dict(os.environ) | settings | {"TMPDIR": str(folder), "PYTHONPATH": str(REPOSITORY)},
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed.decode()


@asynccontextmanager
async def managed_identities() -> AsyncIterator[str]:
    """Where an app in Azure gets the tokens of its identities; each says whose it is and for what."""

    async def token(request: web.Request) -> web.Response:
        said = f"a token of {request.query['client_id']} for {request.query['resource']}"
        return web.json_response({"access_token": said, "expires_on": "4102444800", "resource": "r"})

    application = web.Application()
    application.router.add_get("/token", token)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/token"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(("sampled", "spans"), [("0", 0), ("1", 1)], ids=["no trace", "every trace"])
async def test_log_lines_are_never_sampled(tmp_path: Path, sampled: str, spans: int) -> None:
    """Alerts and the age of the oldest waiting conversation are read from them."""
    async with Ingestion.listening() as ingestion:
        await run(_START + _WORK, ingestion.settings | {"OTEL_TRACES_SAMPLER_ARG": sampled}, tmp_path)
        assert [line["conversation_id"] for line in ingestion.lines("route")] == ["c-1"]
        assert [line["conversation_id"] for line in ingestion.lines("conversation")] == ["c-1"]
        assert len(ingestion.spans("route")) == spans


async def test_counters_are_sent_as_what_was_added_since(tmp_path: Path) -> None:
    """So that `sum` in a query is right."""
    async with Ingestion.listening() as ingestion:
        settings = ingestion.settings | {"OTEL_METRIC_EXPORT_INTERVAL": "60000"}
        await run(_START + _COUNT_TWICE, settings, tmp_path)
        assert ingestion.values("contact_centre.quarantined") == [2, 3]


async def test_the_exporter_signs_in_with_the_identity_that_the_setting_names(tmp_path: Path) -> None:
    """Application Insights takes nothing without Entra ID."""
    async with Ingestion.listening() as ingestion, managed_identities() as endpoint:
        identity = {
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "Authorization=AAD;ClientId=the-identity",
            "IDENTITY_ENDPOINT": endpoint,
            "IDENTITY_HEADER": "local",
        }
        printed = await run(_CREDENTIAL, ingestion.settings | identity, tmp_path)
    assert printed == "a token of the-identity for https://monitor.azure.com/\n"
