"""The trace context of an invocation, as W3C Trace Context has it: `00-<trace>-<span>-<flags>`.

Comes in: the `traceparent` of a request or a message, if it has one. Goes out: a span of its own in the same trace,
else in a new one, as Azure's host makes one for each invocation.
"""

import re
import secrets

FIELD = "traceparent"

_VALID = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")


def invocation_in(parent: str | None) -> str:
    """The `traceparent` that an invocation is given."""
    found = _VALID.fullmatch(parent or "")
    trace, flags = found.groups() if found else (secrets.token_hex(16), "01")
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"
