"""The country of a contact comes from the phone number, else from the BSUID."""

import pytest

from shared.rules import country_of


@pytest.mark.parametrize(
    ("phone", "bsuid", "country"),
    [
        ("+33612345678", None, "FR"),
        ("+33612345678", "BE.1349", "FR"),
        ("+447400123456", None, "GB"),
        ("+14254360097", None, "US"),
        ("+14165550123", None, "CA"),
        (None, "BE.1349", "BE"),
        (None, "US.ENT.1349", "US"),
        ("", "US.1349", "US"),
        ("no number", "US.1349", "US"),
        ("+999123456", "IN.1", "IN"),
        ("+80012345678", None, None),
        (None, None, None),
    ],
)
def test_the_country_of_a_contact(phone: str | None, bsuid: str | None, country: str | None) -> None:
    assert country_of(phone, bsuid) == country
