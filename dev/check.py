"""Runs every check and counts those that fail: what `make check` does, here and in CI."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKS = {
    "lint": ["-m", "ruff", "check", "."],
    "formatting": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "configuration": ["-m", "shared.configuration"],
}


def main() -> int:
    """Run the checks; the number of those that failed."""
    failed = []
    for name, arguments in CHECKS.items():
        print(f"── {name}", flush=True)
        if subprocess.run([sys.executable, *arguments], cwd=ROOT).returncode:
            failed.append(name)
    print(f"{len(CHECKS) - len(failed)} checks passed, {len(failed)} failed{': ' if failed else ''}{', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
