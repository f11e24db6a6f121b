"""How a simulation counts: texts by their numbers, percentiles that were measured, loads that can be had."""

import pytest

from dev.stack.story.errors import StoryError
from dev.tools.simulation.load import Load
from dev.tools.simulation.report import percentile
from dev.tools.simulation.tally import Tally, tally


@pytest.mark.parametrize(
    ("found", "counted"),
    [
        ([1, 2, 3], Tally(expected=3)),
        ([], Tally(expected=3, lost=3)),
        ([1, 3], Tally(expected=3, lost=1)),
        ([1, 2, 2, 3, 2], Tally(expected=3, doubled=2)),
        ([2, 1, 3], Tally(expected=3, disordered=1)),
        ([3, 1, 2, 1], Tally(expected=3, doubled=1, disordered=2)),
    ],
)
def test_a_customers_texts_are_told_apart_by_their_numbers(found: list[int], counted: Tally) -> None:
    assert tally([1, 2, 3], found) == counted


def test_percentiles_are_values_that_were_measured() -> None:
    seconds = [float(number) for number in range(200, 0, -1)]
    assert [percentile(seconds, percent) for percent in (50, 90, 99, 100)] == [100, 180, 198, 200]
    assert percentile([7.0], 50) == 7.0


def test_more_than_a_text_a_second_from_each_customer_is_refused_with_what_to_do() -> None:
    with pytest.raises(StoryError, match=r"--customers 50$"):
        Load(customers=20, rate=50, seconds=60)
