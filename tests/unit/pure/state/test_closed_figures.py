"""How long things took, counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.state.closed_figures import Figures, Spread
from tests.unit.app.api.reported import closed


def spread(*times: int) -> Spread:
    made = Spread()
    for seconds in times:
        made.add(seconds)
    return made


@pytest.mark.parametrize(
    ("times", "mean", "p50", "p90", "longest"),
    [
        ((), None, None, None, 0),
        ((7,), 7.0, 7, 7, 7),
        ((1, 2), 1.5, 1, 2, 2),
        ((10, 20, 30, 40, 50, 60, 70, 80, 90, 100), 55.0, 50, 90, 100),
        ((0, 0, 0, 999), 249.8, 0, 999, 999),
        ((86_399, 12_345), 49_372.0, 12_300, 86_399, 86_399),
    ],
)
def test_percentiles_are_times_that_were_or_near_them(
    times: tuple[int, ...], mean: float | None, p50: int | None, p90: int | None, longest: int
) -> None:
    made = spread(*times)

    assert (made.mean, made.percentile(50), made.percentile(90), made.longest) == (mean, p50, p90, longest)


@given(st.lists(st.integers(0, 10_000_000), min_size=1), st.integers(1, 100))
def test_a_percentile_is_within_half_a_percent(times: list[int], percent: int) -> None:
    exact = sorted(times)[max(-(-len(times) * percent // 100), 1) - 1]

    found = spread(*times).percentile(percent)

    assert found is not None
    assert abs(found - exact) <= exact * 0.005


@given(st.lists(st.integers(0, 100_000)), st.lists(st.integers(0, 100_000)))
def test_merged_is_counted_together(some: list[int], others: list[int]) -> None:
    merged = spread(*some)
    merged.merge(spread(*others))

    assert merged == spread(*some, *others)


def test_every_figure_is_merged() -> None:
    one, two = Figures(), Figures()
    for figures in (one, two, two):
        figures.add(closed(1, score=3))
    once = Figures()
    once.add(closed(1, score=3))

    once.merge(one)

    assert once == two
