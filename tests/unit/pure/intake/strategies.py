"""Anything that JSON can say, and recorded events with anything put somewhere."""

from typing import Any

from hypothesis import strategies as st

from tests.events import NAMES, load

_CHARACTERS = st.characters(exclude_categories=()) | st.sampled_from("\x00\ud800\udfff+/\u202e")
_WORDS = st.sampled_from(["", " ", "Read", "text", "media", "0001-01-01T00:00:00+14:00", "9" * 200, "US.1", "../x"])
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(2**63), 1e308, float("inf"), float("nan")])
    | st.text(_CHARACTERS, max_size=20)
    | _WORDS
)
_NAMES = st.sampled_from(["id", "type", "data", "time", "subject", "messageId", "from", "to", "status", "messageType"])
json_values = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES | st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def nested(depth: int) -> Any:
    """An object in an object in an object …"""
    value: Any = "deep"
    for _ in range(depth):
        value = {"a": [value]}
    return value


@st.composite
def mutated_events(draw: st.DrawFn) -> dict[str, Any]:
    """A recorded event in which one to three fields, at any depth, are lost or hold anything."""
    event = load(draw(st.sampled_from(NAMES)))
    for _ in range(draw(st.integers(1, 3))):
        place = event
        while True:
            name = draw(st.sampled_from(sorted(place)))
            inner = place[name]
            if not (isinstance(inner, dict) and inner and draw(st.booleans())):
                break
            place = inner
        if draw(st.booleans()) and len(place) > 1:
            del place[name]
        else:
            place[name] = draw(json_values)
    return event
