"""Repeatable requests: which headers are taken, and which answers are kept."""

import pytest

from dev.stack.whatsapp.repeatability import (
    REJECTED,
    Answer,
    InvalidRepeatability,
    Ledger,
    Repeatability,
    read_repeatability,
)

ID = "0F8FAD5B-D9CB-469F-A165-70867728950E"
FIRST_SENT = "Sun, 22 Nov 2026 16:21:29 GMT"
REQUEST = Repeatability(request_id=ID.lower(), first_sent=FIRST_SENT)


def test_the_headers_are_optional_together() -> None:
    assert read_repeatability({}) is None
    headers = {"Repeatability-Request-ID": ID, "Repeatability-First-Sent": FIRST_SENT}
    assert read_repeatability(headers) == REQUEST


@pytest.mark.parametrize(
    "headers",
    [
        {"Repeatability-Request-ID": ID},
        {"Repeatability-First-Sent": FIRST_SENT},
        {"Repeatability-Request-ID": "1", "Repeatability-First-Sent": FIRST_SENT},
        {"Repeatability-Request-ID": ID, "Repeatability-First-Sent": "yesterday"},
    ],
)
def test_incomplete_or_unreadable_headers_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(InvalidRepeatability):
        read_repeatability(headers)


@pytest.mark.parametrize("status", [202, 400, 404])
def test_a_final_answer_is_repeated(status: int) -> None:
    ledger, answer = Ledger(), Answer(status=status, body={"n": 1})
    ledger.remember(REQUEST, b"{}", answer)
    assert ledger.recall(REQUEST, b"{}") == answer


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 503])
def test_an_answer_that_invites_to_try_again_is_not(status: int) -> None:
    ledger = Ledger()
    ledger.remember(REQUEST, b"{}", Answer(status=status, body={}))
    assert ledger.recall(REQUEST, b"{}") is None


def test_another_body_or_time_is_rejected_and_the_first_answer_stays() -> None:
    ledger, answer = Ledger(), Answer(status=202, body={"n": 1})
    ledger.remember(REQUEST, b"{}", answer)
    later = Repeatability(request_id=REQUEST.request_id, first_sent="Sun, 22 Nov 2026 16:21:30 GMT")

    assert ledger.recall(REQUEST, b"[]") is REJECTED
    assert ledger.recall(later, b"{}") is REJECTED
    ledger.remember(REQUEST, b"[]", REJECTED)
    assert ledger.recall(REQUEST, b"{}") == answer


def test_requests_without_an_id_are_never_recalled() -> None:
    ledger = Ledger()
    ledger.remember(None, b"{}", Answer(status=202, body={}))
    assert ledger.recall(None, b"{}") is None
