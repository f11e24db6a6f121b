"""What an answer of Meta's Cloud API says of an attempt at a message. Pure.

The code in the body decides, never the HTTP status alone: Meta has changed the statuses of its codes, and says that
programs should build on the codes. Source: "Error codes" and "Rate limits" of the WhatsApp Business Platform,
https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any, Final

from shared.adapters.retry_after import retry_after
from shared.adapters.whatsapp_cloud_graph import Answer
from shared.sending.channel import Accepted, Outcome, Postponed, Refusal
from shared.sending.failures import NOT_PROVEN, is_known

_TOO_MUCH: Final = ("4", "80007", "130429", "131056")
"""Turned away before any work, for the number, the account or the customer."""
_NO_RIGHT: Final = frozenset({"0", "3", "10", "190", *map(str, range(200, 300))})
"""The token has ended or lacks a right: nothing goes out until somebody sees to it."""
_PASSING: Final = ("1", "2", "131000", "131016", "131057", "133004")
"""Something went wrong on the way: the message may have been sent."""
_INVALID_PARAMETER: Final = "100"
_GONE: Final = "33"
_NO_SUCH_OBJECT: Final = 33
"""The subcode of 100 that says that a number is gone, or out of the token's reach; as a code, 33 says the same."""
_TURNED_AWAY: Final = (401, 403, 429)
_TIMED_OUT: Final = 408
_USAGE: Final = ("X-Business-Use-Case-Usage", "X-App-Usage")
_LONGEST: Final = 86_400.0
_TRACE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")

type Clean = Callable[[str], str]
"""Takes out of what Meta says what it quotes of what it was sent."""


def outcome_of(answer: Answer, clean: Clean) -> Outcome:
    """Return what became of an attempt; any answer is one."""
    code = _code(answer.error)
    if code is not None:
        return replace(_by_code(code, answer, clean), trace_id=_trace_id(answer.error))
    match answer.body:
        case {"messages": [{"id": str(message_id)}, *_]} if message_id and 200 <= answer.status < 300:
            return Accepted(message_id=message_id)
    return replace(_by_status(answer, clean), trace_id=_trace_id(answer.error))


def _by_code(code: str, answer: Answer, clean: Clean) -> Refusal | Postponed:
    message = clean(_said(answer.error) or f"HTTP {answer.status}")
    if answer.wants_proof:
        return Postponed(code=NOT_PROVEN, message=message, in_doubt=False)
    if code in _NO_RIGHT:
        return Postponed(code=code, message=message, retry_after=retry_after(answer.headers), in_doubt=False)
    if code in _TOO_MUCH:
        return Postponed(code=code, message=message, retry_after=pause_asked(answer.headers), in_doubt=False)
    passes = code in _PASSING or answer.error.get("is_transient") is True
    # A code that nobody knows, and an error on Meta's side: it may have happened after the message was sent.
    if passes or (answer.status >= 500 and not is_known(code)):
        return Postponed(code=code, message=message, retry_after=retry_after(answer.headers))
    return Refusal(code=code, message=message)


def _by_status(answer: Answer, clean: Clean) -> Refusal | Postponed:
    """Return what an answer means that is nothing that Meta's API says: a proxy's, or one that was cut."""
    status, said = answer.status, clean(_said(answer.error) or f"HTTP {answer.status}")
    if 200 <= status < 300:
        return Postponed(code="no_receipt", message="the answer names no message")
    if status in _TURNED_AWAY:
        return Postponed(code=str(status), message=said, retry_after=retry_after(answer.headers), in_doubt=False)
    if status >= 500 or status == _TIMED_OUT:
        return Postponed(code=str(status), message=said, retry_after=retry_after(answer.headers))
    if status < 400:
        return Postponed(code="no_answer", message=said)  # a redirection is not followed, and says nothing
    return Refusal(code=str(status), message=said)


def is_not_known(answer: Answer) -> bool:
    """Tell whether the answer says that there is no such thing: a token that may not see it is told the same."""
    if answer.wants_proof:
        return False
    code = _code(answer.error)
    return code in (_INVALID_PARAMETER, _GONE) if code else answer.status in (404, 410)


def pause_asked(headers: Mapping[str, str]) -> float | None:
    """Return the seconds after which calls are taken again, at most a day; None where the answer does not tell."""
    if (asked := retry_after(headers)) is not None:
        return asked
    minutes = [each for name in _USAGE for each in _minutes_in(_json(headers.get(name)))]
    return min(max(minutes) * 60.0, _LONGEST) if minutes else None


def _minutes_in(usage: Any) -> Iterator[float]:
    """Find the minutes until access is given back: an app's usage is one, an account's a list by its id."""
    by_account = (each for each in usage.values() if isinstance(each, list)) if isinstance(usage, dict) else ()
    for each in (usage, *chain.from_iterable(by_account)):
        match each:
            case {"estimated_time_to_regain_access": int() | float() as minutes} if minutes > 0:
                yield float(min(minutes, _LONGEST))


def _code(error: Mapping[str, Any]) -> str | None:
    match error.get("code"):
        case bool():
            return None
        case int() as number:
            code = str(number)
        case str(text) if text.isascii() and text.isdecimal():
            code = text.lstrip("0") or "0"
        case _:
            return None
    gone = code == _INVALID_PARAMETER and error.get("error_subcode") == _NO_SUCH_OBJECT
    return _GONE if gone else code


def _trace_id(error: Mapping[str, Any]) -> str | None:
    trace = error.get("fbtrace_id")
    return trace if isinstance(trace, str) and _TRACE.fullmatch(trace) else None


def _said(error: Mapping[str, Any]) -> str:
    """Return Meta's words, the more exact ones first, with what its support asks for."""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    words = next((each for each in (details, error.get("message")) if isinstance(each, str) and each), "")
    trace = _trace_id(error)
    return f"{words} (fbtrace_id {trace})" if trace and words else words


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
