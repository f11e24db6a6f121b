"""What is kept of the name of a file that somebody gives."""

import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.media.file_names import attachment, clean_file_name

NAMES = [
    ("facture.pdf", "facture.pdf"),
    ("Reçu d'été (1).pdf", "Reçu d'été (1).pdf"),
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\ana\\x.doc", "x.doc"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("/", None),
    ("..", None),
    ("a/..", None),
    (".htaccess", "htaccess"),
    ("photo\u202egpj.exe", "photogpj.exe"),
    ("a\u2066b\u200e\u2069.txt", "ab.txt"),
    ("a\r\nSet-Cookie: x\x00.txt", "aSet-Cookie: x.txt"),
    ("a\u2028b\ud800.txt", "ab.txt"),
    (" . ", None),
    ("", None),
    (None, None),
    ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ("é" * 200 + ".pdf", "é" * 125 + ".pdf"),
    ("x" * 300, "x" * 255),
    ("a." + "x" * 300, "a." + "x" * 253),
]


@pytest.mark.parametrize(("given_name", "kept"), NAMES, ids=lambda value: ascii(value)[:30])
def test_a_name_is_kept_like_this(given_name: str | None, kept: str | None) -> None:
    assert clean_file_name(given_name) == kept


@given(some.text(some.characters(codec=None), max_size=400))
def test_a_clean_name_is_short_shows_what_it_is_and_stays(name: str) -> None:
    kept = clean_file_name(name)
    if kept is None:
        return
    assert 0 < len(kept.encode()) <= 255
    assert not {"/", "\\"} & set(kept)
    assert not {unicodedata.category(character) for character in kept} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert clean_file_name(kept) == kept


@given(some.text(some.characters(codec="utf-8"), min_size=1, max_size=50))
def test_the_header_says_the_name_in_plain_characters(name: str) -> None:
    disposition, _, said = attachment(name).partition("; filename*=UTF-8''")

    assert (disposition, unquote(said)) == ("attachment", name)
    assert not set(said) & set("\"\\;, \r\n'()")
    assert said.isascii()
