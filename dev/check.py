"""Runs every check and counts those that fail: what `make check` does, here and in CI."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.tools.node import NODE, TSC

ROOT = Path(__file__).resolve().parent.parent
PYTHON = Path(sys.executable)
SCRIPTS = sorted(map(str, (ROOT / "infra" / "scripts").glob("*.sh")))
CHECKS: dict[str, list[str | Path]] = {
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "formatting": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "types": [PYTHON, "-m", "mypy"],
    "types of the desk": [NODE, TSC, "--project", "desk"],
    "configuration": [PYTHON, "-m", "shared.configuration"],
    "scripts": [PYTHON.with_name("shellcheck"), "--external-sources", *SCRIPTS],
    "infrastructure": [PYTHON, "-m", "dev.tools.bicep"],
}
SKIPPED = 77
"""The exit code of a check that could not be made, as in Automake."""


def main(checks: Mapping[str, Sequence[str | Path]] = CHECKS) -> int:
    """Run the checks; the number of those that failed."""
    failed: list[str] = []
    skipped: list[str] = []
    for name, command in checks.items():
        print(f"── {name}", flush=True)
        code = subprocess.run(command, cwd=ROOT).returncode
        if code:
            (skipped if code == SKIPPED else failed).append(name)
    passed = len(checks) - len(failed) - len(skipped)
    print(f"{passed} checks passed, {_named(failed, 'failed')}{', ' + _named(skipped, 'skipped') if skipped else ''}")
    return len(failed)


def _named(names: list[str], what: str) -> str:
    return f"{len(names)} {what}{': ' if names else ''}{', '.join(names)}"


if __name__ == "__main__":
    sys.exit(main())
