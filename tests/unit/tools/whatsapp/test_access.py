"""ACS access-key signatures, against the published test vector."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from dev.stack.whatsapp.access import AccessDenied, AccessKey

KEY = AccessKey("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")
NOW = datetime(2025, 1, 1, tzinfo=UTC)
TARGET = "/messages/notifications:send?api-version=2024-08-30"
HASH = "AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI="
SIGNATURE = "OrtukdORq7r8oxaF8ZwVWAYxYUzIKlRcOR/Q5JjI0/s="
HEADERS = {
    "x-ms-date": "Wed, 01 Jan 2025 00:00:00 GMT",
    "x-ms-content-sha256": HASH,
    "Host": "my-resource.communication.azure.com",
    "Authorization": f"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={SIGNATURE}",
}


def verify(
    *, now: datetime = NOW, body: bytes = b'{"a":1}', target: str = TARGET, headers: Mapping[str, str] = HEADERS
) -> None:
    KEY.verify(method="POST", target=target, headers=headers, body=body, now=now)


def test_the_test_vector_is_right() -> None:
    signature = KEY.sign(
        method="POST", target=TARGET, date=HEADERS["x-ms-date"], host=HEADERS["Host"], content_hash=HASH
    )
    assert signature == SIGNATURE
    verify()


@pytest.mark.parametrize("minutes", [-15, 15])
def test_a_clock_may_be_15_minutes_off(minutes: int) -> None:
    verify(now=NOW + timedelta(minutes=minutes))
    with pytest.raises(AccessDenied, match="x-ms-date"):
        verify(now=NOW + timedelta(minutes=minutes, seconds=minutes // 15))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Authorization": ""}, "Authorization"),
        ({"Authorization": "Bearer token"}, "Authorization"),
        ({"Authorization": HEADERS["Authorization"] + "x"}, "signature"),
        ({"x-ms-date": "2025-01-01"}, "x-ms-date"),
        ({"x-ms-content-sha256": "x"}, "hash"),
        ({"Host": "another.communication.azure.com"}, "signature"),
    ],
)
def test_what_does_not_match_is_denied_with_the_reason(changed: dict[str, str], reason: str) -> None:
    with pytest.raises(AccessDenied, match=reason):
        verify(headers=HEADERS | changed)


def test_another_body_or_path_is_denied() -> None:
    with pytest.raises(AccessDenied, match="body"):
        verify(body=b'{"a":2}')
    with pytest.raises(AccessDenied, match="signature"):
        verify(target=TARGET + "&x=1")


@pytest.mark.parametrize("text", ["not base64!", "é", "abc"])
def test_a_key_must_be_base64(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        AccessKey(text)
