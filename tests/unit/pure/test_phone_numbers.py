"""Phone numbers as people write them, read as `+` and digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vocabulary.phone_numbers import full_number

PARIS = "+33123456789"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("+33612345678", "+33612345678"),
        ("+33 (6) 12-34.56\u00a078", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0044 (0)20 7946 0000", "+442079460000"),
        ("06 12 34 56 78", "+33612345678"),
        ("+5511987654321", "+5511987654321"),
        ("+551187654321", "+551187654321"),  # what a plan knows no more is kept: WhatsApp may know it
        ("+5491123456789", "+5491123456789"),
        ("+541123456789", "+541123456789"),
    ],
)
def test_a_number_is_read_and_never_rewritten(written: str, read: str) -> None:
    """One without a country belongs to the channel's."""
    assert full_number(written, PARIS) == read


@pytest.mark.parametrize("written", ["", "+", "12", "+0612345678", "hello", "+336x2345678", "+1234567890123456", "²³"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="expected a phone number"):
        full_number(written, PARIS)


def test_a_number_without_a_country_needs_a_channel_that_has_one() -> None:
    with pytest.raises(ValueError, match="with its country"):
        full_number("06 12 34 56 78", None)


@given(st.text(max_size=40))
def test_anything_is_a_number_or_refused(written: str) -> None:
    """And what is read is read again as it is."""
    try:
        read = full_number(written, PARIS)
    except ValueError:
        return
    assert full_number(read, None) == read
