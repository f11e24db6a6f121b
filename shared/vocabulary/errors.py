"""Every error that crosses a module's border, by what its receiver should do.

ContactCentreError
├── Unavailable        later: a dependency is away or busy; nothing is wrong with the request
│   └── NotKnown       later, or never: it says that there is no such thing, as it would where a right is missing
├── Conflict           seen already, or changed meanwhile: reload and decide again
├── TooLarge           refused: a store or queue will never take it
├── Unreadable         refused: input that can't be understood; names every reason
└── Refused            refused: a caller's request, with the API's stable code
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.vocabulary.codes import Code


class ContactCentreError(Exception):
    """The root of the app's own errors."""


class Unavailable(ContactCentreError):
    """Raised when a dependency did not do its work and may do it later (429, 5xx, time-outs, missing roles)."""

    def __init__(self, what: str, *, retry_after: float | None = None) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class NotKnown(Unavailable):
    """Raised when a dependency says that it has no such thing, and says the same to who may not see it."""


class Conflict(ContactCentreError):
    """Raised when nothing was written because one row was not as expected.

    `key` is the row's key; `exists` says that it was to be inserted and is there already
    (otherwise it changed, or is gone).
    """

    def __init__(self, key: str, *, exists: bool) -> None:
        super().__init__(f"row {key} {'exists' if exists else 'changed'}")
        self.key = key
        self.exists = exists


class TooLarge(ContactCentreError):
    """Raised when a row or a queue message is over the service's limit."""


class Unreadable(ContactCentreError):
    """Raised when input can never be understood; `reasons` names every problem, without personal data."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class Refused(ContactCentreError):
    """Raised when a request can't be done; becomes one problem+json answer.

    Args:
        code: The stable code that callers act on.
        detail: What is wrong, for the developer of the caller.
        errors: (path, message) of each problem in the request.
        extra: Further members of the answer, such as `replyId`.
        retry_after: Seconds after which the same request may be sent again.
        challenge: The scheme by which a caller who is not known can make itself known (RFC 9110, WWW-Authenticate).
        status: The HTTP status, where it is another than the code's usual one.
        allow: The methods that there are, where the one asked for is not (RFC 9110, Allow).
    """

    def __init__(
        self,
        code: Code,
        detail: str,
        *,
        errors: tuple[tuple[str, str], ...] = (),
        extra: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
        challenge: str | None = None,
        allow: Sequence[str] = (),
        status: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.errors = errors
        self.extra = dict(extra or {})
        self.retry_after = retry_after
        self.challenge = challenge
        self.allow = allow
        self.status = status


def invalid_request(*errors: tuple[str, str]) -> Refused:
    """Return the answer for a request that is wrong where only its endpoint could tell: (path, message) of each."""
    return Refused(Code.INVALID_REQUEST, "The request is not as it has to be.", errors=errors)
