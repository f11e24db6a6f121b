"""What a message says as a whole: one word, however a phone writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configuration.keywords import keyword


@pytest.mark.parametrize(
    "text",
    [
        "stop", "STOP", " Stop. ", "stop!!!", "«Stop»", "¡Stop!", "\u200eSTOP\u200f\n", "ＳＴＯＰ", "S\u200bTOP",
        "stóp", "\ufeffstop", "(stop)", "- stop -", "STOP\ufe0f",
    ],
)  # fmt: skip
def test_these_say_stop(text: str) -> None:
    assert keyword(text) == "stop"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Désinscrire  moi", "desinscrire moi"),
        ("ARRÊT", "arret"),
        ("stop it", "stop it"),
        ("STOPP", "stopp"),
        ("🛑", "🛑"),
        ("❤️", "❤"),
        ("4/5", "4/5"),
        ("停止", "停止"),
        ("...", ""),
        ("\u200b \n", ""),
        ("", ""),
    ],
)
def test_what_is_inside_stays(text: str, said: str) -> None:
    assert keyword(text) == said


@given(text=st.text(), before=st.text(" \n\t.!?«»()\u200b\u200e"), behind=st.text(" \n\t.!?«»()\u200b\u200e"))
def test_what_stands_around_it_changes_nothing(text: str, before: str, behind: str) -> None:
    assert keyword(f"{before}{text}{behind}") == keyword(text)


@given(text=st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert keyword(keyword(text)) == keyword(text)
