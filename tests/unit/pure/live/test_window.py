"""The last minute of the log: each looks at the seconds that it needs."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.live.window import Window
from shared.state.changes import ChangeKind, Logged, LoggedChange, first_key

AT = datetime(2026, 11, 24, 9, 59, 59, 990_000, tzinfo=UTC)


@given(places=st.lists(st.integers(0, 60_000), max_size=30), since=st.integers(0, 60_000))
def test_what_was_written_since_a_time_is_found_whatever_the_order_of_finding(places: list[int], since: int) -> None:
    rows = [_row(AT + timedelta(milliseconds=each), number) for number, each in enumerate(places)]
    at = AT + timedelta(milliseconds=since)
    found = Window(rows).since(at)
    assert sorted(each.key for each in found) == sorted(each.key for each in rows if each.at >= at)
    assert [each.at for each in found] == sorted(each.at for each in found)


def test_who_looks_on_is_found_apart() -> None:
    viewing = Logged(f"{first_key(AT)}:v", LoggedChange(kind=ChangeKind.VIEWING, viewer="ana"), "v")
    assert Window([_row(AT, 1), viewing]).viewing == [viewing]


def test_of_a_desk_only_what_it_said_last_is_kept_of_who_looks_on() -> None:
    said = [_says(0, "ana", "one"), _says(1, "bob", "one"), _says(2, "Ana", "one"), _says(3, "ana", "two")]
    assert Window(reversed(said)).viewing == [said[2], said[1], said[3]]


def _row(at: datetime, number: int) -> Logged:
    return Logged(f"{first_key(at)}:{number}", LoggedChange(kind=ChangeKind.ROW), f"{number}")


def _says(seconds: int, viewer: str, client: str) -> Logged:
    change = LoggedChange(kind=ChangeKind.VIEWING, viewer=viewer, client=client)
    return Logged(f"{first_key(AT + timedelta(seconds=seconds))}:{viewer}", change, viewer)
