"""The pages for newcomers name the rooms and words that are there, and what they point to is there."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from shared.configuration.workstreams import Presence
from shared.queue.sender import CONVERSATIONS, TIMERS
from shared.state.agent import LoadKind
from shared.state.conversation import SurveyStatus
from shared.state.tables import Table
from shared.vocabulary.words import ClosureReason, ConversationStatus, HeldStatus, MessageStatus, Role, SegmentEnd
from tests.repo import ROOT
from tests.repo.test_imports import ROOMS, SIDE

PAGES = [ROOT / "docs" / "architecture.md", ROOT / "docs" / "glossary.md", ROOT / "CONTRIBUTING.md"]
NAME_IN_A_FILE = re.compile(r"\[`(\w+)`\]\((\S+\.py)\)")
SETS: dict[str, type[StrEnum]] = {
    "A **conversation** is": ConversationStatus,
    "A **message** of the team is": MessageStatus,
    "**Held** words are": HeldStatus,
    "Reasons for which a conversation was **closed**": ClosureReason,
    "A **segment** ends because": SegmentEnd,
    "A **survey** is": SurveyStatus,
    "An agent's **load** has entries that are": LoadKind,
    "| presence |": Presence,
    "| role |": Role,
}
ROOM = re.compile(r"^\|[^|]*\| \[`(\w+)`\]\(\.\./shared/", re.MULTILINE)


def test_every_room_has_its_line_from_the_bottom_to_the_top() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = page.partition("\n## Rooms\n")[2].partition("\n## ")[0]
    assert ROOM.findall(rooms) == [*(room for floor in ROOMS for room in floor), SIDE]


def test_the_rooms_are_those_of_the_app() -> None:
    """Folders and single files alike."""
    found = {path.stem for path in (ROOT / "shared").iterdir() if path.name[0] != "_" and path.suffix in ("", ".py")}
    assert found == {*(room for floor in ROOMS for room in floor), SIDE}


def test_the_picture_shows_the_queues_and_every_table() -> None:
    shown = set(re.findall(r"\w+", (ROOT / "docs" / "architecture.svg").read_text(encoding="utf-8")))
    assert {*Table, CONVERSATIONS, TIMERS} <= shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_are_in_the_files_that_they_point_to(page: Path) -> None:
    for name, target in NAME_IN_A_FILE.findall(page.read_text(encoding="utf-8")):
        file = page.parent / target
        assert name == file.stem or re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")), f"{name}: {target}"


@pytest.mark.parametrize("beginning", SETS)
def test_the_glossary_has_the_words_of_the_closed_sets_and_no_other(beginning: str) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    passage = re.split(r"\n\n|\n\|", glossary.partition(beginning)[2])[0]
    assert set(re.findall(r"`(\w+)`", passage)) == set(SETS[beginning])


def test_the_glossary_says_what_a_word_means_once() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    words = [row for row in rows if row != "word"]
    assert len(words) == len(set(words))


def test_contributing_has_a_line_for_every_folder_of_tests() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    folders = [path for path in [*(ROOT / "tests").iterdir(), *(ROOT / "tests/unit").iterdir()] if path.is_dir()]
    named = {path.relative_to(ROOT).as_posix() for path in folders if path.name[0] != "_" and path.name != "unit"}
    assert set(re.findall(r"^\| `(tests/[\w/]+)` \|", page, re.MULTILINE)) == named
