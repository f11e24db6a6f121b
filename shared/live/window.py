"""The last minute of the log of changes, in memory. Pure.

Many desks look at it each second, so it is put in order once a read, and each looks only at the seconds that it needs.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime

from shared.state.changes import ChangeKind, Logged, first_key


class Window:
    """Rows of the log by their keys, which begin with the time of writing.

    Attributes:
        viewing: Those that say who has what open: the newest of each desk.
    """

    def __init__(self, rows: Iterable[Logged] = ()) -> None:
        self._rows = sorted(rows, key=lambda each: each.key)
        self._keys = [each.key for each in self._rows]
        newest: dict[tuple[str, str], Logged] = {}
        for each in self._rows:
            change = each.change
            if change.kind is ChangeKind.VIEWING and change.viewer:
                newest[change.viewer.lower(), change.client or ""] = each
        self.viewing: Sequence[Logged] = list(newest.values())

    def since(self, at: datetime) -> Sequence[Logged]:
        """Return what was written since a time, oldest first."""
        return self._rows[bisect_left(self._keys, first_key(at)) :]
