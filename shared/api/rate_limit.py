"""How often one caller may call an operation that costs much, on one worker: so often within any minute."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.time import Clock

_SPAN: Final = timedelta(minutes=1)


class RateLimit:
    """Remembers the calls of the last minute, by caller and route."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[tuple[str, str], deque[datetime]] = {}

    def count(self, caller_id: str, route: str, most: int) -> None:
        """Count a call, unless there were `most` within a minute.

        Raises:
            Refused: `too_many_requests`, with the seconds until the next one is taken.
        """
        now = self._clock.now()
        self._forget(now - _SPAN)
        calls = self._calls.setdefault((caller_id.lower(), route), deque())
        if len(calls) >= most:
            wait = (calls[0] + _SPAN - now).total_seconds()
            raise Refused(Code.TOO_MANY_REQUESTS, f"There may be {most} calls a minute.", retry_after=wait)
        calls.append(now)

    def _forget(self, since: datetime) -> None:
        for key, calls in list(self._calls.items()):
            while calls and calls[0] <= since:
                calls.popleft()
            if not calls:
                del self._calls[key]
