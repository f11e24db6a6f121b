"""Runs every check and counts those that fail: what `make check` does, here and in CI."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = Path(sys.executable)
SCRIPTS = sorted(map(str, (ROOT / "infra" / "scripts").glob("*.sh")))
CHECKS: dict[str, list[str | Path]] = {
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "formatting": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "types": [PYTHON, "-m", "mypy"],
    "configuration": [PYTHON, "-m", "shared.configuration"],
    "scripts": [PYTHON.with_name("shellcheck"), "--external-sources", *SCRIPTS],
    "infrastructure": [PYTHON, "-m", "dev.bicep"],
}


def main() -> int:
    """Run the checks; the number of those that failed."""
    failed = []
    for name, command in CHECKS.items():
        print(f"── {name}", flush=True)
        if subprocess.run(command, cwd=ROOT).returncode:
            failed.append(name)
    print(f"{len(CHECKS) - len(failed)} checks passed, {len(failed)} failed{': ' if failed else ''}{', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
