"""A second, independent client: `@azure/service-bus` from npm passes a smoke test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.servicebus.namespace import ROOT, Namespace

MODULES = ROOT / "dev" / "node" / "node_modules"
NODE = Path(sys.prefix) / "bin" / "node"
SMOKE = Path(__file__).with_name("smoke.mjs")


def test_the_javascript_client_passes_its_smoke_test(namespace: Namespace) -> None:
    missing = [str(path) for path in (NODE, MODULES / "@azure" / "service-bus") if not path.exists()]
    if missing:
        problem = f"missing: {', '.join(missing)}: run `make setup`"
        assert not os.environ.get("CI"), problem
        pytest.skip(problem)
    ended = subprocess.run(
        [NODE, SMOKE, namespace.connection, MODULES], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
