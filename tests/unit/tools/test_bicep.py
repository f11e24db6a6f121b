"""The checks of infra/ say when they can't be made, and find what the compiler only mentions."""

import subprocess
import sys

import pytest

from dev import check
from dev.check import SKIPPED
from dev.tools.bicep import complaints, main


def done(returncode: int, stdout: str = "", stderr: str = "") -> subprocess.CompletedProcess[str]:
    """A run of the compiler that ended so."""
    return subprocess.CompletedProcess(["bicep"], returncode, stdout, stderr)


def test_without_a_compiler_the_check_is_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, which says how to get it."""
    assert main([], {"PATH": ""}) == SKIPPED
    (line,) = capsys.readouterr().out.splitlines()
    assert "not checked" in line
    assert "az bicep install" in line


def test_without_a_compiler_nothing_is_predicted(capsys: pytest.CaptureFixture[str]) -> None:
    """That is a failure: somebody asked for it."""
    assert main(["--write"], {"PATH": ""}) == 1
    assert capsys.readouterr().out.startswith("Nothing was predicted: there is no bicep on PATH. Run az bicep install")


def test_without_a_compiler_ci_fails() -> None:
    """Or nobody would notice that nothing is checked."""
    assert main([], {"PATH": "", "CI": "true"}) == 1


@pytest.mark.parametrize(
    ("codes", "code", "line"),
    [
        ((0, 0, 0), 0, "3 checks passed, 0 failed"),
        ((0, 0, SKIPPED), 0, "2 checks passed, 0 failed, 1 skipped: third"),
        ((1, 2, SKIPPED), 2, "0 checks passed, 2 failed: first, second, 1 skipped: third"),
        ((1, 0, 0), 1, "2 checks passed, 1 failed: first"),
    ],
)
def test_what_was_skipped_is_no_success(
    capfd: pytest.CaptureFixture[str], codes: tuple[int, ...], code: int, line: str
) -> None:
    """The last line of `make check` names it, and what failed."""
    commands = [[sys.executable, "-c", f"raise SystemExit({ended})"] for ended in codes]
    assert check.main(dict(zip(("first", "second", "third"), commands, strict=True))) == code
    assert capfd.readouterr().out.splitlines()[-1] == line


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
