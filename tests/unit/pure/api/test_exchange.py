"""What the host gives of a request's path."""

from shared.api.exchange import with_slashes


def test_a_slash_in_an_id_is_one_again_however_its_code_is_written() -> None:
    given = {"conversationId": "c-1", "messageId": "wamid.HBgL+%2F+%2fAQ=="}
    assert with_slashes(given) == {"conversationId": "c-1", "messageId": "wamid.HBgL+/+/AQ=="}
