"""`python -m dev package` writes both packages and the folder, and says what comes next."""

import argparse
from pathlib import Path
from zipfile import ZipFile

import pytest
from pathspec import GitIgnoreSpec

from dev.commands import package
from dev.stack.parts import REPOSITORY
from dev.tools.package.building import files_to_send
from dev.tools.package.funcignore import FuncIgnore


def test_it_writes_both_packages_and_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder in place of an earlier one, with a .funcignore that lets azd and func send all of it."""
    file, complete, folder = tmp_path / "app.zip", tmp_path / "app-complete.zip", tmp_path / "app-complete"
    left = folder / "shared" / "of_yesterday.py"
    left.parent.mkdir(parents=True)
    left.touch()
    parser = argparse.ArgumentParser()
    package.add_arguments(parser)
    assert package.run(parser.parse_args(["--output", str(file)])) == 0

    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    with ZipFile(complete) as archive:
        assert found == {*archive.namelist(), ".funcignore"}
    ignored = (folder / ".funcignore").read_text(encoding="utf-8")
    assert all(FuncIgnore(ignored).sends(name) for name in found - {".funcignore"})
    assert list(GitIgnoreSpec.from_lines(ignored.splitlines()).match_files(found)) == []

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("contact_center.yaml: 1 channel")
    size = file.stat().st_size / 1000
    assert lines[1] == f"{file}: {len(files_to_send(REPOSITORY))} files, {size:.0f} kB, for a remote build"
    assert lines[2].startswith(f"{complete}: {len(found) - 1} files, ")
    assert lines[3].startswith(f"{folder}: ")
    assert f"  make run PACKAGE={file}" in lines
    assert lines[-1].endswith(f" --src {complete} --build-remote false")
