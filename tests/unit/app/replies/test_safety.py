"""A reply comes once and is not lost: repeated calls, calls at once, lost answers, a queue that is away."""

import asyncio

import pytest

from shared.configuration import WhenWindowClosed
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.words import HeldStatus, MessageStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World, refusal


@pytest.fixture
async def world() -> World:
    """A customer has written."""
    world = World(sample())
    await world.customer("Bonjour")
    return world


async def test_the_same_key_and_body_give_the_same_reply(world: World) -> None:
    first = await world.reply("Me voici", key="k1")
    world.restart()
    second = await world.reply("Me voici", key="k1")
    assert first.outgoing == second.outgoing
    assert world.phone == ["Me voici"]
    assert len(world.said()) == 2


async def test_the_same_key_shows_what_became_of_the_reply(world: World) -> None:
    await world.reply("Me voici", key="k1")
    await world.status(world.channel_id_of("Me voici"), "Read")
    assert (await world.reply("Me voici", key="k1")).outgoing.status is MessageStatus.READ


async def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    await world.reply("Me voici", key="k1")
    assert (await refusal(world.reply("Autre chose", key="k1"))).code == "idempotency_key_reused"
    assert world.phone == ["Me voici"]


async def test_without_a_key_every_call_is_a_reply(world: World) -> None:
    await world.reply("Me voici")
    await world.reply("Me voici")
    assert world.phone == ["Me voici"] * 2


async def test_the_key_belongs_to_one_conversation(world: World) -> None:
    await world.customer("Et moi ?", phone="33687654321")
    await world.reply("Me voici", key="k1", to="33612345678")
    await world.reply("Vous voilà", key="k1", to="33687654321")
    assert world.phone == ["Me voici", "Vous voilà"]


@pytest.mark.parametrize("callers", [2, 5])
async def test_the_same_key_at_once_on_several_workers_is_one_reply(world: World, callers: int) -> None:
    states = await asyncio.gather(
        *(world.reply("Me voici", key="k1", by=world.worker()) for _ in range(callers)),
    )
    assert len({state.outgoing.id for state in states}) == 1
    assert world.phone == ["Me voici"]
    assert [line.text for line in world.said()] == ["Bonjour", "Me voici"]
    assert world.contact.unsent == ()


async def test_only_what_was_accepted_is_remembered() -> None:
    """The same key after a refusal is a first call."""
    closed = World(sample(when_window_closed="reject"))
    await closed.customer("Bonjour")
    await closed.pass_time(25 * HOURS)
    assert (await refusal(closed.reply("Un", key="k1"))).code == "window_closed"
    await closed.customer("Oui ?")
    await closed.reply("Deux", key="k1")
    assert closed.phone == ["Deux"]


async def test_a_queue_that_failed_once_has_the_check_before_the_commit(world: World) -> None:
    """The first check was not taken; the worker dies right after the commit."""
    queue = Faults(call=1, error=Unavailable("a blip"))
    tables = Faults(call=1, error=Killed(), after=True, lasting=True, only="commit")
    doomed = world.worker(sender=queue.wrap(world.sender), tables=tables.wrap(world.tables))
    with pytest.raises(Killed):
        await world.reply("Me voici", by=doomed)
    assert world.phone == []
    world.restart()
    await world.pass_time(75)
    assert world.phone == ["Me voici"]


async def test_while_the_queue_is_away_nothing_is_committed(world: World) -> None:
    queue = Faults(call=1, error=Unavailable("away"), lasting=True)
    with pytest.raises(Unavailable):
        await world.reply("Me voici", by=world.worker(sender=queue.wrap(world.sender)))
    assert len(world.said()) == 1
    assert world.phone == []


async def test_a_lost_answer_of_the_last_commit_that_was_possible_is_no_refusal() -> None:
    """The 40th held reply was committed; deciding it again would find 40 held."""
    world = World(sample(when_window_closed="hold"))
    await world.customer("Bonjour")
    await world.pass_time(25 * HOURS)
    for number in range(39):
        await world.reply(f"Réponse {number}")
    lost = Faults(call=1, error=Unavailable("the answer was lost"), after=True, only="commit")
    await world.reply("Réponse 39", by=world.worker(tables=lost.wrap(world.tables)))
    assert lost.reached
    assert len(world.contact.held) == 40
    assert (await refusal(world.reply("Réponse 40"))).code == "too_many_held"


async def test_a_key_gives_the_reply_again_whatever_became_of_it_since() -> None:
    """Taken back, expired or failed later: it was accepted, and the repetition says how it stands."""
    world = World(sample())
    await world.customer("Bonjour")
    sent = await world.reply("Un", key="sent")
    await world.status(sent.outgoing.message_id, "Failed", code="131026")
    again = await world.reply("Un", key="sent")
    assert (again.outgoing.id, again.outgoing.status) == (sent.outgoing.id, MessageStatus.FAILED)
    await world.pass_time(25 * HOURS)
    held = await world.reply("Deux", key="held", when_closed=WhenWindowClosed.HOLD)
    await world.cancel(held.outgoing.id)
    again = await world.reply("Deux", key="held", when_closed=WhenWindowClosed.HOLD)
    assert (again.outgoing.id, again.outgoing.held) == (held.outgoing.id, HeldStatus.CANCELLED)


async def test_a_committed_reply_whose_time_is_over_is_kept_and_named() -> None:
    """Storage goes away after the commit: the caller has the reply's id, and it goes out by itself."""
    world = World(sample())
    await world.customer("Bonjour")
    calls = Faults(error=Unavailable("away"))
    await world.reply("Un", by=world.worker(tables=calls.wrap(world.tables)))
    commit = calls.calls.index("FakeTables.commit") + 1
    faults = Faults(call=commit + 1, error=Unavailable("away"), lasting=True)
    refused = await refusal(world.reply("Deux", by=world.worker(tables=faults.wrap(world.tables))))
    assert refused.code == "channel_unavailable"
    assert refused.extra["replyId"] == world.line("Deux").reply_id
    await world.pass_time(120)
    assert world.phone == ["Un", "Deux"]
