"""An item of the quarantine, and the row that it is kept as."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared.vocabulary.time import rfc3339

_MAX_BODY: Final = 900 * 1024  # of UTF-16, which is what a row may hold


class Source(StrEnum):
    """Where an item comes from: intake, `route`, or the dead letters of the queue."""

    EVENT = "event"
    MESSAGE = "message"
    DEAD_LETTER = "dead_letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """One item.

    Attributes:
        id: `<month>-<hash>`: where it is kept.
        at: When it happened: the event's or the message's own time, else when it was kept.
        body: The event or message as JSON text, perhaps cut (a reason says so).
        subject: What a message asked `route` to do; None for events.
        session_id: The contact's session, where it is known.
        kept_at: When it came last.
        replayed_at: When it was last replayed; stays when the same item comes again.
    """

    id: str
    source: Source
    at: datetime
    kept_at: datetime
    reasons: tuple[str, ...]
    body: str
    subject: str | None = None
    session_id: str | None = None
    replayed_at: datetime | None = None

    @property
    def replayed(self) -> bool:
        """Whether it was replayed and has not come again since."""
        return self.replayed_at is not None and self.replayed_at >= self.kept_at


def fitting(body: str) -> tuple[str, tuple[str, ...]]:
    """Return the body, cut until its JSON form fits a row; and a reason if it was cut."""
    kept = body
    while (size := len(json.dumps(kept, ensure_ascii=False).encode("utf-16-le"))) > _MAX_BODY:
        kept = kept[: len(kept) * _MAX_BODY // size]
    cut = () if kept == body else (f"the body was cut to {len(kept)} of {len(body)} characters",)
    return kept, cut


def encode_item(item: Quarantined) -> str:
    """Return an item as its row holds it; the id is where the row is."""
    row = {
        "source": item.source,
        "at": rfc3339(item.at),
        "keptAt": rfc3339(item.kept_at),
        "reasons": item.reasons,
        "body": item.body,
        "subject": item.subject,
        "sessionId": item.session_id,
        "replayedAt": rfc3339(item.replayed_at) if item.replayed_at else None,
    }
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def decode_item(item_id: str, body: str) -> Quarantined:
    """Return the item that a row holds."""
    row = json.loads(body)
    return Quarantined(
        id=item_id,
        source=Source(row["source"]),
        at=datetime.fromisoformat(row["at"]),
        kept_at=datetime.fromisoformat(row["keptAt"]),
        reasons=tuple(row["reasons"]),
        body=row["body"],
        subject=row["subject"],
        session_id=row["sessionId"],
        replayed_at=datetime.fromisoformat(row["replayedAt"]) if row["replayedAt"] else None,
    )
