"""Many things are done some at once: in order, and never more than are allowed."""

import asyncio

import pytest

from shared.at_once import each_of


@pytest.mark.parametrize("at_once", [1, 3, 8])
async def test_never_more_are_under_way_than_allowed_and_the_answers_keep_their_order(at_once: int) -> None:
    under_way = most = 0

    async def double(number: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(10 - number):  # the later ones are done sooner
            await asyncio.sleep(0)
        under_way -= 1
        return 2 * number

    assert await each_of(range(10), double, at_once=at_once) == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
    assert most == at_once
