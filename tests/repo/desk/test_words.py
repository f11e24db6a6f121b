"""What the desk says: each text in both languages, with the same values, and no text that nobody says."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

import pytest

from shared.api.endpoints.report_views import By
from shared.configuration.workstreams import Presence
from shared.desk.files import FOLDER
from shared.distribution.wait_reasons import WaitReason
from shared.intake.quarantined import Source
from shared.state.conversation import SurveyStatus
from shared.vocabulary.codes import Code
from shared.vocabulary.words import (
    ClosureReason,
    ConversationStatus,
    MessageKind,
    MessageStatus,
    Priority,
    Role,
    SegmentEnd,
)

LANGUAGES: Final = ("en", "fr")
PLURALS: Final = ("one", "other")
NAMES: Final = re.compile(r"{(\w+)}")
KEY: Final = re.compile(r"[a-z]\w*(?:\.\w+)+")
"""A key as it stands in quotes."""
MADE: Final = re.compile(r"`((?:[\w.]|\$\{[^}`]*\})+)`")
"""A key that is made of a known part and a value, such as `problem.${code}`."""
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    language: json.loads((FOLDER / "languages" / f"{language}.json").read_text(encoding="utf-8"))
    for language in LANGUAGES
}
SCRIPTS: Final = "\n".join(
    script.read_text(encoding="utf-8") for script in FOLDER.rglob("*.js") if "vendor" not in script.parts
)
ASKED: Final = frozenset(re.findall(r"""\bt\(\s*["']([\w.]+)["']""", SCRIPTS))


def test_all_languages_say_the_same() -> None:
    assert {*WORDS["en"]} == {*WORDS["fr"]}
    values = {
        language: {key: {*NAMES.findall(text)} for key, text in WORDS[language].items()} for language in LANGUAGES
    }
    assert [key for key in WORDS["en"] if values["en"][key] != values["fr"][key] and not key.endswith(".one")] == []
    assert [key for language in LANGUAGES for key, text in WORDS[language].items() if not text.strip()] == []


def test_what_is_counted_has_words_for_one_and_for_several() -> None:
    counted = {key.rpartition(".")[0] for key in WORDS["en"] if key.endswith(".one")}
    assert {f"{key}.{form}" for key in counted for form in PLURALS} <= {*WORDS["en"]}


CODES: Final[Mapping[str, Iterable[str]]] = {
    "problem": {*Code} - {Code.METHOD_NOT_ALLOWED, Code.LENGTH_REQUIRED},  # which a person can't bring about
    "presence": Presence,
    "role": Role,
    "priority": Priority,
    "kind": MessageKind,
    "status": ConversationStatus,
    "survey": SurveyStatus,
    "waitReason": WaitReason,
    "reason": [*ClosureReason, *SegmentEnd],
    "message": MessageStatus,
    "quarantine.source": Source,
    "reports.by": {*By} - {By.CONVERSATION},  # in the CSV alone
}
"""What the API answers with, by what the desk's words for it begin with."""


@pytest.mark.parametrize("beginning", CODES)
def test_there_are_words_for_each_code_of_the_api(beginning: str) -> None:
    assert [code for code in CODES[beginning] if f"{beginning}.{code}" not in WORDS["en"]] == []


def test_there_are_words_for_whatever_the_desk_says() -> None:
    assert ASKED
    assert {key for key in ASKED if key not in WORDS["en"] and f"{key}.other" not in WORDS["en"]} == set()


def test_nothing_is_translated_that_the_desk_does_not_say() -> None:
    """A key stands in the scripts, whole or made of a known part and a value; a form of a number, without its form."""
    quoted = {*KEY.findall(" ".join(re.findall(r""""[^"\n]*"|'[^'\n]*'""", SCRIPTS)))}
    made = [re.sub(r"\\\$\\\{[^}]*\\\}", r"[\\w.]+", re.escape(text)) for text in MADE.findall(SCRIPTS) if "$" in text]
    patterns = [re.compile(pattern) for pattern in made if not pattern.startswith("[")]

    def is_said(key: str) -> bool:
        stem = key.rpartition(".")[0]
        return any(
            name in quoted or any(pattern.fullmatch(name) for pattern in patterns)
            for name in ((key, stem) if key.endswith(PLURALS) else (key,))
        )

    assert " ".join(key for key in WORDS["en"] if not is_said(key)) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotes_and_apostrophes_are_those_of_print(language: str) -> None:
    assert [key for key, text in WORDS[language].items() if "'" in text or "..." in text] == []
