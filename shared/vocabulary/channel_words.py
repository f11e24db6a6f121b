"""What the channel says of a failure, fit to be stored and shown. Pure.

A refusal may quote what it was sent: the customer's number, the words, the address of a file with its signature.
"""

import re
from typing import Final

_LONGEST: Final = 300
_LOOKED_AT: Final = 1_000
"""Of so many characters; what follows is not shown, and could take the expression for ever."""
_LEFT_OUT: Final = "…"
_LEAST_PRIVATE: Final = 3
"""Shorter values stand in any sentence."""
_PERSONAL: Final = re.compile(
    r"""
    \b[a-z][a-z0-9+.-]*://\S+             # an address, with whatever is signed in it
    | [^\s@]+@[^\s@]+\.[^\s@]+            # of a mailbox
    | \b(?:sig|signature|token|credential|\w*key|password)\s*[=:]\s*\S+
    | (?-i:\b[A-Z]{2}\.(?:ENT\.)?(?=[A-Za-z]*\d)[A-Za-z0-9]{1,128}\b)  # a BSUID
    | \b\d{1,3}(?:\.\d{1,3}){3}\b          # of a machine
    | \+?\d(?:[\s().-]?\d){6,}            # a telephone number
    | [A-Za-z0-9+/_%=-]{40,}              # a signature on its own
    """,
    re.VERBOSE | re.IGNORECASE,
)


def without_personal_data(said: str, *private: str) -> str:
    """Return the channel's words without addresses, numbers, signatures and what else is private; 300 characters."""
    said = said[:_LOOKED_AT]
    for each in sorted(private, key=len, reverse=True):
        if len(each) >= _LEAST_PRIVATE:
            said = said.replace(each, _LEFT_OUT)
    return _PERSONAL.sub(_LEFT_OUT, said)[:_LONGEST]
