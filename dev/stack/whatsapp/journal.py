"""Writes down what happens on the phones, for the log and for who watches the stack: never a whole number, no text."""

import json
import logging
from collections.abc import Callable

import phonenumbers

from dev.stack.whatsapp.phones import Message, Phone

_LOG = logging.getLogger("phone")
_SHOWN_AT_THE_END = 2

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
    """Enough of a number to tell customers apart, of whatever length: +33 6•• ••• •27. Of a BSUID: FR.•••27."""
    if not phone.number:
        country, _, rest = phone.bsuid.partition(".")
        return f"{country}.•••{rest[-_SHOWN_AT_THE_END:]}"
    try:
        number = phonenumbers.parse(f"+{phone.number}")
        code, national = f"{number.country_code} ", phonenumbers.national_significant_number(number)
    except phonenumbers.NumberParseException:
        code, national = "", phone.number
    return f"+{code}{national[:1]}•• ••• •{national[-_SHOWN_AT_THE_END:]}"
