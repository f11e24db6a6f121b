"""For how long the deployment keeps files, by what contact_center.yaml says."""

import pytest

from dev.commands.media_days import days_kept
from tests.fakes.sample import SAMPLE, configuration_of


@pytest.mark.parametrize(
    ("keep", "hold", "days"),
    [("30d", "7d", (30, 30)), ("30d", "30d", (30, 31)), ("36h", "12h", (2, 2)), ("0s", "7d", (1, 8))],
)
def test_an_upload_outlives_every_reply_that_waits_with_it(keep: str, hold: str, days: tuple[int, int]) -> None:
    """Both are whole days, and one at least."""
    text = SAMPLE.read_text(encoding="utf-8").replace("expires_after: 7d", f"expires_after: {hold}")
    assert days_kept(configuration_of(f"{text}\nmedia: {{keep: {keep}}}\n")) == days
