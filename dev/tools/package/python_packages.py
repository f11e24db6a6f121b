"""Fetches the Python packages that a lock file pins, for the machine that Azure runs the app on.

In: requirements.txt with its hashes. Out: the files of its wheels and their byte code, the same ones wherever this
runs: Linux on x86-64 and Python 3.13 are named, not looked up, and no wheel is ever built.
"""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dev.tools.package.errors import PackageError

PLACE: Final = ".python_packages/lib/site-packages"
"""Where Azure's worker looks first, below the app's folder."""
_TARGET: Final = ("--python-platform", "x86_64-manylinux_2_28", "--python-version", "3.13")
_AS_LOCKED: Final = ("--require-hashes", "--no-deps", "--no-build")
_OF_AN_INSTALLATION: Final = {"RECORD", "INSTALLER", "REQUESTED", "uv_cache.json"}
"""What an installer notes beside the metadata of a wheel; RECORD also has hashes of scripts that name this machine."""

_NEVER_READ: Final = ("holidays/locale/",)
"""The names of holidays in every language, half of that library: the app asks it for days alone."""


def fetch(requirements: Path, folder: Path) -> Mapping[str, Path]:
    """Lay the packages out in `folder`; their files, by their path below it.

    Raises:
        PackageError: One has no wheel for Azure, has another hash than is pinned, or can't be had.
    """
    target = ("--target", str(folder), "--requirements", str(requirements))
    uv = (sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable)
    done = subprocess.run([*uv, *_TARGET, *_AS_LOCKED, *target], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(f"The Python packages of {requirements.name} can't be fetched:\n{done.stderr.strip()}")
    write_byte_code(folder)
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    return {name: file for name, file in files.items() if _is_part(name)}


def write_byte_code(folder: Path) -> None:
    """Write the byte code beside the modules: Azure mounts the app read-only, and compiles the rest at each cold start.

    It holds neither times nor places. What is no Python 3 (a template, a file for another version) is left as it is.
    """
    how = ("-qq", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(folder))
    subprocess.run([sys.executable, "-m", "compileall", *how, str(folder)], capture_output=True, check=False)


def _is_part(name: str) -> bool:
    """Leave out scripts for a shell, the notes of an installation, and what is never read."""
    folder, _, rest = name.partition("/")
    noted = folder.endswith(".dist-info") and rest in _OF_AN_INSTALLATION
    return folder not in ("bin", ".lock") and not noted and not name.startswith(_NEVER_READ)
