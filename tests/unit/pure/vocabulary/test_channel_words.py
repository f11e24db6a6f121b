"""What the channel says is kept without what it quotes of customers and addresses."""

import pytest

from shared.vocabulary.channel_words import without_personal_data


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Re-engagement message", "Re-engagement message"),
        ("(#131026) Message undeliverable, see error 131026.", "(#131026) Message undeliverable, see error 131026."),
        ("no user +33 6 12 34 56 78 here", "no user … here"),
        ("recipient 33612345678 is not allowed", "recipient … is not allowed"),
        ("recipient US.13491208655302741918 left", "recipient … left"),
        ("recipient FR.ENT.1a left", "recipient … left"),
        ("GET https://media.example/a%20b.pdf?sv=1&sig=abc%3D failed", "GET … failed"),
        ("wasbs://uploads@store/a failed", "… failed"),
        ("Signature=abc123 is wrong", "… is wrong"),
        ("sig = abc123 is wrong", "… is wrong"),
        ("AccountKey=abc== is wrong", "… is wrong"),
        ("refused by 10.0.0.4", "refused by …"),
        ("write to ana@example.com", "write to …"),
        (f"got {'aB3/' * 11}=", "got …"),
        ("the words Bonjour Zoé are too long", "the words … are too long"),
        ("x" * 30 + " " + "y " * 300, "x" * 30 + " " + ("y " * 300)[:269]),
    ],
)
def test_addresses_numbers_and_signatures_are_left_out(said: str, kept: str) -> None:
    assert without_personal_data(said, "Zoé", "Bonjour Zoé", "x") == kept


@pytest.mark.parametrize("piece", ["a@", "a.", "a@a.", "1.", "a:", "key", "FR.", "+1 ", "x=", "https:/"])
def test_however_long_it_is_it_is_looked_at_for_a_moment(piece: str) -> None:
    assert len(without_personal_data(piece * 100_000)) <= 300
