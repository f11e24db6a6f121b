"""What all commands of `python -m dev` have in common."""

import os
import subprocess
import sys

from dev.stack.parts import REPOSITORY


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """Such as `head`: nothing is said."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write) as nobody:
        command = [sys.executable, "-m", "dev", "costs"]
        done = subprocess.run(command, cwd=REPOSITORY, stdout=nobody, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
