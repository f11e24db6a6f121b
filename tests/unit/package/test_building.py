"""A package is the app's files in a zip, the same bytes each time; what is missing is named."""

import io
import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from dev.package.building import build_package, files_to_send
from dev.package.errors import PackageError

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
    package = build_package(root, root / "contact_center.yaml")
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
    packages = [build_package(root, root / "contact_center.yaml") for root in (first, second)]
    assert packages[0].content == packages[1].content


def test_a_folder_that_is_a_link_is_sent_as_a_folder(tmp_path: Path) -> None:
    root = project(tmp_path / "project", FILES)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "words.txt").touch()
    (root / "shared" / "texts").symlink_to(tmp_path / "elsewhere")
    assert "shared/texts/words.txt" in files_to_send(root)


@pytest.mark.parametrize("name", ["function_app.py", "host.json", "requirements.txt", "contact_center.yaml"])
def test_a_file_that_the_app_needs_and_that_is_not_sent_is_named(tmp_path: Path, name: str) -> None:
    words = f"^{name} would not be sent: it is missing, or .funcignore leaves it out.$"
    missing = project(tmp_path / "missing", {other: content for other, content in FILES.items() if other != name})
    ignored = project(tmp_path / "ignored", FILES, ignored=name)
    for root in (missing, ignored):
        with pytest.raises(PackageError, match=words):
            build_package(root, root / "contact_center.yaml")


def test_a_configuration_outside_the_project_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path / "project", FILES)
    with pytest.raises(PackageError, match=f"^{tmp_path}/other.yaml lies outside the project, so it is not sent"):
        build_package(root, tmp_path / "other.yaml")
