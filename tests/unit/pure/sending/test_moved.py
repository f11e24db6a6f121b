"""Which of the messages that are due go along with a number that has moved, and which stay where they began."""

from datetime import datetime
from typing import Any

import pytest

from shared.sending.moved import moved_on
from shared.sending.providers import Providers
from shared.state.outgoing import Outgoing, Unsent
from tests.fakes.channel import FakeChannel
from tests.fakes.meta import at_meta
from tests.fakes.sample import configuration_of
from tests.unit.pure.contacts import CHANNEL, NOW, ago, ahead, contact, key, outgoing, stored, unsent

MOVED_AT = ago(minutes=1)
BEFORE: dict[str, Any] = {"first_sent": ago(minutes=2), "since": ago(minutes=2)}
DUE, AFTER = ago(seconds=30), ahead(seconds=30)


def settled(*rows: Unsent, claims: bool = False, **first: Any) -> list[str]:
    """What becomes of each row."""
    messages: list[Outgoing] = [outgoing(each.id) for each in rows]
    messages[0] = outgoing(rows[0].id, **first)
    before = stored(contact(unsent=rows), *messages)
    draft = moved_on(before, lambda at: at >= MOVED_AT, lambda _: claims, NOW)
    after = draft.contact.unsent if draft else rows
    return [_what(old, new) for old, new in zip(rows, after, strict=True)]


def _what(before: Unsent, after: Unsent) -> str:
    if after.attempt > before.attempt:
        clean = (after.tries, after.in_doubt, after.called_at, after.file_uri, after.first_sent)
        assert clean == (0, False, None, None, NOW)
        return "anew"
    return "in doubt" if after.in_doubt and not before.in_doubt else "stays"


@pytest.mark.parametrize(
    ("row", "at_acs", "at_meta"),
    [
        ({}, "in doubt", "anew"),
        ({"tries": 1}, "in doubt", "anew"),
        ({"tries": 1, "not_before": ago(seconds=90)}, "in doubt", "anew"),
        ({"tries": 1, "not_before": MOVED_AT}, "anew", "anew"),
        ({"tries": 1, "not_before": DUE, "file_uri": "https://blob"}, "anew", "anew"),
        ({"tries": 1, "not_before": DUE, "in_doubt": True}, "stays", "stays"),
        ({"not_before": AFTER, "called_at": ago(minutes=2)}, "stays", "stays"),
        ({"first_sent": MOVED_AT}, "stays", "stays"),
    ],
)
def test_the_first_goes_along_where_no_call_of_it_can_have_been_made(
    row: dict[str, Any], at_acs: str, at_meta: str
) -> None:
    assert settled(unsent(**{**BEFORE, **row})) == [at_acs]
    assert settled(unsent(**{**BEFORE, **row}), claims=True) == [at_meta]


@pytest.mark.parametrize(
    ("second", "first", "becomes"),
    [
        ({}, {}, "anew"),
        ({"tries": 1}, {}, "in doubt"),
        ({"in_doubt": True}, {}, "stays"),
        ({}, {"taken": True}, "in doubt"),
        ({}, {"retries": 1}, "in doubt"),
        ({"message_key": key(6)}, {}, "in doubt"),
    ],
    ids=["never first", "tried", "in doubt", "the first was sent once", "the first is sent again", "overtaken"],
)
def test_what_stands_behind_goes_along_where_it_was_never_first(
    second: dict[str, Any], first: dict[str, Any], becomes: str
) -> None:
    rows = unsent("r1", **BEFORE, in_doubt=True), unsent("r2", **{**BEFORE, "message_key": key(8), **second})
    assert settled(*rows, **first) == ["stays", becomes]


@pytest.mark.parametrize("not_before", [DUE, AFTER])
def test_a_new_attempt_waits_no_longer_than_it_had_to(not_before: datetime) -> None:
    before = stored(contact(unsent=(unsent(**BEFORE, not_before=not_before, next_check=not_before),)), outgoing())
    draft = moved_on(before, lambda at: at >= MOVED_AT, lambda _: False, NOW)
    assert draft is not None
    (row,) = draft.contact.unsent
    assert (row.not_before, row.next_check) == (AFTER if not_before == AFTER else None, not_before)


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [
        (ago(minutes=2), DUE, False),
        (MOVED_AT, DUE, True),
        (ago(minutes=3), ago(minutes=2), True),
        (DUE, ago(minutes=2), True),
    ],
    ids=["before the move", "since", "not moved yet", "written by a clock that is ahead"],
)
def test_a_number_is_where_it_was_unless_it_moved_in_between(then: datetime, now: datetime, same: bool) -> None:
    text = at_meta(moved_from=CHANNEL, moved_at=MOVED_AT.isoformat())
    channels = configuration_of(text).channels.values()
    providers = Providers(channels, lambda _: FakeChannel(), lambda: NOW)
    assert providers.same_provider(CHANNEL, then, now) is same
    assert providers.same_provider("gone", then, now)
