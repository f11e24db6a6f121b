"""What a log line holds, and what it must not hold."""

import json
import logging

import pytest

from shared.logs import log
from shared.state.contact import Contact
from shared.state.rows import decode
from shared.vocabulary.errors import Unreadable


def test_a_line_is_one_json_object_without_empty_fields(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever reads the log can parse every line."""
    with caplog.at_level(logging.INFO):
        log("route", conversation_id="c-1", message_id=None, duration_ms=3)
    assert json.loads(caplog.messages[0]) == {"step": "route", "conversation_id": "c-1", "duration_ms": 3}


def test_an_error_is_written_with_its_type_and_place_but_not_its_message(caplog: pytest.LogCaptureFixture) -> None:
    """A message may quote what a customer wrote."""
    quoted = "my card is 4111"
    try:
        raise ValueError(quoted)
    except ValueError as error:
        log("route.failed", level=logging.ERROR, error=error)
    said = json.loads(caplog.messages[0])
    assert said["error_type"] == "ValueError"
    assert "test_logs.py" in said["trace"]
    assert "4111" not in caplog.text


def test_a_row_that_cannot_be_read_is_named_without_what_it_holds() -> None:
    """The error travels to the host, which logs it."""
    with pytest.raises(Unreadable, match="Contact can't be read at counter, id") as raised:
        decode(Contact, '{"channel_id": "c", "session_id": "s", "counter": "a text from +33612345678"}')
    assert "336" not in str(raised.value)
    assert raised.value.__cause__ is None
