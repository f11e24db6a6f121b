"""`python -m dev.stack.host --app DIR --port P --key KEY`: runs a Functions app with the environment as settings."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from dev.stack.host.errors import HostError
from dev.stack.host.server import HostOptions, run_host
from dev.stack.log_lines import log_as_json


def _options() -> HostOptions:
    parser = argparse.ArgumentParser(prog="python -m dev.stack.host", description=__doc__)
    parser.add_argument("--app", type=Path, required=True, help="folder with function_app.py and host.json")
    parser.add_argument("--port", type=int, default=7071, help="port of the HTTP functions (default: %(default)s)")
    parser.add_argument("--key", required=True, help="the key that callers have to give")
    parser.add_argument("--worker-pid-file", type=Path, help="file to keep the worker's process id in")
    given = parser.parse_args()
    return HostOptions(app=given.app.resolve(), port=given.port, key=given.key, pid_file=given.worker_pid_file)


async def _run(options: HostOptions) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run_host(options, os.environ, stop)


def _say(group: BaseExceptionGroup[BaseException]) -> None:
    for error in group.exceptions:
        print(f"The Functions host can't run this app: {error}", file=sys.stderr, flush=True)


def main() -> int:
    log_as_json()
    failed = False
    try:
        asyncio.run(_run(_options()))
    except* (HostError, OSError) as group:
        _say(group)
        failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
