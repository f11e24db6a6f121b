"""`python -m dev package` checks first what would keep it from its work."""

import argparse
from pathlib import Path

import pytest

from dev.commands import package


def command(*words: object) -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser()
    package.add_arguments(parser)
    return package.run(parser.parse_args([str(word) for word in words]))


def test_of_a_bad_configuration_every_problem_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contact_center.yaml").write_text("version: 2\nchannels: {}\n")
    assert command("--output", tmp_path / "app.zip") == 1
    printed = capsys.readouterr()
    for problem in ("version: expected 1, not 2", "queues: required"):
        assert problem in printed.out
    assert printed.err == "No package was built. Mend the configuration first.\n"
    assert not (tmp_path / "app.zip").exists()


def test_a_place_that_cannot_be_written_to_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file"
    assert command("--output", place / "app.zip") == 1
    assert capsys.readouterr().err == (
        f"The package can't be written to {place} (File exists). Choose another --output.\n"
    )
