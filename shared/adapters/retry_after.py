"""How long a service asks its caller to wait, read from its answer's headers."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST: Final = 86_400.0
"""Whatever is asked, nobody waits longer; a number without end would be no time that a clock knows."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds, at most a day, None when the answer names none.

    `Retry-After` is a number or a date (RFC 9110); a date is counted from the answer's own `Date`.
    """
    asked = headers.get("Retry-After")
    if asked is None:
        return None
    try:
        return min(max(0.0, float(asked)), _LONGEST)
    except ValueError:
        pass
    try:
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(headers["Date"])
    except (KeyError, TypeError, ValueError):
        return None
    return min(max(0.0, wait.total_seconds()), _LONGEST)
