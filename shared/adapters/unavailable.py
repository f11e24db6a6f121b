"""What the app hears of a service that did not do what it was asked: that it is away, and how long to wait."""

from collections.abc import Mapping
from typing import Any

from azure.core.exceptions import HttpResponseError

from shared.adapters.retry_after import retry_after
from shared.vocabulary.errors import Unavailable


def storage_away(service: str, error: Exception, advice: Mapping[int, str]) -> Exception:
    """Return the error for a caller of storage; a 400 is a bug of ours and stays what it is.

    Args:
        advice: What to do about a status, by the status.
    """
    answer: Any = error.response if isinstance(error, HttpResponseError) else None
    if answer is None:
        return Unavailable(f"{service} can't be reached ({type(error).__name__}): {error}")
    status = answer.status_code
    if status == 400:
        return error
    told = f"; {advice[status]}" if status in advice else ""
    return Unavailable(f"{service} answered {status}{told}", retry_after=retry_after(answer.headers))


def channel_away(what: str, error: Exception) -> Unavailable:
    """Return the error for who asked the channel for something; nothing of its answer is in it but the status."""
    answer: Any = getattr(error, "response", None)
    if answer is None:
        return Unavailable(f"Communication Services did not give {what} ({type(error).__name__})")
    wait = retry_after(answer.headers)
    return Unavailable(f"Communication Services did not give {what}: HTTP {answer.status_code}", retry_after=wait)
