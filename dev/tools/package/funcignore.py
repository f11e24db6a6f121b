"""Which files `func azure functionapp publish` sends.

In: the text of `.funcignore`, and paths. Out: whether a path goes along. Azure Functions Core Tools read the file in
their own way, which is not git's: each pattern starts at the root, `!` wins wherever it stands, and a match has to end
at the end of a word (so `.venv/` lets `.venv/.lock` through, and `.venv` does not).
Source: Azure/azure-functions-core-tools, GitIgnoreParser.cs and GetLocalFiles in FileSystemHelpers.cs.
"""

import re
from collections.abc import Iterable

_FOLDERS_NEVER_SENT = {".git", ".vscode"}
_FILES_NEVER_SENT = {".funcignore", ".gitignore", "local.settings.json", "project.lock.json"}
_NOTHING = re.compile(r"(?!)")


class FuncIgnore:
    """A `.funcignore` as Core Tools understand it."""

    def __init__(self, text: str) -> None:
        patterns = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
        self._ignored = _any_of(pattern for pattern in patterns if not pattern.startswith("!"))
        self._kept = _any_of(pattern.removeprefix("!") for pattern in patterns if pattern.startswith("!"))

    def sends(self, path: str) -> bool:
        """Whether the file goes along; `path` is relative to the root, with slashes."""
        *folders, name = path.lower().split("/")
        if name in _FILES_NEVER_SENT or not _FOLDERS_NEVER_SENT.isdisjoint(folders):
            return False
        return bool(self._kept.match(path)) or not self._ignored.match(path)

    def enters(self, folder: str) -> bool:
        """Whether anything in the folder may go along: what matches its path matches every path in it."""
        return self._kept is not _NOTHING or not self._ignored.match(folder)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """An expression for the start of a path."""
    choices = [_expression(pattern.removeprefix("/")) for pattern in patterns]
    return re.compile(rf"(?:{'|'.join(choices)})\b", re.ASCII) if choices else _NOTHING


def _expression(pattern: str) -> str:
    """`**` stands for anything, `*` for anything but a slash, and never for nothing."""
    return re.escape(pattern).replace(r"\*\*", ".+").replace(r"\*", "[^/]+")
