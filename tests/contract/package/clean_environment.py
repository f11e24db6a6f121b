"""An environment for a package: with what its requirements.txt pins, or for a complete one with nothing at all.

What Azure's worker brings itself stays out of it, in a folder of its own: the event loop. The worker library is among
the app's packages.
"""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from dev.stack.host.protocol import Function
from dev.stack.host.supervisor import WorkerProcess
from dev.stack.parts import REPOSITORY

_OF_THE_WORKER = ("uvloop",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanEnvironment:
    """`python` runs in the environment; `worker` is the folder of what the worker brings."""

    python: Path
    worker: Path

    @classmethod
    def made_from(cls, requirements: Path, folder: Path) -> Self:
        """Make the environment in `folder`, and install what is pinned."""
        environment = cls.empty(folder)
        _uv("pip", "install", "--python", environment.python, "--require-hashes", "--requirements", requirements)
        return environment

    @classmethod
    def empty(cls, folder: Path) -> Self:
        """Make the environment in `folder`, with nothing installed."""
        python = folder / "bin" / "python"
        _uv("venv", "--python", sys.executable, folder)
        worker = folder / "worker"
        worker.mkdir()
        for name in _OF_THE_WORKER:
            (worker / name).symlink_to(_installed(name))
        return cls(python=python, worker=worker)

    async def index(self, app: Path, settings: Mapping[str, str]) -> dict[str, Function]:
        """The functions that the worker library finds in the app, by name. Raises AppRefusedError."""
        return await index(app, {**settings, "PYTHONPATH": str(self.worker)}, self.python)


async def index(app: Path, settings: Mapping[str, str], python: Path = Path(sys.executable)) -> dict[str, Function]:
    """The same with any Python that has the worker library."""
    async with _worker(app, settings, python) as worker:
        assert await worker.index()
        return {function.name: function for function in worker.functions}


@asynccontextmanager
async def _worker(app: Path, settings: Mapping[str, str], python: Path) -> AsyncIterator[WorkerProcess]:
    ours, theirs = socket.socketpair()
    with theirs:
        process = await asyncio.create_subprocess_exec(
            *(python, "-m", "dev.stack.host.worker", "--app", app, "--socket", str(theirs.fileno())),
            cwd=REPOSITORY,
            env={"PATH": os.environ["PATH"], **settings},
            pass_fds=[theirs.fileno()],
            stdin=asyncio.subprocess.DEVNULL,
        )
    worker = WorkerProcess(process, *await asyncio.open_connection(sock=ours))
    try:
        yield worker
    finally:
        await worker.end()


def _uv(*words: str | Path) -> None:
    done = subprocess.run([sys.executable, "-m", "uv", *map(str, words)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def _installed(name: str) -> Path:
    """The folder of a package in the environment of the tests."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))
