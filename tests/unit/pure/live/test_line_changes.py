"""Which lines changed is known as long as somebody may have to tell, however many commits there were."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.state.contact import Contact
from shared.state.line_changes import lines_changed_since, with_line_changes
from shared.state.rows import message_key

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def after(contact: Contact, revision: int, episode: str, at: datetime, now: datetime) -> Contact:
    """The contact once a commit has written a line."""
    return with_line_changes(replace(contact, revision=revision), [message_key(episode, at, revision)], now)


def test_of_many_messages_that_one_settling_sends_desks_read_again_from_the_first_on() -> None:
    contact = Contact(id="c1", channel_id="ch", session_id="s")
    for number in range(1, 13):
        contact = after(contact, number, "e", AT + timedelta(seconds=number), AT + timedelta(minutes=1))
    assert len(contact.line_changes) == 5
    assert lines_changed_since(contact, 0) == {"e": AT + timedelta(seconds=1)}
    assert lines_changed_since(contact, 10) == {"e": AT + timedelta(seconds=11)}
    assert lines_changed_since(contact, 12) == {}


def test_what_is_old_is_told_by_now_and_other_histories_have_their_own() -> None:
    contact = Contact(id="c1", channel_id="ch", session_id="s")
    later = AT + timedelta(hours=2)
    contact = after(contact, 1, "e", AT, AT)
    for number in range(2, 7):
        contact = after(contact, number, "e" if number == 4 else "f", later, later)
    assert lines_changed_since(contact, 0) == {"e": later, "f": later}
