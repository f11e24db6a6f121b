"""ACS access-key authentication: checks the HMAC-SHA256 signature of a request.

Source: https://learn.microsoft.com/rest/api/communication/authentication
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

_SCHEME = re.compile(r"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=(?P<signature>\S+)")
_DATE_FORMAT = "%a, %d %b %Y %H:%M:%S GMT"
_CLOCK_SKEW = timedelta(minutes=15)


class AccessDenied(Exception):
    """Raised when a request is not signed with the resource's key; says what does not match."""


class AccessKey:
    """An access key. `text` is base64; raises `ValueError` if it is not."""

    def __init__(self, text: str) -> None:
        try:
            self._secret = base64.b64decode(text, validate=True)
        except ValueError as error:
            raise ValueError("the access key must be base64") from error

    def sign(self, *, method: str, target: str, date: str, host: str, content_hash: str) -> str:
        """The signature of a request; `target` is path and query as sent."""
        signed = f"{method}\n{target}\n{date};{host};{content_hash}"
        return base64.b64encode(hmac.digest(self._secret, signed.encode(), "sha256")).decode()

    def verify(self, *, method: str, target: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Raises `AccessDenied` unless the request is signed, untouched, and of the last or next 15 minutes."""
        authorization = _SCHEME.fullmatch(headers.get("Authorization", ""))
        if authorization is None:
            raise AccessDenied("the Authorization header has no HMAC-SHA256 signature of date, host and content")
        date = headers.get("x-ms-date", "")
        if abs(_parse_date(date) - now) > _CLOCK_SKEW:
            raise AccessDenied(
                f"x-ms-date is more than {_CLOCK_SKEW.seconds // 60} minutes away from the service's time"
            )
        content_hash = headers.get("x-ms-content-sha256", "")
        if content_hash != base64.b64encode(hashlib.sha256(body).digest()).decode():
            raise AccessDenied("x-ms-content-sha256 is not the hash of the body")
        host = headers.get("Host", "")
        expected = self.sign(method=method, target=target, date=date, host=host, content_hash=content_hash)
        if not hmac.compare_digest(expected.encode(), authorization["signature"].encode()):
            raise AccessDenied("the signature does not match: wrong access key, host, path or query")


def _parse_date(text: str) -> datetime:
    try:
        return datetime.strptime(text, _DATE_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        raise AccessDenied("x-ms-date must be like Wed, 01 Jan 2025 00:00:00 GMT") from error
