"""A phone's own clock: moved on so that a window closes for WhatsApp while the app's clock stands."""

import re
from datetime import timedelta

from pydantic import field_validator

from dev.stack.whatsapp.bodies import Body

_DURATION = re.compile(r"([1-9][0-9]{0,4})([dhms])")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}


class ClockChange(Body):
    """How far the clock moves on: `25h`, `90m`, `30s`, `2d`."""

    forward: str

    @field_validator("forward")
    @classmethod
    def _is_duration(cls, value: str) -> str:
        if not _DURATION.fullmatch(value):
            raise ValueError("must be a whole number above 0 with its unit (d, h, m or s), as in 25h")
        return value

    @property
    def by(self) -> timedelta:
        match = _DURATION.fullmatch(self.forward)
        assert match
        return int(match[1]) * _UNITS[match[2]]
