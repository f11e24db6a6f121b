"""OASIS repeatable requests as ACS offers them: one execution per `Repeatability-Request-ID`.

Remembers the answer to each id for as long as the stand-in runs, and how often each id came.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

_ID, _FIRST_SENT = "Repeatability-Request-ID", "Repeatability-First-Sent"


class InvalidRepeatability(Exception):
    """Raised when the repeatability headers are incomplete or unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeatability:
    """The id of a request and when it was first sent, as the caller wrote it."""

    request_id: str
    first_sent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer; `body` is JSON, `result` the header `Repeatability-Result`, `code` an error's."""

    status: int
    body: Mapping[str, object]
    result: str | None = None
    code: str | None = None

    @property
    def is_final(self) -> bool:
        """Whether the service decided, so that a repetition gets the same answer."""
        return self.status < 500 and self.status not in (401, 403, 408, 429) and self.result != "rejected"


REJECTED = Answer(status=202, body={"receipts": []}, result="rejected")


def read_repeatability(headers: Mapping[str, str]) -> Repeatability | None:
    """The repeatability headers; none if both are absent. Raises `InvalidRepeatability`."""
    request_id, first_sent = headers.get(_ID), headers.get(_FIRST_SENT)
    if request_id is None and first_sent is None:
        return None
    if request_id is None or first_sent is None:
        raise InvalidRepeatability(f"{_ID} and {_FIRST_SENT} must come together")
    try:
        UUID(request_id)
    except ValueError as error:
        raise InvalidRepeatability(f"{_ID} must be a UUID") from error
    try:
        parsedate_to_datetime(first_sent)
    except ValueError as error:
        raise InvalidRepeatability(f"{_FIRST_SENT} must be a date like Sun, 22 Nov 2026 16:21:29 GMT") from error
    return Repeatability(request_id=request_id.lower(), first_sent=first_sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedSend:
    """One send that led to a message.

    Attributes:
        request_id: What the caller names the request by: ACS's id, or what Meta hands through to the statuses.
        first_sent: Of repeatable requests, as the caller wrote it.
    """

    request_id: str | None
    first_sent: str | None = None
    channel_id: str
    to: str
    kind: str
    message_id: str
    at: datetime


class Ledger:
    """Answers by request id, and every accepted send."""

    def __init__(self) -> None:
        self.accepted: list[AcceptedSend] = []
        self._answers: dict[str, tuple[str, Answer]] = {}
        self._calls: Counter[str] = Counter()

    def count(self, request_id: str | None) -> None:
        """Counts one call, whatever becomes of it."""
        if request_id:
            self._calls[request_id] += 1

    def calls(self, send: AcceptedSend) -> int:
        """How often a send was called, refused and interrupted calls included."""
        return self._calls[send.request_id] if send.request_id else 1

    def recall(self, repeatability: Repeatability | None, body: bytes) -> Answer | None:
        """The answer to an earlier call; `REJECTED` if that call had another body or time."""
        known = self._answers.get(repeatability.request_id) if repeatability else None
        if repeatability is None or known is None:
            return None
        fingerprint, answer = known
        return answer if fingerprint == _fingerprint(repeatability, body) else REJECTED

    def remember(self, repeatability: Repeatability | None, body: bytes, answer: Answer) -> None:
        """Keeps an answer for repetitions, unless it invites to try again."""
        if repeatability and answer.is_final:
            self._answers[repeatability.request_id] = (_fingerprint(repeatability, body), answer)


def _fingerprint(repeatability: Repeatability, body: bytes) -> str:
    return hashlib.sha256(repeatability.first_sent.encode() + b"\n" + body).hexdigest()
