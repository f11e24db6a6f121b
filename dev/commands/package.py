"""Check the configuration and build the package that is sent to Azure."""

import argparse
import sys
from pathlib import Path

from dev.stack.parts import REPOSITORY
from dev.tools.package.building import Package, build_package
from dev.tools.package.errors import PackageError
from shared.configuration.__main__ import main as check

_CONFIGURATION = "contact_center.yaml"
_NEXT = """
It is what `func azure functionapp publish` sends, for a remote build. Try it on the local stack, then send it:
  make run PACKAGE={file}
  az functionapp deployment source config-zip --resource-group GROUP --name APP --src {file} --build-remote true"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("dist") / "contact-centre.zip",
        metavar="ZIP",
        help="the package (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    if check([_CONFIGURATION]):
        print("No package was built. Mend the configuration first.", file=sys.stderr)
        return 1
    try:
        package = build_package(REPOSITORY)
        _write(package, arguments.output)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{arguments.output}: {len(package.files)} files, {len(package.content) / 1000:.0f} kB")
    print(_NEXT.format(file=arguments.output))
    return 0


def _write(package: Package, file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(package.content)
    except OSError as error:
        raise PackageError(
            f"The package can't be written to {file} ({error.strerror}). Choose another --output."
        ) from None
