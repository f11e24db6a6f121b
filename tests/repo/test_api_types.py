"""The web desk is checked against the API as it is."""

from dev.tools.api_types import TYPES, api_types


def test_the_shapes_that_the_desk_is_checked_against_are_the_api_s() -> None:
    """Else: python -m dev.tools.api_types."""
    assert TYPES.read_text(encoding="utf-8") == api_types()
