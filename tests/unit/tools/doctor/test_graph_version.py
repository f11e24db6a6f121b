"""How long a version of the Graph API is served."""

from datetime import date, timedelta

import pytest

from dev.tools.doctor.findings import Level
from dev.tools.doctor.graph_version import ENDS, judge_graph_version
from shared.settings import GRAPH_VERSION

END = ENDS[25]


@pytest.mark.parametrize(
    ("version", "today", "level", "text"),
    [
        ("v25.0", END - timedelta(days=200), Level.OK, "v25.0, served until 29 July 2028"),
        ("v25.0", END - timedelta(days=183), Level.WARNING, "Meta serves v25.0 until 29 July 2028"),
        ("v25.0", END, Level.WARNING, "Meta serves v25.0 until 29 July 2028"),
        ("v25.0", END + timedelta(days=1), Level.PROBLEM, "Meta serves v25.0 no more"),
        ("v19.0", date(2026, 11, 30), Level.PROBLEM, "Meta serves v19.0 no more"),
        ("v27.0", date(2026, 11, 30), Level.OK, "v27.0, no end announced"),
        ("v31.0", date(2026, 11, 30), Level.OK, "v31.0, no end announced"),
    ],
)
def test_the_end_is_named_half_a_year_before(version: str, today: date, level: Level, text: str) -> None:
    finding = judge_graph_version(version, today)
    assert (finding.level, finding.text) == (level, text)


def test_versions_end_in_their_order_and_the_apps_own_has_no_end_yet() -> None:
    assert [ENDS[each] for each in sorted(ENDS)] == sorted(ENDS.values())
    assert int(GRAPH_VERSION.removeprefix("v").partition(".")[0]) > max(ENDS)
