"""An app that Azure would refuse is refused here, in the worker library's own words; so is what this host can't do."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from dev.stack.host.protocol import Function
from dev.stack.host.supervisor import AppRefusedError, WorkerProcess
from dev.stack.host.triggers import UnsupportedTriggerError, read_trigger
from dev.stack.parts import REPOSITORY

HEAD = """
import azure.functions as func
app = func.FunctionApp()
"""
ACCEPTED = """
@app.route("health", auth_level=func.AuthLevel.ANONYMOUS)
async def health(req: func.HttpRequest) -> func.HttpResponse: ...
"""
REFUSED_BY_AZURE = {
    "parameter missing in the decorator": (
        HEAD + '@app.event_grid_trigger(arg_name="other")\nasync def ingest(event: func.EventGridEvent) -> None: ...',
        "FunctionLoadError: cannot load the ingest function: the following parameters are declared in Python "
        "but not in the function definition (function.json or function decorators):  {'event'}",
    ),
    "parameter missing in the function": (
        HEAD + '@app.event_grid_trigger(arg_name="event")\nasync def ingest() -> None: ...',
        "FunctionLoadError: cannot load the ingest function: Extra parameters in binding definition "
        "— the following parameters are declared as bindings but are not present in Python: {'event'}",
    ),
    "wrong annotation": (
        HEAD
        + '@app.service_bus_queue_trigger(arg_name="message", connection="Bus", queue_name="orders")\n'
        + "async def handle(message: func.EventGridEvent) -> None: ...",
        'dataType "serviceBusTrigger" in the binding decorator do not match the corresponding function '
        "parameter's Python type annotation EventGridEvent",
    ),
    "missing module": (HEAD + "import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
    "function twice": (
        HEAD + ACCEPTED + ACCEPTED.replace('"health"', '"again"'),
        "ValueError: Function health does not have a unique function name. "
        "Please change @app.function_name() or the function method name to be unique.",
    ),
    "two triggers": (
        HEAD + ACCEPTED.replace("\nasync", '\n@app.event_grid_trigger(arg_name="req")\nasync'),
        "ValueError: A trigger was already registered to this function.",
    ),
    "two apps": (HEAD + ACCEPTED + "other = func.FunctionApp()", "ValueError: More than one FunctionApp"),
    "no app": ("import azure.functions", "ValueError: Could not find top level function app instances"),
    "syntax": (HEAD + "def broken(:", "SyntaxError: invalid syntax"),
    "no function": (HEAD, "No job functions found"),
}


async def index(folder: Path, app: str) -> None:
    """Have a worker load the app. Raises AppRefusedError."""
    (folder / "function_app.py").write_text(app, encoding="utf-8")
    worker = await WorkerProcess.start(folder)
    try:
        await worker.index()
    finally:
        await worker.end()


@pytest.mark.parametrize("case", REFUSED_BY_AZURE)
async def test_what_azure_refuses_is_refused_in_the_same_words(tmp_path: Path, case: str) -> None:
    app, words = REFUSED_BY_AZURE[case]
    with pytest.raises(AppRefusedError) as refusal:
        await index(tmp_path, app)
    assert words in str(refusal.value)


async def test_the_host_prints_the_refusal_and_ends_with_1(tmp_path: Path) -> None:
    app, words = REFUSED_BY_AZURE["missing module"]
    code, printed = await run_host(tmp_path, app)
    assert code == 1
    assert f"The Functions host can't run this app: {words}" in printed


async def test_a_worker_that_always_dies_while_loading_ends_the_host(tmp_path: Path) -> None:
    code, printed = await run_host(tmp_path, "import os\nos._exit(3)")
    assert code == 1
    assert "times in a row before it had loaded the app" in printed


async def run_host(folder: Path, app: str) -> tuple[int | None, str]:
    """Start the host for an app that it should refuse; its exit code and what it printed."""
    (folder / "function_app.py").write_text(app, encoding="utf-8")
    (folder / "host.json").write_text("{}", encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dev.stack.host", "--app", str(folder), "--port", "0", "--key", "key"),
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(30):
        printed, _ = await process.communicate()
    return process.returncode, printed.decode()


@pytest.mark.parametrize(
    ("binding", "words"),
    [
        ({"type": "timerTrigger"}, "handle: this host has no timerTrigger"),
        ({"type": "http"}, "handle has no trigger"),
        ({"type": "serviceBusTrigger", "topicName": "news"}, "handle: this host listens to queues only"),
        (
            {"type": "serviceBusTrigger", "queueName": "orders", "cardinality": "MANY"},
            "handle: this host dispatches single messages only (cardinality ONE)",
        ),
        (
            {"type": "serviceBusTrigger", "queueName": "orders", "connection": "Bus"},
            "handle: the app setting Bus (Service Bus connection string) is missing",
        ),
    ],
)
def test_a_trigger_that_this_host_cannot_serve_is_refused_by_name(binding: dict[str, Any], words: str) -> None:
    with pytest.raises(UnsupportedTriggerError) as refusal:
        read_trigger(Function(name="handle", id="1", bindings=(binding | {"name": "value"},)), {})
    assert words in str(refusal.value)
