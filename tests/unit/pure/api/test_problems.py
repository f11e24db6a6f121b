"""Every code that the app refuses with has a status."""

from shared.api.problems import REPLY_KEPT, STATUS_OF
from shared.vocabulary.codes import Code


def test_every_code_has_a_status() -> None:
    assert set(STATUS_OF) == set(Code)


def test_a_reply_is_kept_only_by_what_the_channel_did() -> None:
    assert {STATUS_OF[code].value for code in REPLY_KEPT} == {429, 502, 503}
