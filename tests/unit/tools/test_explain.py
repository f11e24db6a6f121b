"""`python -m dev explain` tells what the API tells, without an app."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dev.__main__ import main
from dev.stack.parts import REPOSITORY
from tests.fakes.sample import SAMPLE
from tests.unit.app.api.desk import SUE, Desk

TEXT, SENDER, AT = "Ma facture ?", "+33612345678", "2026-11-20T09:00:00Z"


def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["dev", "explain", "--file", str(SAMPLE), "--text", TEXT, *arguments])
    code = main()
    return code, *capsys.readouterr()


async def test_it_says_in_json_what_the_api_answers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = told(capsys, monkeypatch, "--from", SENDER, "--at", AT, "--channel", "support_fr", "--json")
    body = {"text": TEXT, "from": SENDER, "at": AT, "channel": "support_fr"}
    assert code == 0
    assert json.loads(out) == (await Desk().post("/workstreams/support/explain", body, SUE)).json


def test_it_tells_the_steps_and_the_outcome(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = told(capsys, monkeypatch)
    assert code == 0
    assert "✓ classification, intent, billing: message.text matches facture|invoice" in out
    assert [line.split()[1] for line in out.splitlines() if line.startswith("queue")] == ["billing"]


def test_the_manual_shows_what_it_tells(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is about the configuration at the root."""
    page = (REPOSITORY / "docs" / "rules.md").read_text(encoding="utf-8")
    sample = str(REPOSITORY / "contact_center.yaml")
    _, out, _ = told(capsys, monkeypatch, "--file", sample, "--text", "Où est ma facture ?", "--from", SENDER)
    assert f"```\n{out}```" in page


def test_a_channel_that_is_not_there_is_refused_with_those_that_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = told(capsys, monkeypatch, "--channel", "nope")
    assert (code, err) == (1, f"expected a channel of {SAMPLE}: support_fr\n")


@pytest.mark.parametrize(("option", "value"), [("--from", "Ana"), ("--at", "noon"), ("--at", "9999-12-31T23:59:59Z")])
def test_what_makes_no_sense_is_refused(
    option: str, value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit) as ended:
        told(capsys, monkeypatch, option, value)
    assert ended.value.code == 2


def test_a_bad_file_is_named_with_its_problems(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: 2\n", encoding="utf-8")
    command = [sys.executable, "-m", "dev", "explain", "--file", str(bad), "--text", "x"]
    ended: Any = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "version" in ended.stderr
