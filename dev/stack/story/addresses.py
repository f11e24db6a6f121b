"""Where a running stack answers, as its ready file says (docs: the local stack)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from dev.stack.story.errors import StoryError


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """`api` and `whatsapp` are origins, `key` goes with every call of the API.

    `worker` tells the process id of the worker that runs the app; None if the host is not this repository's.
    """

    api: str
    key: str
    whatsapp: str
    worker: str | None = None

    @classmethod
    def read(cls, file: Path) -> Self:
        """Raises StoryError if there is no stack, or none with phones."""
        try:
            return cls.of(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            raise StoryError(f"No stack is up: there is no ready file at {file}. Start one with: make run") from None

    @classmethod
    def of(cls, ready: dict[str, Any]) -> Self:
        """The same from the ready file's content. Raises StoryError for a stack without phones."""
        if ready["whatsapp"] is None:
            raise StoryError(
                "This stack has no phones, because it was given CommunicationServicesConnection. "
                "Start one without that setting."
            )
        return cls(api=ready["api"], key=ready["key"], whatsapp=ready["whatsapp"], worker=ready.get("worker"))
