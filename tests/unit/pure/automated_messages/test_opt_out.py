"""Opting out: the words that do it, however they are written, and what they do."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.automated_messages.opt_out import (
    asks_to_opt_out,
    asks_to_resume,
    lift_opt_out,
    mark_opted_out,
    opt_out,
    resume,
)
from shared.state.change import Change
from shared.state.contact import Contact
from shared.state.draft import Draft
from shared.vocabulary.message import Choice, Media
from shared.vocabulary.words import HeldStatus, MessageKind, MessageStatus
from tests.unit.pure.contacts import NOW, ago, ahead, contact, conversation, held, outgoing, stored
from tests.unit.pure.deadlines.talk import lines, workstream
from tests.unit.pure.routing.test_inbound_decision import event

KEYWORDS = ["STOP", "Arrêt", "plus de messages"]
WORDS = {
    "keywords": [*KEYWORDS, "🛑"],
    "confirm": {"fr": "C’est noté.", "en": "Noted."},
    "resume": ["START"],
    "resumed": {"fr": "De retour.", "en": "Back."},
}
CONFIGURATION = workstream(opt_out=WORDS)
SUPPORT = CONFIGURATION.workstreams["support"]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("STOP", True),
        ("stop", True),
        ("  Stop !!\n", True),
        ("« stop »", True),
        ("ST\u200bOP\u2060", True),
        ("ＳＴＯＰ", True),
        ("arret", True),
        ("ARRÊT.", True),
        ("Plus  de   messages.", True),
        ("🛑", True),
        ("\u202eSTOP", True),
        ("stop it", False),
        ("Stoppez", False),
        ("non stop", False),
        ("START", False),
        ("STOP" + "!" * 300, False),
        ("", False),
        ("!", False),
    ],
)
def test_a_message_is_a_keyword_as_a_whole_or_not_at_all(text: str, asks: bool) -> None:
    assert asks_to_opt_out(event(text=text), SUPPORT) is asks


AROUND = st.text(st.sampled_from(" \t\n.,;:!?…«»()[]\"'-–\u200b\u200d\u2060\ufeff\u00ad\ufe0f¡¿"), max_size=6)
INSIDE = st.sampled_from(["", "\u200b", "\u2060", "\u00ad", "\u200d"])
SPELLINGS = [str.upper, str.lower, str.title, str.swapcase, str]


@given(
    word=st.sampled_from(KEYWORDS),
    before=AROUND,
    after=AROUND,
    inside=INSIDE,
    at=st.integers(0, 3),
    spell=st.sampled_from(SPELLINGS),
    form=st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
    accents=st.booleans(),
)
def test_case_accents_and_what_is_around_it_or_cannot_be_seen_make_no_difference(
    word: str, before: str, after: str, inside: str, at: int, spell: Any, form: Any, accents: bool
) -> None:
    said = unicodedata.normalize(form, spell(word))
    if not accents:
        said = "".join(each for each in unicodedata.normalize("NFD", said) if not unicodedata.combining(each))
    said = before + said[:at] + inside + said[at:] + after
    assert asks_to_opt_out(event(text=said), SUPPORT)


@given(st.sampled_from(KEYWORDS), st.sampled_from("abcdefgh0123456789"), st.booleans())
def test_one_more_letter_makes_it_another_word(word: str, letter: str, in_front: bool) -> None:
    assert not asks_to_opt_out(event(text=letter + word if in_front else word + letter), SUPPORT)


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        (event(kind=MessageKind.BUTTON, text=None, choice=Choice(title="Stop")), True),
        (event(kind=MessageKind.BUTTON, text=None, choice=Choice(title="Désinscription", payload="STOP")), True),
        (event(kind=MessageKind.LIST, text=None, choice=Choice(id="x", title="Autre")), False),
        (event(kind=MessageKind.IMAGE, text=None, media=Media(caption="stop")), False),
        (event(kind=MessageKind.REACTION, text="stop"), False),
    ],
    ids=["a button", "its payload", "another choice", "a caption is not all of it", "a reaction"],
)
def test_what_was_tapped_counts_as_written(said: Any, asks: bool) -> None:
    assert asks_to_opt_out(said, SUPPORT) is asks


def test_the_words_that_resume_are_others() -> None:
    assert asks_to_resume(event(text="start!"), SUPPORT)
    assert not asks_to_resume(event(text="stop"), SUPPORT)


def decided(decide: Any, of: Contact, *messages: Any) -> Change:
    draft = Draft.of(stored(of, *messages), NOW)
    decide(draft, SUPPORT, CONFIGURATION)
    return draft.change()


def test_it_marks_the_contact_takes_back_what_is_held_and_confirms() -> None:
    of = contact(held=(held("r1", ahead(days=1)), held("r2", ahead(days=1))))
    waiting = [outgoing(f"r{number}", status=MessageStatus.HELD, held=HeldStatus.HELD) for number in (1, 2)]
    change = decided(opt_out, of, *waiting)
    assert (change.contact.opted_out, change.contact.opted_out_code, change.contact.held) == (True, None, ())
    (confirm,) = [each for each in change.outgoing if each.author.id == "opt_out.confirm"]
    assert confirm.content.text == "C’est noté."
    assert [each.held for each in change.outgoing if each.id in ("r1", "r2")] == [HeldStatus.CANCELLED] * 2
    assert [each.id for each in change.contact.unsent] == [confirm.id], "nothing is released"
    assert "Le client ne veut plus recevoir de messages." in lines(change)


def test_forty_held_replies_fit_into_one_transaction() -> None:
    of = contact(held=tuple(held(f"r{number}", ahead(days=1)) for number in range(40)))
    waiting = [outgoing(f"r{number}", status=MessageStatus.HELD, held=HeldStatus.HELD) for number in range(40)]
    change = decided(opt_out, of, *waiting)
    assert len(change.outgoing) + len(change.messages) + len(change.moved) <= 90


def test_it_is_confirmed_once_a_conversation() -> None:
    twice = contact(conversation=conversation(said=("opt_out.confirm",)))
    assert decided(opt_out, twice).outgoing == ()


def test_whoever_resumes_is_told_so() -> None:
    change = decided(resume, contact(opted_out=True, opted_out_code="131050"))
    assert (change.contact.opted_out, change.contact.opted_out_code) == (False, None)
    assert [each.content.text for each in change.outgoing] == ["De retour."]


def test_what_whatsapp_says_is_kept_as_the_reason() -> None:
    draft = Draft.of(stored(contact()), NOW)
    mark_opted_out(draft, SUPPORT, "131050")
    assert (draft.contact.opted_out, draft.contact.opted_out_code) == (True, "131050")
    lift_opt_out(draft, SUPPORT)
    assert (draft.contact.opted_out, draft.contact.opted_out_code) == (False, None)


def test_outside_the_window_nothing_is_confirmed() -> None:
    """Only what came a day late can be read outside of it."""
    change = decided(opt_out, contact(window_from=ago(hours=25)))
    assert change.contact.opted_out
    assert change.outgoing == ()
