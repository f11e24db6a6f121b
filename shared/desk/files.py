"""The files of the desk, read once into a table: what is asked for is looked up there, never in the file system."""

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath
from typing import Final, Self

from rjsmin import jsmin

from shared.desk.page import page_of

FOLDER: Final = Path(__file__).parents[2] / "desk"
"""Where the files are, in the repository and in what is deployed."""
_TYPES: Final[Mapping[str, str]] = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".mp3": "audio/mpeg",
}
_PAGE: Final = "index.html"
_START: Final = "start.js"
_SHEET: Final = "styles.css"
_FIRST_STYLES: Final = ("styles/tokens.css", "styles/base.css")
_NOT_SERVED: Final = ("package.json", "tsconfig.json", "types/")
_IMPORT: Final = re.compile(r"""(?:^|[;}\s])(?:import|export)(?:[\w*{}$,\s]+from)?\s*["'](\.{1,2}/[^"']+)["']""")
"""A module that another needs before it can run, as `import … from "./x.js"`; not one it asks for by `import(…)`."""
_AS_IT_IS: Final = "vendor/"
_VERSION_LENGTH: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFile:
    """A file as it goes out: its media type, its bytes, and the same bytes in gzip."""

    content_type: str
    body: bytes
    zipped: bytes

    @classmethod
    def of(cls, body: bytes, content_type: str) -> Self:
        """Return a file of these bytes."""
        packer = zlib.compressobj(zlib.Z_BEST_COMPRESSION, wbits=zlib.MAX_WBITS | 16)  # 16: with the frame of gzip
        return cls(content_type=content_type, body=body, zipped=packer.compress(body) + packer.flush())


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFiles:
    """The desk.

    Attributes:
        version: A hash of everything, which stands in the address of each file: what is at an address never changes.
        page: None where there is no desk.
        by_path: What is served beside the page.
        languages: The languages that the desk speaks.
    """

    version: str
    page: DeskFile | None
    by_path: Mapping[str, DeskFile]
    languages: tuple[str, ...]

    @classmethod
    def of(cls, bodies: Mapping[str, bytes]) -> Self:
        """Return the desk that is made of these files, by their paths."""
        served = _with_one_sheet({path: body for path, body in bodies.items() if _is_served(path)})
        version, template = _version_of(bodies), bodies.get(_PAGE)
        page = template and page_of(template.decode(), version, modules_of(served, _START))
        return cls(
            version=version,
            page=DeskFile.of(page.encode(), "text/html; charset=utf-8") if page else None,
            by_path={
                path: DeskFile.of(_lean(path, body), _TYPES[PurePosixPath(path).suffix])
                for path, body in served.items()
            },
            languages=tuple(sorted(PurePosixPath(path).stem for path in served if path.startswith("languages/"))),
        )


def read_desk(folder: Path = FOLDER) -> DeskFiles:
    """Return the desk in a folder. Takes some hundredths of a second."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return DeskFiles.of({file.relative_to(folder).as_posix(): file.read_bytes() for file in files})


def modules_of(served: Mapping[str, bytes], start: str) -> list[str]:
    """Return the modules that `start` can't run without, itself first; one that is not there is left out."""
    found: dict[str, None] = {}
    ahead = [start]
    while ahead:
        path = ahead.pop(0)
        if path in found or path not in served:
            continue
        found[path] = None
        imported = _IMPORT.findall(served[path].decode())
        ahead += [normpath(join(dirname(path), name)) for name in imported]
    return list(found)


def _lean(path: str, body: bytes) -> bytes:
    """Return what travels of a file: a module goes without its comments, which are a third of it."""
    if not path.endswith(".js") or path.startswith(_AS_IT_IS):
        return body
    lean: str = jsmin(body.decode())
    return lean.encode()


def _is_served(path: str) -> bool:
    return PurePosixPath(path).suffix in _TYPES and not path.startswith(_NOT_SERVED)


def _with_one_sheet(served: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with the style sheets as one: first those that the others build on."""
    sheets = sorted(path for path in served if path.endswith(".css"))
    sheets.sort(key=lambda path: _FIRST_STYLES.index(path) if path in _FIRST_STYLES else len(_FIRST_STYLES))
    others = {path: body for path, body in served.items() if path not in sheets}
    return {**others, _SHEET: b"\n".join(served[path] for path in sheets)}


def _version_of(bodies: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, body in sorted(bodies.items()):
        digest.update(f"{path}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:_VERSION_LENGTH]
