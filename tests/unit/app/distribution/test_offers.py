"""Offers that nobody takes: back in line at the old place, to the others first, and never without end."""

from shared.state.conversation import Conversation
from tests.unit.app.distribution.centres import Centre

MANUAL = {"accept": "manual", "offer_timeout": "1m", "max_declines": 2, "missed_offer_presence": "none"}


def offered_to(conversation: Conversation) -> str | None:
    return conversation.offer.agent if conversation.offer else None


async def test_who_let_it_pass_is_asked_after_the_others() -> None:
    centre = Centre(MANUAL)
    await centre.agent("ana")
    await centre.agent("bob")
    await centre.customers(1)
    since = centre.conversation_of(1).queued_since
    await centre.pass_time(3)
    assert offered_to(centre.conversation_of(1)) == "ana"
    await centre.pass_time(65)
    assert offered_to(centre.conversation_of(1)) == "bob"
    assert centre.conversation_of(1).queued_since == since
    assert (len(centre.load("ana")), len(centre.load("bob"))) == (0, 1)


async def test_the_same_agent_is_asked_again_after_five_minutes_and_at_last_never() -> None:
    centre = Centre(MANUAL)
    await centre.agent("ana")
    await centre.customers(1)
    asked: list[int] = []
    for second in range(40 * 60):
        await centre.pass_time(1)
        if offered_to(centre.conversation_of(1)) and (not asked or second - asked[-1] > 90):
            asked.append(second)
    assert len(asked) == MANUAL["max_declines"]
    assert 360 <= asked[1] - asked[0] <= 425
    assert len(centre.waiting()) == 1
