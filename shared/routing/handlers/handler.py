"""What a handler is."""

from collections.abc import Awaitable, Callable
from typing import Any

type Handler = Callable[[Any], Awaitable[str | None]]
"""Carries out one message of its type to the end; the id of the conversation that it concerned, for the log.

Everything it does may be repeated: the message is delivered again after a crash. It decides for itself whose session it
is in: most act on a contact, others on something that no contact owns. Raises Unavailable when a dependency stays away,
and Unreadable when the message says nothing that could be done.
"""
