"""Cold start: what importing the app costs, against the SDKs that its adapters use; and what telemetry adds to it.

All of it is compiled before, as it is in the package.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from tempfile import TemporaryDirectory

from dev.stack.parts import REPOSITORY
from dev.tools.bench.cost import Comparison, Cost, least_of
from dev.tools.bench.errors import BenchError

_APP = "import function_app"
_SDKS = (
    "import azure.functions, azure.servicebus.aio, azure.data.tables.aio, azure.communication.messages.aio, "
    "azure.identity.aio, aiohttp"
)
_API = f"{_APP}; function_app.centre.ports.telemetry"
_DISTRIBUTION = f"from azure_functions_runtime.otel import initialize_azure_monitor; initialize_azure_monitor(); {_API}"
_NOWHERE = {
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=00000000-0000-0000-0000-000000000000;"
    "IngestionEndpoint=http://127.0.0.1:9/;LiveEndpoint=http://127.0.0.1:9/",
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
    "APPLICATIONINSIGHTS_SDKSTATS_DISABLED": "true",
    "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
}
_TIMED = """
import json, os, time
wall, cpu = time.perf_counter(), time.process_time()
{code}
cpu_seconds, wall_seconds = time.process_time() - cpu, time.perf_counter() - wall
print(json.dumps(dict(cpu_ms=cpu_seconds * 1000, wall_ms=wall_seconds * 1000)), flush=True)
os._exit(0)
"""


def compare_imports(settings: Mapping[str, str], runs: int, advance: Callable[[int], None]) -> Comparison:
    """The app against the SDKs. Raises BenchError if an import fails."""
    app, bare = _fastest({_APP: settings, _SDKS: settings}, runs, advance)
    return Comparison(app=app, bare=bare)


def compare_telemetry(
    settings: Mapping[str, str], runs: int, advance: Callable[[int], None]
) -> Mapping[str, Comparison]:
    """The app with what it imports itself for telemetry, and with all that the worker sets up, against the app alone.

    Raises BenchError if an import fails.
    """
    watched = {**settings, **_NOWHERE}
    app, api, distribution = _fastest({_APP: settings, _API: watched, _DISTRIBUTION: watched}, runs, advance)
    return {
        "import_api": Comparison(app=api, bare=app),
        "import_distribution": Comparison(app=distribution, bare=app),
    }


def _fastest(code: Mapping[str, Mapping[str, str]], runs: int, advance: Callable[[int], None]) -> list[Cost]:
    """The fastest run of each code with its settings, all in processes of their own and in turn, after one that does
    not count.

    The fastest, because whatever else the machine does only adds to a run.
    """
    costs: dict[str, list[Cost]] = {each: [] for each in code}
    with TemporaryDirectory() as byte_code:
        for _ in range(runs + 1):
            for each, settings in code.items():
                costs[each].append(_run(each, {**settings, "PYTHONPYCACHEPREFIX": byte_code}))
            advance(1)
    return [least_of(found[1:]) for found in costs.values()]


def _run(code: str, settings: Mapping[str, str]) -> Cost:
    ended = subprocess.run(
        [sys.executable, "-c", _TIMED.format(code=code)],
        cwd=REPOSITORY,
        env={**os.environ, **settings, "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise BenchError(f"this can't be run: {code}\n{ended.stderr}")
    return Cost(**json.loads(ended.stdout.splitlines()[-1]))
