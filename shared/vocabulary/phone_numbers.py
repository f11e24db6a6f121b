"""Phone numbers as people write them."""

import re
from typing import Final

_EXPECTED: Final = "expected a phone number such as +33612345678"
_INTERNATIONAL: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_NOT_FROM_ABROAD: Final = re.compile(r"^(\s*(?:\+|00)[\d\s]+)\(0\)")
"""The zero of `+33 (0)6 12 …`, which nobody dials after the country."""
_BETWEEN_DIGITS: Final = re.compile(r"[\s().\-/\u2010-\u2015]")


def full_number(written: str, of_channel: str | None) -> str:
    """Return a phone number as `+` and digits.

    One that names its country keeps its digits: WhatsApp knows forms that are not in that country's numbering plan.

    Args:
        of_channel: A number in the country where one that names no country belongs.

    Raises:
        ValueError: It is none, or names no country and nobody knows which is meant.
    """
    bare = _BETWEEN_DIGITS.sub("", _NOT_FROM_ABROAD.sub(r"\1", written))
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if bare.startswith("+"):
        if not _INTERNATIONAL.fullmatch(bare):
            raise ValueError(_EXPECTED)
        return bare
    if of_channel is None:
        raise ValueError(f"{_EXPECTED}, with its country: the channel has no number that would tell it")
    return _national(bare, of_channel)


def _national(digits: str, of_channel: str) -> str:
    import phonenumbers  # here, since most calls need none of its tables

    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(of_channel))
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        raise ValueError(_EXPECTED) from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError(_EXPECTED)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
