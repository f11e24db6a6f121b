"""A package is laid out for as long as it is used; a file that is none is refused in one line."""

from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from dev.tools.package.errors import PackageError
from dev.tools.package.unpacking import unpacked


def zip_with(file: Path, *names: str) -> Path:
    """A zip file with empty files of these names."""
    with ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return file


def test_the_files_are_there_until_the_block_ends(tmp_path: Path) -> None:
    with unpacked(zip_with(tmp_path / "app.zip", "host.json", "shared/__init__.py")) as folder:
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert found == {"host.json", "shared/__init__.py"}
    assert not folder.exists()


def test_nothing_is_written_outside_the_folder(tmp_path: Path) -> None:
    with unpacked(zip_with(tmp_path / "app.zip", "host.json", "../outside.txt")) as folder:
        assert (folder / "outside.txt").exists()
        assert not (folder.parent / "outside.txt").exists()


def test_a_file_that_is_no_package_is_refused_and_told_how_to_get_one(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("no zip")
    refusals = {
        tmp_path / "none.zip": f"There is no package at {tmp_path}/none.zip. Build one with: make package",
        tmp_path / "text.zip": f"{tmp_path}/text.zip is not a zip file, or is damaged or "
        "encrypted. Build a package with: make package",
        tmp_path: f"The package {tmp_path} can't be unpacked: Is a directory.",
        zip_with(tmp_path / "deep.zip", "app/host.json"): f"{tmp_path}/deep.zip is not a package: host.json is not at "
        "its root. Build one with: make package",
    }
    for file, words in refusals.items():
        with pytest.raises(PackageError) as refusal, unpacked(file):
            pass
        assert str(refusal.value) == words


def damaged(file: Path, *, flags: int = 0, method: int = 0, content: bytes = b"") -> Path:
    """A zip file of one compressed file, with these values in both of its headers and at the start of its content."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("host.json", "{}" * 100)
    data = bytearray(file.read_bytes())
    for header, offset in ((data.index(b"PK\x03\x04"), 6), (data.index(b"PK\x01\x02"), 8)):
        data[header + offset] |= flags
        data[header + offset + 2] = method or data[header + offset + 2]
    start = 30 + len("host.json")
    data[start : start + len(content)] = content
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("damage", [{"flags": 1}, {"method": 99}, {"content": b"\xff" * 4}])
def test_an_encrypted_or_damaged_zip_is_refused_in_one_line(tmp_path: Path, damage: dict[str, Any]) -> None:
    """It is encrypted, packed in a way that is not known, or its content can't be unpacked."""
    file = damaged(tmp_path / "app.zip", **damage)
    with pytest.raises(PackageError) as refusal, unpacked(file):
        pass
    assert str(refusal.value) == (
        f"{file} is not a zip file, or is damaged or encrypted. Build a package with: make package"
    )
