"""Control characters by their names."""

import unicodedata

import pytest

from shared.vocabulary.control_characters import control_characters


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Voilà\n*gras* _i_ ~s~ `c` 👩‍👩‍👧", []),
        ("a\x07b\x07", ["U+0007 BELL"]),
        ("a\tb\r\n", ["U+0009 CHARACTER TABULATION", "U+000D CARRIAGE RETURN"]),
        ("\x00\x1b\x7f", ["U+0000 NULL", "U+001B ESCAPE", "U+007F DELETE"]),
        ("\x85\x9f", ["U+0085 NEXT LINE", "U+009F APPLICATION PROGRAM COMMAND"]),
    ],
)
def test_each_is_named_once(text: str, found: list[str]) -> None:
    assert control_characters(text, but="\n") == found


def test_all_that_unicode_calls_so_have_the_name_that_it_gives() -> None:
    every = [chr(code) for code in range(0x3000) if unicodedata.category(chr(code)) == "Cc"]
    named = [each.partition(" ")[2] for each in control_characters("".join(every), but="")]
    assert len(named) == len(every) == 65
    others = {"BELL": "ALERT"}  # BELL alone is an emoji's name
    known = [
        (name, each)
        for name, each in zip(named, every, strict=True)
        if unicodedata.lookup(others.get(name, name)) != each
    ]
    assert known == []
