"""Builds the package: what `func azure functionapp publish APP --python` would send for a remote build.

In: the root of the project. Out: a zip with the app's source, `host.json` and `requirements.txt` at its root; Azure
installs the Python packages. The same files give the same bytes: names are sorted, times and modes are fixed.
Source: Azure/azure-functions-core-tools, ZipHelper.cs (modes) and PythonHelpers.cs (no packages in a remote build).
"""

import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from dev.package.errors import PackageError
from dev.package.funcignore import FuncIgnore

_NEEDED = ("function_app.py", "host.json", "requirements.txt")
_UNIX = 3
_FILE_MODE = 0o100666


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """`files` are paths below the root, sorted; `content` is the zip."""

    files: tuple[str, ...]
    content: bytes


def build_package(root: Path, configuration: Path) -> Package:
    """Build the package of the project in `root`. Raises PackageError if a file that the app needs is not in it."""
    files = files_to_send(root)
    if not configuration.is_relative_to(root):
        raise PackageError(f"{configuration} lies outside the project, so it is not sent. Move it into {root}.")
    for name in (*_NEEDED, configuration.relative_to(root).as_posix()):
        if name not in files:
            raise PackageError(f"{name} would not be sent: it is missing, or .funcignore leaves it out.")
    return Package(files=files, content=_zipped(root, files))


def files_to_send(root: Path) -> tuple[str, ...]:
    """The files in `root` that go along, as paths below it, sorted."""
    ignore = FuncIgnore((root / ".funcignore").read_text(encoding="utf-8"))
    files: list[str] = []
    for place, folders, names in root.walk(follow_symlinks=True):
        below = PurePosixPath(place.relative_to(root).as_posix())
        folders[:] = [name for name in folders if ignore.enters(str(below / name))]
        files += [path for name in names if ignore.sends(path := str(below / name))]
    return tuple(sorted(files))


def _zipped(root: Path, files: tuple[str, ...]) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for name in files:
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _FILE_MODE << 16
            archive.writestr(entry, (root / name).read_bytes())
    return content.getvalue()
