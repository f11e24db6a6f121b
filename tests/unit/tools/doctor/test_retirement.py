"""The end of WhatsApp in Communication Services is a note as long as there is time."""

from datetime import date

import pytest

from dev.tools.doctor.findings import Level
from dev.tools.doctor.retirement import judge_retirement


@pytest.mark.parametrize(
    ("today", "level", "text"),
    [
        (
            date(2026, 11, 24),
            Level.NOTE,
            "Microsoft ends WhatsApp in Communication Services on 30 September 2028, in 676 days",
        ),
        (
            date(2028, 9, 30),
            Level.NOTE,
            "Microsoft ends WhatsApp in Communication Services on 30 September 2028, in 0 days",
        ),
        (date(2028, 10, 1), Level.PROBLEM, "Microsoft ended WhatsApp in Communication Services on 30 September 2028"),
    ],
)
def test_the_day_is_named_and_a_problem_only_once_it_is_over(today: date, level: Level, text: str) -> None:
    finding = judge_retirement(today)
    assert (finding.level, finding.text) == (level, text)
    assert "docs/deploy.md" in finding.do
