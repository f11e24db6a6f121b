"""Builds the two packages: one whose Python packages Azure installs, and one that is complete and needs no build.

In: the root of the project. Out: zips with the app's source, `host.json` and `requirements.txt` at their root, as
`func azure functionapp publish APP --python` would send them for a remote build; the complete one also has what
requirements.txt pins, where Azure's worker looks for it. The same files give the same bytes: names are sorted, times
and modes are fixed. Source: Azure/azure-functions-core-tools, ZipHelper.cs (modes) and PythonHelpers.cs (no packages in
a remote build).
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from dev.tools.package.errors import PackageError
from dev.tools.package.funcignore import FuncIgnore
from dev.tools.package.python_packages import PLACE, fetch, write_byte_code

_NEEDED = ("function_app.py", "host.json", "requirements.txt", "contact_center.yaml")
_SENT = {*_NEEDED, "shared", "desk"}
_WHAT_TO_DO = "For each: move it away, or name it in .funcignore."
_UNIX = 3
_FILE_MODE = 0o100666


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """`files` are the paths in the zip, sorted; `content` is the zip."""

    files: tuple[str, ...]
    content: bytes


def build_package(root: Path) -> Package:
    """Build the package of the project in `root`, without Python packages.

    Raises PackageError if a file that the app needs is not in it, if anything else is, or if a file can't be packed.
    """
    try:
        return _packed(_app_in(root))
    except (OSError, UnicodeError) as error:
        raise PackageError(f"The package can't be built: {error}.") from error


def build_complete_package(root: Path) -> Package:
    """Build the package of the project in `root`, with the Python packages that its requirements.txt pins, compiled.

    Raises PackageError as `build_package`, and if a Python package can't be fetched, or would have to be built.
    """
    try:
        with TemporaryDirectory(prefix="contact-centre-") as folder:
            app = _app_in(root)
            fetched = fetch(root / "requirements.txt", Path(folder, "packages"))
            packages = {f"{PLACE}/{name}": file for name, file in fetched.items()}
            return _packed({**app, **_byte_code_of(app, Path(folder, "app")), **packages})
    except (OSError, UnicodeError) as error:
        raise PackageError(f"The package can't be built: {error}.") from error


def files_to_send(root: Path) -> tuple[str, ...]:
    """The files in `root` that go along, as paths below it, sorted; links are not followed. Raises OSError."""
    ignore = FuncIgnore((root / ".funcignore").read_text(encoding="utf-8"))
    files: list[str] = []
    for place, folders, names in root.walk(on_error=_stop):
        below = PurePosixPath(place.relative_to(root).as_posix())
        folders[:] = [name for name in folders if ignore.enters(str(below / name))]
        files += [path for name in names if ignore.sends(path := str(below / name))]
    return tuple(sorted(files))


def _app_in(root: Path) -> Mapping[str, Path]:
    files = files_to_send(root)
    _check(root, files)
    return {name: root / name for name in files}


def _byte_code_of(app: Mapping[str, Path], folder: Path) -> Mapping[str, Path]:
    """Compile the app's modules, laid out in `folder`; their byte code, by its place in the package."""
    for name, file in app.items():
        if name.endswith(".py"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(file.read_bytes())
    write_byte_code(folder)
    return {file.relative_to(folder).as_posix(): file for file in folder.rglob("*.pyc")}


def _stop(error: OSError) -> None:
    raise error


def _check(root: Path, files: tuple[str, ...]) -> None:
    for name in _NEEDED:
        if name not in files:
            raise PackageError(f"{name} would not be sent: it is missing, or .funcignore leaves it out.")
    if others := {name.split("/")[0] for name in files} - _SENT:
        raise PackageError(f"No part of the app, but would be sent: {', '.join(sorted(others))}. {_WHAT_TO_DO}")
    if odd := [name for name in files if (root / name).is_symlink() or not (root / name).is_file()]:
        raise PackageError(f"Neither links nor special files can be sent: {', '.join(odd)}. {_WHAT_TO_DO}")
    if odd := [ascii(name) for name in files if not _is_utf_8(name)]:
        raise PackageError(f"Names that are not UTF-8 can't be sent: {', '.join(odd)}. {_WHAT_TO_DO}")


def _is_utf_8(name: str) -> bool:
    return name.encode(errors="ignore").decode() == name


def _packed(files: Mapping[str, Path]) -> Package:
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _FILE_MODE << 16
            archive.writestr(entry, files[name].read_bytes())
    return Package(files=tuple(sorted(files)), content=content.getvalue())
