"""Runs a deployment script in a folder of its own; on PATH are its tools, and stand-ins for Azure and make."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.repo import ROOT

TOOLS = ("awk", "tr", "basename", "bash", "cat", "dirname", "grep", "sh", "sleep")
STANDS_IN = '#!/bin/sh\nPYTHONPATH="{root}" exec "{python}" -S -m tests.repo.azure.program {name} "$@"\n'
AZURE: dict[str, Any] = {
    "signed_in": {"id": "the-subscription", "tenantId": "the-tenant", "user": {"name": "the-person", "type": "user"}},
    "other_subscriptions": {},
    "rights": {"the-person": ["read", "register"], "somebody-else": ["read", "register"]},
    "unknown_for": 0,
    "applications": [],
    "principals": [],
    "assignments": [],
    "functions": [],
    "event_subscriptions": {},
    "answering": [],
    "looks": 0,
    "appears_after": 0,
    "deployments": {},
    "tries": 0,
    "failing_tries": 0,
    "recorded": [],
    "deployed": [],
    "azd": {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a script ended."""

    code: int
    out: str
    errors: str

    @property
    def exports(self) -> dict[str, str]:
        """The variables that `eval` would set."""
        lines = (line.removeprefix("export ").partition("=") for line in self.out.splitlines() if "export " in line)
        return {name: value.strip("'") for name, _, value in lines}


@dataclass(slots=True)
class Shell:
    """A machine with the scripts and, unless it is taken away, the Azure CLI.

    Attributes:
        folder: Where the scripts are, at the place that they have in the repository.
        environment: Their variables, without waiting between tries.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PAUSE": "0"})

    def __post_init__(self) -> None:
        shutil.copytree(ROOT / "infra" / "scripts", self.folder / "infra" / "scripts")
        binaries = self.folder / "bin"
        binaries.mkdir()
        for tool in TOOLS:
            (binaries / tool).symlink_to(str(shutil.which(tool)))
        for name in ("az", "azd", "curl"):
            program = binaries / name
            program.write_text(STANDS_IN.format(root=ROOT, python=sys.executable, name=name), encoding="utf-8")
            program.chmod(0o755)
        make = binaries / "make"
        make.write_text('#!/bin/sh\n[ "$*" = "--silent media-days" ] && echo "30 31"\n', encoding="utf-8")
        make.chmod(0o755)
        self.azure = AZURE

    @property
    def azure(self) -> dict[str, Any]:
        """What Azure knows."""
        known: dict[str, Any] = json.loads((self.folder / "azure.json").read_text(encoding="utf-8"))
        return known

    @azure.setter
    def azure(self, known: dict[str, Any]) -> None:
        (self.folder / "azure.json").write_text(json.dumps(known), encoding="utf-8")

    def sign_in(self, name: str, kind: str = "user") -> None:
        """Somebody else is signed in, whatever was done before."""
        azure = self.azure
        self.azure = azure | {"signed_in": azure["signed_in"] | {"user": {"name": name, "type": kind}}}

    def without(self, program: str) -> None:
        """Take a program away."""
        (self.folder / "bin" / program).unlink()

    def run(self, script: str, *arguments: str, by: str = "sh") -> Ended:
        """Run a script of infra/scripts to its end, from another folder than its own."""
        path = self.folder / "infra" / "scripts" / script
        return self.execute(path, *arguments, by=by, at=self.folder / "bin")

    def execute(self, script: Path, *arguments: str, at: Path, by: str = "sh") -> Ended:
        """Run any script, in the folder `at`."""
        binaries = self.folder / "bin"
        done = subprocess.run(
            [binaries / by, script, *arguments],
            cwd=at,
            env={**self.environment, "PATH": str(binaries), "AZURE_STATE": str(self.folder / "azure.json")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ended(code=done.returncode, out=done.stdout, errors=done.stderr)
