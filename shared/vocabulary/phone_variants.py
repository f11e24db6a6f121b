"""Other spellings of one phone number: where a country changed its numbers, WhatsApp may report either form.

Brazil put a ninth digit before mobile numbers; Mexico and Argentina have a mobile prefix in international format that
is not always written. Variants are only ever used to find a contact: the form that the customer came with is kept.
"""

import re

_BRAZIL = re.compile(r"\+55(\d{2})(9?)([6-9]\d{7})")
_MEXICO = re.compile(r"\+52(1?)(\d{10})")
_ARGENTINA = re.compile(r"\+54(9?)(\d{10})")


def phone_variants(phone: str) -> tuple[str, ...]:
    """Return the other spellings of a phone number (`+` and digits), most often none."""
    if found := _BRAZIL.fullmatch(phone):
        area, ninth, number = found.groups()
        return (f"+55{area}{'' if ninth else '9'}{number}",)
    if found := _MEXICO.fullmatch(phone):
        return (f"+52{'' if found[1] else '1'}{found[2]}",)
    if found := _ARGENTINA.fullmatch(phone):
        return (f"+54{'' if found[1] else '9'}{found[2]}",)
    return ()
