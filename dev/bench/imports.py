"""Cold start: how long importing the app takes, against importing the SDKs that it uses, each in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from dev.bench.errors import BenchError
from dev.stack.parts import REPOSITORY

_RUNS = 7
_APP = "function_app"
_SDKS = (
    "azure.functions, azure.servicebus.aio, azure.data.tables.aio, azure.communication.messages.aio, "
    "azure.identity.aio, aiohttp"
)
_TIMED = "import time; began = time.perf_counter(); import {}; print(time.perf_counter() - began)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTimes:
    """Seconds of each run."""

    app: list[float]
    sdks: list[float]

    @property
    def ratio(self) -> float:
        """Of the fastest runs: what else the machine does only adds to a run."""
        return min(self.app) / min(self.sdks)

    def figures(self) -> dict[str, float]:
        """Minimum and median in milliseconds."""
        return {
            "app_min_ms": min(self.app) * 1000,
            "app_median_ms": median(self.app) * 1000,
            "sdks_min_ms": min(self.sdks) * 1000,
            "sdks_median_ms": median(self.sdks) * 1000,
        }


def compare_imports(settings: Mapping[str, str], advance: Callable[[int], None], runs: int = _RUNS) -> ImportTimes:
    """Import both in turn, after one time that does not count. Raises BenchError if either can't be imported."""
    times = ImportTimes(app=[], sdks=[])
    for run in range(runs + 1):
        for modules, seconds in ((_APP, times.app), (_SDKS, times.sdks)):
            measured = _import(modules, settings)
            if run:
                seconds.append(measured)
        advance(1)
    return times


def _import(modules: str, settings: Mapping[str, str]) -> float:
    ended = subprocess.run(
        [sys.executable, "-c", _TIMED.format(modules)],
        cwd=REPOSITORY,
        env=dict(os.environ) | dict(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise BenchError(f"{modules} can't be imported:\n{ended.stderr}")
    return float(ended.stdout)
