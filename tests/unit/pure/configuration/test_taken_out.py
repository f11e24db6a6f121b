"""What a new file takes away from an old one is found by its names, also in a file of the first version."""

import pytest

from shared.configuration import ConfigurationError
from shared.configuration.taken_out import Outline, moved, taken_out

OLD = """
version: 1
channels:
  support_fr: {id: 11111111-1111-1111-1111-11111111111a, workstream: support}
  support_be: {id: 22222222-2222-2222-2222-222222222222, workstream: support}
workstreams:
  support: {languages: [fr, pt-br], route_to_queue: {fallback: general}, automated_messages: {agent_joined: {fr: a}}}
  sales: {route_to_queue: {fallback: general}}
queues: {general: , billing: }
templates:
  follow_up: {languages: {fr: a, en_US: b}}
  csat: {languages: {fr: a}}
"""


@pytest.mark.parametrize(
    ("written", "instead", "gone"),
    [
        ("", "", []),
        ("billing: }", "}", ["queue billing"]),
        ("general: , billing: ", "general: , other: , billing: ", []),
        ("support_be: {id: 2222", "support_nl: {id: 2222", []),
        ("11111111111a", "11111111111A", []),
        ("22222222-2222-2222-2222-222222222222", "33333333-3333-3333-3333-333333333333", ["channel support_be"]),
        ("  sales: {route_to_queue: {fallback: general}}\n", "", ["workstream sales"]),
        ("[fr, pt-br]", "[fr, pt_BR]", []),
        ("[fr, pt-br]", "[fr]", ["language pt_BR of workstream support"]),
        ("fr: a, en_US: b", "fr: a", ["language en_US of template follow_up"]),
        ("  csat: {languages: {fr: a}}\n", "", ["template csat"]),
        ("queues: {general: , billing: }", "queues:", ["queue general", "queue billing"]),
        ("agent_joined", "agent_assigned", []),
    ],
)
def test_what_is_not_there_any_more(written: str, instead: str, gone: list[str]) -> None:
    """Names in any spelling; a channel with another name is the same channel."""
    assert written in OLD
    new = OLD.replace(written, instead, 1) if written else OLD
    assert [str(each) for each in taken_out(Outline.of(OLD), Outline.of(new))] == gone


GUID, META = "22222222-2222-2222-2222-222222222222", "106540352242922"
HERE = "support_be: {id: 22222222-2222-2222-2222-222222222222,"
AT_META = 'support_be: {provider: whatsapp_cloud, id: "106540352242922", account: "102290129340398",'
MOVED = f"{AT_META} moved_from: 22222222-2222-2222-2222-222222222222, moved_at: 2027-03-01T03:00:00Z,"
BACK = f'{HERE} moved_from: "106540352242922", moved_at: 2027-04-01T03:00:00Z,'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            HERE,
            MOVED,
            [f"channel support_be moves from {GUID} to {META} at 2027-03-01T03:00:00Z"],
        ),
        (
            HERE,
            MOVED.replace("support_be", "support_nl"),
            [f"channel support_nl moves from {GUID} to {META} at 2027-03-01T03:00:00Z"],
        ),
        (
            MOVED,
            BACK,
            [f"channel support_be moves from {META} to {GUID} at 2027-04-01T03:00:00Z"],
        ),
        (BACK, HERE, []),
        (MOVED, MOVED, []),
        (MOVED, AT_META, ["first id of channel support_be"]),
        (HERE, AT_META, ["channel support_be"]),
    ],
)
def test_a_number_that_moves_is_the_same_channel(old: str, new: str, told: list[str]) -> None:
    before, after = (Outline.of(OLD.replace(HERE, each)) for each in (old, new))
    assert [str(each) for each in (*moved(before, after), *taken_out(before, after))] == told


@pytest.mark.parametrize("text", ["", "[a]", "a: [", "channels: 5\nworkstreams: [a]\nqueues: x\ntemplates: {a: b}"])
def test_an_old_file_that_is_none_is_refused_or_has_little(text: str) -> None:
    try:
        outline = Outline.of(text)
    except ConfigurationError:
        return
    assert (outline.channels, outline.workstreams, outline.queues) == ({}, {}, ())
