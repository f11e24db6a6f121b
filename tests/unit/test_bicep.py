"""The checks of infra/ say when they can't be made, and find what the compiler only mentions."""

import subprocess

import pytest

from dev.bicep import complaints, main


def done(returncode: int, stdout: str = "", stderr: str = "") -> subprocess.CompletedProcess[str]:
    """A run of the compiler that ended so."""
    return subprocess.CompletedProcess(["bicep"], returncode, stdout, stderr)


def test_without_a_compiler_a_person_is_told_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, which says how to get it."""
    assert main([], {"PATH": ""}) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "not checked" in line
    assert "az bicep install" in line


def test_without_a_compiler_ci_fails() -> None:
    """Or nobody would notice that nothing is checked."""
    assert main([], {"PATH": "", "CI": "true"}) == 1


def test_a_warning_is_a_complaint_though_the_compiler_succeeds() -> None:
    """Azure would refuse the deployment, or ignore what is set."""
    warning = "infra/main.bicep(1,1) : Warning BCP037: The property is not allowed."
    assert complaints(done(0, stderr=f"{warning}\nBuild succeeded\n")) == [warning]


def test_a_failure_without_warnings_is_told_whole() -> None:
    """Such as what differs from a snapshot; without colours."""
    assert complaints(done(1, stdout="\x1b[38;5;141m~\x1b[0m sku: Standard\n\n", stderr="Snapshot differs\n")) == [
        "Snapshot differs",
        "~ sku: Standard",
    ]


def test_a_success_is_no_complaint() -> None:
    """Whatever it says."""
    assert complaints(done(0, stdout="{}")) == []
