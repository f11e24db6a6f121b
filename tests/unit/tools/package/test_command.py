"""`python -m dev package` checks the configuration first, and says what it built and what comes next."""

import argparse
from pathlib import Path

import pytest

from dev.commands import package
from dev.stack.parts import REPOSITORY
from dev.tools.package.building import files_to_send


def command(*words: object) -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser()
    package.add_arguments(parser)
    return package.run(parser.parse_args([str(word) for word in words]))


def test_it_says_what_it_built_and_what_comes_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "dist" / "app.zip"
    assert command("--output", file) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("contact_center.yaml: 1 channel")
    size = file.stat().st_size / 1000
    assert lines[1] == f"{file}: {len(files_to_send(REPOSITORY))} files, {size:.0f} kB"
    assert f"  make run PACKAGE={file}" in lines
    assert f" --src {file} --build-remote true" in lines[-1]


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
    place = tmp_path / "file" / "app.zip"
    assert command("--output", place) == 1
    assert capsys.readouterr().err == (
        f"The package can't be written to {place} (File exists). Choose another --output.\n"
    )
