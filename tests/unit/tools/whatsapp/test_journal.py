"""What is written down of a phone: never a whole number."""

import pytest

from dev.stack.whatsapp.journal import masked
from dev.stack.whatsapp.phones import Phone


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        (Phone(number="33612345627"), "+33 6•• ••• •27"),
        (Phone(number="12025550143"), "+1 2•• ••• •43"),
        (Phone(number="4915112345678"), "+49 1•• ••• •78"),
        (Phone(number="4712345678"), "+47 1•• ••• •78"),
        (Phone(number="99912"), "+9•• ••• •12"),
        (Phone(number="33612345627", bsuid="FR.13491027"), "+33 6•• ••• •27"),
        (Phone(bsuid="FR.13491027"), "FR.•••27"),
    ],
)
def test_a_customer_is_told_from_another_by_the_country_and_a_few_digits(phone: Phone, shown: str) -> None:
    assert masked(phone) == shown
