"""What the texts in a request may hold. Each goes on unchanged, or is refused with what was expected of it."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared.api.models import in_one
from shared.vocabulary.characters import characters
from shared.vocabulary.control_characters import control_characters
from shared.vocabulary.invisible import shows_nothing
from shared.vocabulary.time import imaginable


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a NUL character can't be sent")
    return text


def _without_control_characters(but: str) -> AfterValidator:
    def check(text: str) -> str:
        if found := control_characters(text, but=but):
            raise ValueError(f"{', '.join(found)} can't be sent")
        return text

    return AfterValidator(check)


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


def _one_word(address: str) -> str:
    if not address.isprintable() or " " in address or "\\" in address or "%00" in address:
        raise ValueError("expected an address without spaces, backslashes and control characters")
    return address


def _https(address: str) -> str:
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
SENDABLE = _without_control_characters(but="\n")
"""For what a customer reads: no control characters but newlines."""
SENDABLE_IN_ONE_LINE = _without_control_characters(but="\n\r\t")
"""For what becomes one line: white space of any kind is a space there."""
VISIBLE = AfterValidator(_visible)
"""Not only spaces, control characters and marks without width."""
EMPTY_IF_INVISIBLE = AfterValidator(_nothing_for_invisible)
"""For a text that may be empty: what shows nothing is."""
ONE_LINE = AfterValidator(_one_line)


def too_long(why: str) -> PydanticCustomError:
    """Return the error of a text that is longer than WhatsApp takes."""
    return PydanticCustomError("string_too_long", "{why}", {"why": why})


def no_longer_than(limit: int) -> AfterValidator:
    """For what a customer reads: its length is the larger of code points and UTF-16 units."""

    def check(text: str) -> str:
        if (length := characters(text)) > limit:
            raise too_long(f"{length:,} characters long; WhatsApp takes at most {limit:,}")
        return text

    return AfterValidator(check)


Address = Annotated[str, Field(max_length=2048, json_schema_extra={"format": "uri"}), AfterValidator(_one_word)]
HttpsAddress = Annotated[Address, AfterValidator(_https)]
Moment = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_date_and_time),
    AfterValidator(imaginable),
    in_one("expected a time from 2000 to 2099 with its zone, as in 2026-11-23T10:15:00Z"),
]
