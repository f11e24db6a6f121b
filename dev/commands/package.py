"""Check the configuration and build the packages that are sent to Azure."""

import argparse
import io
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

from dev.stack.parts import REPOSITORY
from dev.tools.package.building import Package, build_complete_package, build_package
from dev.tools.package.errors import PackageError
from shared.configuration.__main__ import main as check

_CONFIGURATION = "contact_center.yaml"
_IGNORE_NOTHING = "# All of this folder is sent: without this file, azd would leave the byte code behind.\n"
_NEXT = """
Try it on the local stack, then send the complete one:
  make run PACKAGE={source}
  az functionapp deployment source config-zip --resource-group GROUP --name APP --src {complete} --build-remote false"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("dist") / "contact-centre.zip",
        metavar="ZIP",
        help="the package for a remote build, beside which the complete one is written (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    if check([_CONFIGURATION]):
        print("No package was built. Mend the configuration first.", file=sys.stderr)
        return 1
    source: Path = arguments.output
    complete, folder = complete_of(source), folder_of(source)
    try:
        _make(source.parent)
        packages = {source: build_package(REPOSITORY), complete: build_complete_package(REPOSITORY)}
        _write(packages)
        _lay_out(packages[complete], folder)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{source}: {_size(packages[source])}, for a remote build")
    print(f"{complete}: {_size(packages[complete])}, with all Python packages for Linux x86-64; needs no build")
    print(f"{folder}: the same as a folder, for azd and func")
    print(_NEXT.format(source=source, complete=complete))
    return 0


def complete_of(source: Path) -> Path:
    """Where the complete package is written, beside the one for a remote build."""
    return source.with_stem(f"{source.stem}-complete")


def folder_of(source: Path) -> Path:
    """Where the complete package lies as a folder."""
    return complete_of(source).with_suffix("")


def _size(package: Package) -> str:
    return f"{len(package.files)} files, {len(package.content) / 1000:,.0f} kB"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from None


def _write(packages: Mapping[Path, Package]) -> None:
    for file, package in packages.items():
        try:
            file.write_bytes(package.content)
        except OSError as error:
            raise _unwritable(file, error) from None


def _lay_out(package: Package, folder: Path) -> None:
    """Make a folder of the package, in place of the one of an earlier package."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
        with ZipFile(io.BytesIO(package.content)) as archive:
            archive.extractall(folder)
        (folder / ".funcignore").write_text(_IGNORE_NOTHING, encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(place: Path, error: OSError) -> PackageError:
    return PackageError(f"The package can't be written to {place} ({error.strerror}). Choose another --output.")
