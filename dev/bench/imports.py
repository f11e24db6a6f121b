"""Cold start: what importing the app costs, against importing the SDKs that its adapters use."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from dev.bench.cost import Comparison, Cost, least_of
from dev.bench.errors import BenchError
from dev.stack.parts import REPOSITORY

_APP = "function_app"
_SDKS = (
    "azure.functions, azure.servicebus.aio, azure.data.tables.aio, azure.communication.messages.aio, "
    "azure.identity.aio, aiohttp"
)
_TIMED = """
import json, time
wall, cpu = time.perf_counter(), time.process_time()
import {modules}
cpu_seconds, wall_seconds = time.process_time() - cpu, time.perf_counter() - wall
print(json.dumps(dict(cpu_ms=cpu_seconds * 1000, wall_ms=wall_seconds * 1000)))
"""


def compare_imports(settings: Mapping[str, str], runs: int, advance: Callable[[int], None]) -> Comparison:
    """The fastest import of each, all in processes of their own and in turn, after one that does not count.

    The fastest, because whatever else the machine does only adds to a run. Raises BenchError if an import fails.
    """
    app: list[Cost] = []
    bare: list[Cost] = []
    for _ in range(runs + 1):
        app.append(_import(_APP, settings))
        bare.append(_import(_SDKS, settings))
        advance(1)
    return Comparison(app=least_of(app[1:]), bare=least_of(bare[1:]))


def _import(modules: str, settings: Mapping[str, str]) -> Cost:
    ended = subprocess.run(
        [sys.executable, "-c", _TIMED.format(modules=modules)],
        cwd=REPOSITORY,
        env=dict(os.environ) | dict(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise BenchError(f"{modules} can't be imported:\n{ended.stderr}")
    return Cost(**json.loads(ended.stdout.splitlines()[-1]))
