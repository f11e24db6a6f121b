"""The machine's own clock and chance."""

import asyncio
import random
import uuid
from datetime import UTC, datetime


class SystemClock:
    """The clock of a running app."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)

    def new_id(self) -> str:
        """Return 32 hex characters that nobody else has."""
        return uuid.uuid4().hex

    def jitter(self) -> float:
        """Return a random number from 0 to 1."""
        return random.random()  # noqa: S311 - spreads retries, guards nothing
