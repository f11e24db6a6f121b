"""A package is the app's files in a zip, the same bytes each time; what is missing is named."""

import io
import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from dev.tools.package.building import build_package
from dev.tools.package.errors import PackageError

FILES = {
    "function_app.py": b"app = 1\n",
    "host.json": b"{}\n",
    "requirements.txt": b"azure-functions==2.3.0\n",
    "contact_center.yaml": b"version: 1\n",
    "shared/__init__.py": b"",
    "shared/settings.py": b"# settings\n",
}


def project(root: Path, files: dict[str, bytes], ignored: str = "dev\n") -> Path:
    """A small project: the files, and one of `dev` that is not sent."""
    for name, content in (files | {".funcignore": ignored.encode(), "dev/tool.py": b"# dev\n"}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def test_it_holds_the_files_at_its_root_and_nothing_else(tmp_path: Path) -> None:
    root = project(tmp_path, FILES)
    package = build_package(root)
    with ZipFile(io.BytesIO(package.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert [entry.external_attr >> 16 for entry in archive.infolist()] == [0o100666] * len(FILES)
    assert package.files == tuple(sorted(FILES))


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the time, the mode and the order in which they were written."""
    first = project(tmp_path / "first", FILES)
    second = project(tmp_path / "second", dict(reversed(FILES.items())))
    for name in FILES:
        os.utime(second / name, (2_000_000_000, 2_000_000_000))
        (second / name).chmod(0o700)
    packages = [build_package(root) for root in (first, second)]
    assert packages[0].content == packages[1].content


def refusal_of(root: Path) -> str:
    """Why the project's package is refused."""
    with pytest.raises(PackageError) as refusal:
        build_package(root)
    return str(refusal.value)


def test_whatever_else_lies_at_the_root_is_named(tmp_path: Path) -> None:
    lying = dict.fromkeys(("credentials.json", "exports/a.csv", "exports/b.csv", "contact_center.yaml~"), b"secret")
    assert refusal_of(project(tmp_path, FILES | lying)) == (
        "No part of the app, but would be sent: contact_center.yaml~, credentials.json, exports. "
        "For each: move it away, or name it in .funcignore."
    )


def test_what_is_no_regular_file_is_named(tmp_path: Path) -> None:
    """Links are not followed, wherever they lead; a pipe is not waited for."""
    root = project(tmp_path / "project", FILES)
    (tmp_path / "elsewhere").mkdir()
    for name, target in (("broken", "nowhere"), ("file", "settings.py"), ("folder", "../../elsewhere"), ("loop", "..")):
        (root / "shared" / name).symlink_to(target)
    os.mkfifo(root / "shared" / "pipe")
    assert refusal_of(root) == (
        "Neither links nor special files can be sent: shared/broken, shared/file, shared/folder, shared/loop, "
        "shared/pipe. For each: move it away, or name it in .funcignore."
    )


def test_a_link_that_is_left_out_is_no_problem(tmp_path: Path) -> None:
    root = project(tmp_path, FILES, ignored="dev\nvenv\n")
    (root / "venv").symlink_to("dev")
    assert build_package(root).files == tuple(sorted(FILES))


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path, FILES)
    (root / "shared" / os.fsdecode(b"bad\xff.py")).touch()
    assert refusal_of(root) == (
        "Names that are not UTF-8 can't be sent: 'shared/bad\\udcff.py'. "
        "For each: move it away, or name it in .funcignore."
    )


def test_a_funcignore_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path, FILES)
    (root / ".funcignore").write_bytes(b"\xff")
    assert refusal_of(root).startswith("The package can't be built: 'utf-8' codec can't decode")
    (root / ".funcignore").unlink()
    assert refusal_of(root) == f"The package can't be built: [Errno 2] No such file or directory: '{root}/.funcignore'."


@pytest.mark.parametrize("name", ["function_app.py", "host.json", "requirements.txt", "contact_center.yaml"])
def test_a_file_that_the_app_needs_and_that_is_not_sent_is_named(tmp_path: Path, name: str) -> None:
    words = f"^{name} would not be sent: it is missing, or .funcignore leaves it out.$"
    missing = project(tmp_path / "missing", {other: content for other, content in FILES.items() if other != name})
    ignored = project(tmp_path / "ignored", FILES, ignored=name)
    for root in (missing, ignored):
        with pytest.raises(PackageError, match=words):
            build_package(root)
