"""What an average day brings to the app, for each message that a customer writes."""

from typing import Final

REPLIES: Final = 0.6
"""Replies of agents to a customer's message."""

STATUSES_A_REPLY: Final = 2
"""Delivered and read; `sent` is kept from the app by the event subscription."""
