"""What an average day brings to the app, for each message that a customer writes: bench and simulation measure it."""

from collections.abc import Mapping
from typing import Final

REPLIES: Final = 0.6
"""Replies of agents to a customer's message."""

STATUSES_A_REPLY: Final = 2
"""Delivered and read; `sent` is kept from the app by the event subscription."""

STEPS: Final[Mapping[str, float]] = {
    "ingest": 1 + REPLIES * STATUSES_A_REPLY,
    "route": 1,
    "reply": REPLIES,
    "status": REPLIES * STATUSES_A_REPLY,
}
"""How often the app takes each step of the bench."""


def sustained(app_ms: float, bare_ms: float) -> str:
    """What one core sustains, if a message costs it so many milliseconds with the app and by the bare calls alone."""
    return (
        f"One core sustains {1000 / app_ms:.0f} messages of customers a second, each with {REPLIES:g} replies "
        f"and their statuses; the bare calls {1000 / bare_ms:.0f} (ratio {app_ms / bare_ms:.2f})."
    )
