"""Sets up what the local stack and the tests need: a virtual environment in .venv, Azurite in dev/node, local settings.

Run by `make setup` with any Python 3.13; needs the standard library alone. Does nothing when the lock files are as
they were the last time. Python packages come from dev/requirements.txt, Node.js among them; npm packages from the lock
file in dev/node.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NODE = ROOT / "dev" / "node"
NAME_WIDTH = 66
STAMP = VENV / "set-up-from"
LOCKS = [ROOT / "dev" / "requirements.txt", NODE / "package-lock.json", Path(__file__)]


def fingerprint() -> str:
    """What the set-up depends on: the lock files and the Python that the environment is made of."""
    digest = hashlib.sha256(sys.version.encode())
    for lock in LOCKS:
        digest.update(lock.read_bytes())
    return digest.hexdigest()


def make_environment() -> None:
    """Make .venv anew."""
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=True)


def install_python_packages() -> None:
    """Install what dev/requirements.txt pins, and nothing else."""
    pip: list[str | Path] = [VENV / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run([*pip, "--require-hashes", "--no-deps", "-r", ROOT / "dev" / "requirements.txt"])


def install_node_packages() -> None:
    """Install what the lock file of dev/node pins, with the Node.js of .venv."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    npm: list[str | Path] = [
        VENV / "bin" / "npm",
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    run(npm, cwd=NODE, env=os.environ | {"PATH": path})


def copy_local_settings() -> None:
    """Make local.settings.json, which Azure Functions Core Tools need, unless it is there."""
    target = ROOT / "local.settings.json"
    if not target.exists():
        shutil.copyfile(ROOT / "local.settings.sample.json", target)


def run(command: list[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command; end with its output when it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"\n{done.stdout}\nset-up failed: {' '.join(str(word) for word in command)}")


STEPS: list[tuple[str, Callable[[], None]]] = [
    ("virtual environment in .venv", make_environment),
    ("Python packages, Node.js among them", install_python_packages),
    ("Azurite", install_node_packages),
    ("local.settings.json", copy_local_settings),
]


def main() -> None:
    """Do what is missing, saying how long each step took."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Setting up (once; about a minute)", flush=True)
    for name, step in STEPS:
        print(f"  …  {name}", end="\r" if sys.stdout.isatty() else "\n", flush=True)
        started = time.monotonic()
        step()
        print(f"  ✓  {name:<{NAME_WIDTH}}{time.monotonic() - started:7.2f} s", flush=True)
    STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
