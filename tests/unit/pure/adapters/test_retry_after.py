"""`Retry-After` in both of its forms."""

import pytest

from shared.adapters.retry_after import retry_after

NOW = "Tue, 24 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "-1"}, 0.0),
        ({"Retry-After": "Tue, 24 Nov 2026 12:00:30 GMT", "Date": NOW}, 30.0),
        ({"Retry-After": "Tue, 24 Nov 2026 11:00:00 GMT", "Date": NOW}, 0.0),
        ({"Retry-After": "Tue, 24 Nov 2026 12:00:30 GMT"}, None),
        ({"Retry-After": "soon", "Date": NOW}, None),
        ({"Retry-After": "1e13"}, 86_400.0),
        ({"Retry-After": "inf"}, 86_400.0),
        ({"Retry-After": "nan"}, 0.0),
        ({"Retry-After": "Tue, 24 Nov 9026 12:00:30 GMT", "Date": NOW}, 86_400.0),
    ],
    ids=str,
)
def test_the_pause_is_read_in_seconds(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds
