"""A long text in parts: where it is cut, and the messages that its parts are. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import IntEnum
from typing import Final

from shared.replies.pings import reply_of
from shared.state.contact import Contact
from shared.state.outgoing import Held, Outgoing
from shared.vocabulary.characters import characters, end_within, is_inside_one
from shared.vocabulary.invisible import shows_nothing

LONGEST_TEXT: Final = 4096
"""Characters of one text at WhatsApp."""
MOST_PARTS: Final = 10
_WHITE_SPACE: Final = re.compile(r"[^\S\u00a0\u2007\u202f]+")
"""Without the spaces that hold words together."""
_END_OF_SENTENCE: Final = re.compile(r"[.!?…。！？।؟][\"'»”’)\]]*$")


class _Cut(IntEnum):
    """Where a text may be cut; the higher, the better for who reads it."""

    LETTER = 0
    WORD = 1
    SENTENCE = 2
    PARAGRAPH = 3


def parts_of(text: str) -> list[str]:
    """Cut a text into parts that WhatsApp takes: at paragraphs, else lines and sentences, else words, else letters.

    Nothing is lost but the white space cut at. Where this makes too many parts, it is cut at sentences as readily as at
    paragraphs, then at any word, then anywhere.
    """
    tries = (list(_cut(text, best)) for best in reversed(_Cut))
    return next((parts for parts in tries if len(parts) <= MOST_PARTS), None) or list(_cut(text, _Cut.LETTER))


def in_parts(reply: Outgoing) -> tuple[Outgoing, ...]:
    """Return the messages that a long text goes out as: the first has the reply's id, and names the others."""
    texts = parts_of(reply.content.text or "")
    others = tuple(f"{reply.id}-{number}" for number in range(2, len(texts) + 1))
    first, *rest = (
        replace(reply, id=part_id, content=replace(reply.content, text=text))
        for part_id, text in zip((reply.id, *others), texts, strict=True)
    )
    return replace(first, parts=others), *rest


def part_number(outgoing_id: str) -> int | None:
    """Return which part of its text a message is, from the second on; None if it is the first, or all there is."""
    number = outgoing_id.partition("-")[2]
    return int(number) if number.isdecimal() else None


def as_sent(reply: Outgoing) -> tuple[Outgoing, ...]:
    """Return the messages that a reply goes out as, where it was not cut before; most are one."""
    return in_parts(reply) if characters(reply.content.text or "") > LONGEST_TEXT else (reply,)


def held_of(contact: Contact, reply_id: str) -> tuple[Held, ...]:
    """Return what is held of a reply: it, or such parts of it as are."""
    return tuple(held for held in contact.held if reply_of(held.id) == reply_id)


def _cut(text: str, best: _Cut) -> Iterator[str]:
    while characters(text) > LONGEST_TEXT:
        end, start = _place(text, best)
        yield text[:end]
        text = text[start:]
    if text:
        yield text


def _place(text: str, best: _Cut) -> tuple[int, int]:
    """Return where the first part ends and the next one starts: at the last of the best places, no better than that."""
    longest = end_within(text, LONGEST_TEXT) or LONGEST_TEXT // 2  # of one letter with thousands of accents
    found = (_Cut.LETTER, longest, longest)
    for space in _WHITE_SPACE.finditer(text):
        if space.start() > longest:
            break
        if shows_nothing(text[: space.start()]) or is_inside_one(text, space.end()):
            continue
        found = max(found, (min(_kind_of(space), best), space.start(), space.end()))
    return found[1:]


def _kind_of(space: re.Match[str]) -> _Cut:
    text, start = space.string, space.start()
    if space[0].count("\n") > 1:
        return _Cut.PARAGRAPH
    ends_sentence = "\n" in space[0] or _END_OF_SENTENCE.search(text, max(start - 5, 0), start)
    return _Cut.SENTENCE if ends_sentence else _Cut.WORD
