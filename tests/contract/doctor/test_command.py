"""The command as a person runs it: lines, JSON, exit codes."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.doctor.conftest import target_at
from tests.contract.doctor.stand_in import StandIn
from tests.repo import ROOT

AZURE_CLI = """#!/bin/sh
# account get-access-token --output json --resource RESOURCE
printf '{"accessToken": "for %s", "expires_on": 4102444800, "expiresOn": "2100-01-01 00:00:00.000000"}' "$6"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int | None
    lines: Sequence[str]
    errors: str


async def doctor(*arguments: str, **environment: str) -> Ended:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dev", "doctor", *arguments,
        cwd=ROOT, env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    printed, errors = await asyncio.wait_for(process.communicate(), timeout=60)
    return Ended(code=process.returncode, lines=printed.decode().splitlines(), errors=errors.decode())


@pytest.fixture
def signed_in(tmp_path: Path, certificate_file: Path) -> dict[str, str]:
    """The environment of somebody whom Azure CLI knows, and who trusts the stand-in."""
    program = tmp_path / "az"
    program.write_text(AZURE_CLI)
    program.chmod(0o755)
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SSL_CERT_FILE": str(certificate_file)}


@pytest.fixture
def options(azure: StandIn, tmp_path: Path) -> list[str]:
    """What names the deployed app."""
    target = target_at(azure, tmp_path)
    return [
        f"--app={target.app}", f"--resource-group={target.resource_group}", f"--subscription={target.subscription}",
        f"--resource-manager={target.resource_manager}", f"--file={target.file}",
    ]  # fmt: skip


async def test_a_well_environment_is_one_line_a_check(options: list[str], signed_in: dict[str, str]) -> None:
    """Each with its mark, without colours where there is no terminal."""
    ended = await doctor(*options, **signed_in)
    assert ended.code == 0, ended
    *checks, note = ended.lines
    assert all(line.startswith("✓ ") for line in checks)
    assert note.startswith("i retirement: Microsoft ends WhatsApp in Communication Services on 30 September 2028, in ")
    assert "✓ queues: conversations, timers as the app needs them" in ended.lines


async def test_a_problem_ends_with_1_and_says_what_to_do(
    azure: StandIn, options: list[str], signed_in: dict[str, str]
) -> None:
    azure.world.app["properties"]["state"] = "Stopped"
    ended = await doctor(*options, **signed_in)
    assert ended.code == 1
    (line,) = [line for line in ended.lines if not line.startswith(("✓ ", "i "))]
    assert line.startswith("✗ app: it is Stopped, not Running — do: start it")


async def test_a_warning_alone_ends_with_0(azure: StandIn, options: list[str], signed_in: dict[str, str]) -> None:
    azure.world.given_up["DeadLetteredCount"] = 1
    ended = await doctor(*options, **signed_in)
    assert ended.code == 0
    (line,) = [line for line in ended.lines if not line.startswith(("✓ ", "i "))]
    assert line.startswith("! dead-lettered events: ")


async def test_findings_as_json(azure: StandIn, options: list[str], signed_in: dict[str, str]) -> None:
    azure.world.health = 404
    ended = await doctor(*options, "--json", **signed_in)
    findings = {each.pop("check"): each for each in json.loads("\n".join(ended.lines))}
    assert ended.code == 1
    assert findings["health"]["level"] == "problem"
    assert findings["health"]["do"].startswith("publish the app")
    assert findings["queues"]["level"] == "ok"


async def test_the_names_come_from_the_environment_too(
    azure: StandIn, options: list[str], signed_in: dict[str, str], tmp_path: Path
) -> None:
    """As azd writes the outputs of infra/main.bicep."""
    target = target_at(azure, tmp_path)
    names = {
        "AZURE_FUNCTION_NAME": target.app,
        "AZURE_RESOURCE_GROUP": target.resource_group,
        "AZURE_SUBSCRIPTION_ID": target.subscription,
    }
    ended = await doctor(*options[3:], **signed_in, **names)
    assert ended.code == 0, ended


async def test_nothing_given_names_everything_that_is_missing() -> None:
    """With the way to find each; exit code 2."""
    ended = await doctor("--app", "func-x")
    assert ended.code == 2
    assert "--app" not in ended.errors
    for hint in ("--resource-group", "--subscription", "az account show", "azd env get-values"):
        assert hint in ended.errors


async def test_an_address_without_https_is_refused(options: list[str]) -> None:
    """A token would travel in the open."""
    ended = await doctor(*options, "--resource-manager=http://127.0.0.1:1")
    assert ended.code == 2
    assert "https://" in ended.errors


async def test_nobody_who_is_signed_in_is_one_problem(options: list[str], tmp_path: Path) -> None:
    """There is no az and no azd on the PATH."""
    ended = await doctor(*options, PATH=str(tmp_path))
    assert ended.code == 1
    assert [line for line in ended.lines if line.startswith("✗")] == [
        "✗ app: nobody is signed in to Azure here, or not any more — do: sign in with: az login (or azd auth login)"
    ]


async def test_an_address_where_nobody_answers_is_one_problem(options: list[str], signed_in: dict[str, str]) -> None:
    """Everything else is skipped; no traceback."""
    ended = await doctor(*options, "--resource-manager=https://127.0.0.1:1", **signed_in)
    assert ended.code == 1
    (line,) = [line for line in ended.lines if line.startswith("✗")]
    assert line.startswith("✗ app: 127.0.0.1 gives no answer")
    assert "check the network" in line
    assert ended.errors == ""
