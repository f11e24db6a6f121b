"""What the Bicep compiler makes of main.bicep and events.bicep, for what no snapshot shows."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.repo.infrastructure import INFRA

needs_bicep = pytest.mark.skipif(
    not shutil.which("bicep") and not os.environ.get("CI"), reason="there is no bicep on PATH"
)


@cache
def built(file: str, folder: Path = INFRA, **variables: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The compiled template, and the values of its parameter file with these variables and no other."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **variables}
    command = ["bicep", "build-params", str(folder / f"{file}.bicepparam"), "--stdout"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    compiled = json.loads(done.stdout)
    values = json.loads(compiled["parametersJson"])["parameters"]
    return json.loads(compiled["templateJson"]), {name: each["value"] for name, each in values.items()}
