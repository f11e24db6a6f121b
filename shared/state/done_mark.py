"""How a duplicate is recognised: the row that says that something was done, written together with what it did.

Its key is made of what the change was asked by (`shared.state.rows.mark_key`): the id of a customer's message, a
caller's `Idempotency-Key`. It is inserted, so that the second of two transactions fails as a whole.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The proof that one change was committed.

    Attributes:
        reply_id, note_id: What an HTTP call wrote.
        body_hash: Of what an HTTP call asked for.
        at: When somebody did it to a conversation.
    """

    key: str
    reply_id: str | None = None
    body_hash: str | None = None
    note_id: str | None = None
    at: datetime | None = None
