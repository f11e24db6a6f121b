"""A cursor of the log of changes: how far it was read for one caller. Pure.

Since the last ten seconds are read again each time, it also lists what was already given from them; and it says what
the caller could see, so that a change of that is noticed.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.state.changes import LOOK_BACK, SHORT, first_key
from shared.vocabulary.identity import digest
from shared.vocabulary.time import of_milliseconds

FORM: Final = "^[0-9]{13}[.][0-9a-f]{8}[.][0-9a-f]{8}[.](?:[0-9A-Za-z_-]{6})*$"
"""Of a cursor: milliseconds, the hashes of what can be seen and of who looks on, and those of what was given."""
OLDEST: Final = timedelta(minutes=110)
"""Hours of the log are erased three hours after they begin."""
_MOST_GIVEN: Final = 600
"""Of very many the newest: repeats do no harm, and a query of more than 4,096 characters comes to no function.

A whole centre's of ten seconds at forty messages a second.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far the log was read for a caller.

    Attributes:
        at: Up to then.
        sight: The hash of what the caller could see.
        viewers: The hash of who else had open what the caller has open, as it was said last.
        given: The short hashes of what the caller was given of the ten seconds before.
    """

    at: datetime
    sight: str
    viewers: str
    given: tuple[str, ...] = ()

    def encode(self) -> str:
        """Return it as text."""
        return f"{first_key(self.at)}.{self.sight}.{self.viewers}.{''.join(self.given[-_MOST_GIVEN:])}"

    def good_for(self, sight: str, now: datetime) -> bool:
        """Tell whether the log can be read on from here for a caller who sees this."""
        return self.sight == sight and now - OLDEST <= self.at <= now + LOOK_BACK

    @property
    def reads_from(self) -> datetime:
        """From when on the log is read again."""
        return self.at - LOOK_BACK


def decode_cursor(text: str) -> Cursor | None:
    """Return the cursor in a text, None where there is none."""
    if not re.fullmatch(FORM, text):
        return None
    at, sight, viewers, given = text.split(".")
    hashes = tuple(given[place : place + SHORT] for place in range(0, len(given), SHORT))
    return Cursor(at=of_milliseconds(int(at)), sight=sight, viewers=viewers, given=hashes)


def hash_of(*parts: str) -> str:
    """Return the hash of what can be seen, or of who looks on."""
    return digest(*parts)[:8]
