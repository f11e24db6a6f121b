"""`python -m dev package` writes both packages and the folder, and says what comes next."""

from zipfile import ZipFile

from pathspec import GitIgnoreSpec

from dev.stack.parts import REPOSITORY
from dev.tools.package.building import build_package, files_to_send
from dev.tools.package.funcignore import FuncIgnore
from tests.contract.package.conftest import Written


def test_it_writes_both_packages_and_the_folder(written: Written) -> None:
    """The folder in place of an earlier one, with a .funcignore that lets azd and func send all of it."""
    assert written.source.read_bytes() == build_package(REPOSITORY).content
    found = {path.relative_to(written.folder).as_posix() for path in written.folder.rglob("*") if path.is_file()}
    with ZipFile(written.complete) as archive:
        assert found == {*archive.namelist(), ".funcignore"}
    ignored = (written.folder / ".funcignore").read_text(encoding="utf-8")
    assert all(FuncIgnore(ignored).sends(name) for name in found - {".funcignore"})
    assert list(GitIgnoreSpec.from_lines(ignored.splitlines()).match_files(found)) == []


def test_it_says_what_it_wrote_and_what_comes_next(written: Written) -> None:
    lines, size = written.lines, written.source.stat().st_size / 1000
    with ZipFile(written.complete) as archive:
        files = len(archive.namelist())
    assert lines[0].startswith("contact_center.yaml: 1 channel")
    assert lines[1] == f"{written.source}: {len(files_to_send(REPOSITORY))} files, {size:,.0f} kB, for a remote build"
    assert lines[2].startswith(f"{written.complete}: {files} files, ")
    assert lines[3].startswith(f"{written.folder}: ")
    assert f"  make run PACKAGE={written.source}" in lines
    assert lines[-1].endswith(f" --src {written.complete} --build-remote false")
