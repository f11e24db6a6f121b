"""Writes down what happens on the phones, for the log and for who watches the stack: never a whole number, no text."""

import json
import logging
from collections.abc import Callable

import phonenumbers

from dev.stack.whatsapp.phones import Message, Phone

_LOG = logging.getLogger("phone")
_SHOWN_AT_THE_END = 2
_GROUP = 3

type Note = Callable[[Phone, Message], None]
"""Told of each message as it stands now: when it is new, and whenever its status moves."""


def note(phone: Phone, message: Message) -> None:
    """Write one line on a message."""
    refusal, template = message.refusal, message.template
    said = {
        "phone": masked(phone),
        "direction": message.direction,
        "kind": message.kind,
        "template": template["name"] if template else None,
        "status": message.status,
        "code": refusal.code if refusal else None,
        "reason": refusal.message if refusal else None,
        "message_id": message.message_id,
    }
    _LOG.info("%s", json.dumps({name: value for name, value in said.items() if value is not None}))


def masked(phone: Phone) -> str:
    """Enough of a number to tell customers apart: +33 6•• ••• •27. Of a BSUID the country and its end: US.•••27."""
    if not phone.number:
        country, _, rest = phone.bsuid.partition(".")
        return f"{country}.•••{rest[-_SHOWN_AT_THE_END:]}"
    try:
        number = phonenumbers.parse(f"+{phone.number}")
        code, national = f"{number.country_code} ", phonenumbers.national_significant_number(number)
    except phonenumbers.NumberParseException:
        code, national = "", phone.number
    hidden = len(national) - 1 - _SHOWN_AT_THE_END
    digits = national[:1] + "•" * hidden + national[-_SHOWN_AT_THE_END:]
    return f"+{code}{_grouped(digits)}"


def _grouped(digits: str) -> str:
    """In threes, the last group with what is left over if that would stand alone."""
    groups = [digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = ["".join(groups[-2:])]
    return " ".join(groups)
