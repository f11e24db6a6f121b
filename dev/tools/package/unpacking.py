"""Lays a package out in a folder of its own, for as long as the app runs from there."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from dev.tools.package.errors import PackageError


@contextmanager
def unpacked(file: Path) -> Iterator[Path]:
    """A temporary folder with the package's files. Raises PackageError if `file` is none."""
    with TemporaryDirectory(prefix="contact-centre-") as name:
        folder = Path(name).resolve()
        _unpack(file, folder)
        yield folder


def _unpack(file: Path, folder: Path) -> None:
    try:
        with ZipFile(file) as archive:
            archive.extractall(folder)
    except FileNotFoundError:
        raise PackageError(f"There is no package at {file}. Build one with: make package") from None
    except (BadZipFile, EOFError, RuntimeError, zlib.error):  # RuntimeError: encrypted, or packed in an unknown way
        raise PackageError(
            f"{file} is not a zip file, or is damaged or encrypted. Build a package with: make package"
        ) from None
    except OSError as error:
        raise PackageError(f"The package {file} can't be unpacked: {error.strerror}.") from error
    if not (folder / "host.json").is_file():
        raise PackageError(f"{file} is not a package: host.json is not at its root. Build one with: make package")
