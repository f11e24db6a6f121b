"""Copies the web desk's libraries from npm into desk/vendor: `python -m dev.tools.vendor`, after a change of dev/node.

There is no build: a file goes as it was published, with the names that it imports by replaced by the files beside it,
and without the line that names a source map. Beside each stand its licence and its types, for the checker.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dev.tools.node import NODE_MODULES

ROOT: Final = Path(__file__).parents[2]
VENDOR: Final = ROOT / "desk" / "vendor"
_SOURCE_MAP: Final = re.compile(r"\n?//# sourceMappingURL=.*\s*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A module of npm: the `name` that others import it by, its package and file there, and what its copy is called."""

    name: str
    package: str
    module: str
    copy: str

    @property
    def text(self) -> str:
        """The module as it was published."""
        return (NODE_MODULES / self.package / self.module).read_text(encoding="utf-8")

    @property
    def licence(self) -> str:
        """The licence of its package."""
        return next((NODE_MODULES / self.package).glob("LICENSE*")).read_text(encoding="utf-8")


LIBRARIES: Final = (
    Library(name="preact", package="preact", module="dist/preact.mjs", copy="preact"),
    Library(name="preact/hooks", package="preact", module="hooks/dist/hooks.mjs", copy="hooks"),
    Library(name="@preact/signals", package="@preact/signals", module="dist/signals.mjs", copy="signals"),
    Library(
        name="@preact/signals-core", package="@preact/signals-core", module="dist/signals-core.mjs", copy="signals-core"
    ),
    Library(name="oauth4webapi", package="oauth4webapi", module="build/index.js", copy="oauth4webapi"),
)
_COPIES: Final = {library.name: library.copy for library in LIBRARIES}
_IMPORT: Final = re.compile(rf"""\bfrom\s*"({"|".join(_COPIES)})\"""")


def copies() -> Mapping[str, str]:
    """Return what the libraries' files in desk/vendor have to be, by their names, from what npm has installed."""
    found: dict[str, str] = {}
    for library in LIBRARIES:
        found[f"{library.copy}.js"] = copy_of(library.text)
        found[f"{library.copy}.d.ts"] = f'export * from "{library.name}";\n'
        found[f"LICENSE-{library.copy}"] = library.licence
    return found


def copy_of(module: str) -> str:
    """Return a module as a browser reads it."""
    rewritten = _IMPORT.sub(lambda found: f'from"./{_COPIES[found[1]]}.js"', module)
    return _SOURCE_MAP.sub("", rewritten).rstrip() + "\n"


def main() -> None:
    """Write the copies."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, text in copies().items():
        (VENDOR / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
