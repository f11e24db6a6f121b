"""What the texts in a request may hold. Each goes on unchanged, or is refused with what was expected of it."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from shared.api.models import in_one
from shared.vocabulary.invisible import shows_nothing
from shared.vocabulary.time import imaginable


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a NUL character can't be sent")
    return text


def _visible(text: str) -> str:
    if shows_nothing(text):
        raise ValueError("expected at least one visible character")
    return text


def _nothing_for_invisible(text: str) -> str:
    return "" if shows_nothing(text) else text


def _one_line(text: str) -> str:
    if "".join(text.splitlines()) != text:
        raise ValueError("expected one line, without line breaks")
    return text


def _https(address: str) -> str:
    if not address.isprintable() or " " in address or "\\" in address or "%00" in address:
        raise ValueError("expected an address without spaces, backslashes and control characters")
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = None
    if parts is None or parts.scheme != "https" or not parts.hostname:
        raise ValueError("expected an https address")
    if "@" in parts.netloc:
        raise ValueError("expected an address without a user and a password")
    try:
        usable = parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("expected a port from 1 to 65535")
    return address


def _plain_date(value: object) -> object:
    if value is not None and not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        raise ValueError("expected a day as in 2026-11-29")
    return value


def _date_and_time(value: object) -> object:
    if not (isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]", value)):
        raise ValueError("a number is no time, and a day alone is none")
    return value


PLAIN_DATE = BeforeValidator(_plain_date)
"""For a date: nothing but year, month and day."""
WITHOUT_NUL = AfterValidator(_without_nul)
"""Half surrogate pairs are refused with the JSON, NUL characters by this."""
VISIBLE = AfterValidator(_visible)
"""Not only spaces, control characters and marks without width."""
EMPTY_IF_INVISIBLE = AfterValidator(_nothing_for_invisible)
"""For a text that may be empty: what shows nothing is."""
ONE_LINE = AfterValidator(_one_line)

HttpsAddress = Annotated[str, Field(max_length=2048, json_schema_extra={"format": "uri"}), AfterValidator(_https)]
Moment = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_date_and_time),
    AfterValidator(imaginable),
    in_one("expected a time from 2000 to 2099 with its zone, as in 2026-11-23T10:15:00Z"),
]
