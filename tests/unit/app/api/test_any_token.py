"""Whatever stands in the header Authorization: nobody is let in by it, and nothing breaks."""

import asyncio
import base64
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.vocabulary.errors import Refused
from tests.unit.app.api.test_tokens import Door
from tests.unit.pure.intake.strategies import json_values

DOOR = Door()
GOOD = DOOR.issuer.token().split(".")


def _segment(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _json_segment(value: Any) -> str:
    return _segment(json.dumps(value).encode())


headers = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c"]),
    json_values | st.sampled_from(["RS256", "HS256", "none", "key-1", False]),
)
segments = st.one_of(
    st.sampled_from([*GOOD, "", "=", "e30", "e30=="]),
    st.binary(max_size=40).map(_segment),
    json_values.map(_json_segment),
    headers.map(lambda header: _json_segment({"alg": "RS256", "kid": "key-1"} | header)),
    st.text(max_size=20),
)
values = st.one_of(
    st.lists(segments, max_size=5).map(lambda parts: f"Bearer {'.'.join(parts)}"),
    st.text(max_size=60),
    st.text(max_size=30).map(lambda text: f"Bearer {'.'.join(GOOD)}{text}!"),
)


def outcome_of(value: str) -> object:
    """The claims, or why there are none."""
    return asyncio.run(DOOR.outcome({"Authorization": value}))


def test_the_token_that_the_others_are_made_of_is_good() -> None:
    assert not isinstance(outcome_of(f"Bearer {'.'.join(GOOD)}"), Refused)


@settings(max_examples=400)
@given(values.filter(lambda value: ".".join(GOOD) != value.removeprefix("Bearer ").strip()))
def test_any_other_header_is_refused_as_unauthenticated(value: str) -> None:
    outcome = outcome_of(value)

    assert isinstance(outcome, Refused), outcome
    assert outcome.code == "unauthenticated"
