"""Held replies: kept in order, released when the customer writes, taken back, expired."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.queue.messages import Subject
from shared.queue.sender import QueueMessage
from shared.vocabulary.words import AuthorType, HeldStatus, MessageStatus
from tests.fakes.sample import sample
from tests.fakes.world import BRUNO, DAYS, HOURS, World, refusal

REACTION: dict[str, Any] = {"messageType": "reaction", "reaction": {"messageId": "m", "emoji": "👍"}}


@pytest.fixture
async def world() -> World:
    """The window is closed, and the workstream holds replies."""
    world = World(sample(when_window_closed="hold"))
    await world.customer("Bonjour")
    await world.pass_time(25 * HOURS)
    return world


def expiry_timers(world: World) -> list[QueueMessage]:
    """Those due when a reply expires, in seven days from when it was written."""
    written = [line.at for line in world.history() if line.author.type is AuthorType.AGENT]
    due = {at + timedelta(days=7) for at in written}
    return [each for each in world.timers if each.subject is Subject.TIMER and each.deliver_at in due]


class TestRelease:
    async def test_the_customers_next_message_releases_them_in_order(self, world: World) -> None:
        for text in ("Un", "Deux", "Trois"):
            await world.reply(text)
        await world.customer("Oui ?")
        assert world.phone == ["Un", "Deux", "Trois"]
        assert not world.contact.held
        assert not world.contact.unsent

    async def test_they_stand_in_the_history_where_they_were_written_and_then_where_they_were_released(
        self, world: World
    ) -> None:
        await world.reply("Un")
        assert (world.line("Un").status, world.line("Un").at) == (MessageStatus.HELD, world.clock.now())
        world.clock.step(60)
        await world.customer("Oui ?")
        assert world.texts() == [("in", "Bonjour"), ("in", "Oui ?"), ("out", "Un")]
        assert (world.line("Un").status, world.line("Un").at) == (MessageStatus.SENT, world.clock.now())

    async def test_a_new_reply_goes_behind_them(self, world: World) -> None:
        await world.reply("Un")
        await world.customer("Oui ?")
        await world.reply("Deux")
        assert world.phone == ["Un", "Deux"]

    async def test_the_reply_tells_what_became_of_it(self, world: World) -> None:
        reply_id = (await world.reply("Un")).outgoing.id
        await world.customer("Oui ?")
        state = await world.centre.replies.get(world.conversation.id, reply_id, lambda _: True)
        assert (state.outgoing.held, state.outgoing.status) == (HeldStatus.RELEASED, MessageStatus.SENT)

    async def test_a_reaction_releases_nothing(self, world: World) -> None:
        await world.reply("Un")
        await world.customer(**REACTION)
        assert world.phone == []
        assert len(world.contact.held) == 1

    async def test_an_old_message_that_comes_late_releases_nothing(self, world: World) -> None:
        await world.reply("Un")
        await world.customer("Vieux", at=world.clock.now().replace(day=24, hour=9, minute=30))
        assert len(world.contact.held) == 1
        await world.customer("Trop vieux", at=world.clock.now().replace(day=24, hour=8))
        assert len(world.contact.held) == 1

    async def test_40_are_held_and_the_41st_is_refused(self, world: World) -> None:
        for number in range(40):
            await world.reply(f"Réponse {number}")
        assert (await refusal(world.reply("De trop"))).code == "too_many_held"
        assert len(world.said()) == 41

    async def test_40_are_released_in_one_transaction_in_order_also_with_a_greeting(self) -> None:
        world = World(sample(when_window_closed="hold", greeting=True))
        await world.customer("Bonjour")
        await world.pass_time(25 * HOURS)
        texts = [f"Réponse {number}" for number in range(40)]
        for text in texts:
            await world.reply(text)
        await world.customer("Oui ?")
        assert world.phone[1:] == texts
        assert [line.text for line in world.said()[3:]] == texts

    async def test_released_twice_at_once_they_go_out_once(self, world: World) -> None:
        for text in ("Un", "Deux"):
            await world.reply(text)
        await asyncio.gather(*(world.customer("Oui ?", message_id="same", by=world.worker()) for _ in range(3)))
        assert world.phone == ["Un", "Deux"]


class TestTakenBack:
    async def test_it_does_not_go_out(self, world: World) -> None:
        reply_id = (await world.reply("Un")).outgoing.id
        state = await world.cancel(reply_id)
        assert (state.outgoing.held, state.outgoing.status) == (HeldStatus.CANCELLED, MessageStatus.CANCELLED)
        await world.customer("Oui ?")
        assert world.phone == []
        assert world.line("Un").status is MessageStatus.CANCELLED

    async def test_twice_is_as_good_as_once(self, world: World) -> None:
        reply_id = (await world.reply("Un")).outgoing.id
        first, second = await world.cancel(reply_id), await world.cancel(reply_id)
        assert first.outgoing == second.outgoing

    async def test_twice_at_once_too(self, world: World) -> None:
        reply_id = (await world.reply("Un")).outgoing.id
        await asyncio.gather(*(world.cancel(reply_id, by=world.worker()) for _ in range(3)), return_exceptions=True)
        assert world.outgoing(reply_id).held is HeldStatus.CANCELLED

    async def test_after_its_release_it_was_sent_already(self, world: World) -> None:
        reply_id = (await world.reply("Un")).outgoing.id
        await world.customer("Oui ?")
        assert (await refusal(world.cancel(reply_id))).code == "reply_already_sent"
        assert world.line("Un").status is MessageStatus.SENT

    async def test_only_by_the_agent_who_has_the_conversation(self, world: World) -> None:
        reply_id = (await world.reply("Un")).outgoing.id
        assert (await refusal(world.cancel(reply_id, replier=BRUNO))).code == "not_assigned_to_you"
        assert len(world.contact.held) == 1

    async def test_taken_back_and_released_at_once_one_of_them_wins(self, world: World) -> None:
        reply_id = (await world.reply("Un")).outgoing.id
        await asyncio.gather(
            world.cancel(reply_id, by=world.worker()),
            world.customer("Oui ?", by=world.worker()),
            return_exceptions=True,
        )
        row = world.outgoing(reply_id)
        assert (row.held, world.phone) in [(HeldStatus.CANCELLED, []), (HeldStatus.RELEASED, ["Un"])]

    async def test_what_is_no_reply_is_not_found(self, world: World) -> None:
        assert (await refusal(world.cancel("01ARZ3NDEKTSV4RRFFQ69G5FAV"))).code == "not_found"


class TestExpired:
    async def test_after_its_time_it_has_expired(self, world: World) -> None:
        reply_id = (await world.reply("Un")).outgoing.id
        await world.pass_time(7 * DAYS - 60)
        assert world.outgoing(reply_id).held is HeldStatus.HELD
        await world.pass_time(60)
        row = world.outgoing(reply_id)
        assert (row.held, row.status) == (HeldStatus.EXPIRED, MessageStatus.EXPIRED)
        assert row.error is not None
        assert row.error.hint
        await world.customer("Oui ?")
        assert world.phone == []

    async def test_each_at_its_own_time(self, world: World) -> None:
        """The timer arms itself again, under an id that the queue has not seen."""
        first = (await world.reply("Un")).outgoing.id
        await world.pass_time(1 * DAYS)
        second = (await world.reply("Deux")).outgoing.id
        await world.pass_time(6 * DAYS)
        assert [world.outgoing(each).held for each in (first, second)] == [HeldStatus.EXPIRED, HeldStatus.HELD]
        await world.pass_time(1 * DAYS)
        assert world.outgoing(second).held is HeldStatus.EXPIRED
        timers = expiry_timers(world)
        assert len({timer.deliver_at for timer in timers}) == 2
        assert len({timer.message_id for timer in timers}) == len(timers)

    async def test_a_timer_that_is_early_does_nothing_but_arm_another(self, world: World) -> None:
        reply_id = (await world.reply("Un")).outgoing.id
        (timer,) = expiry_timers(world)
        await world.deliver(timer)
        assert world.outgoing(reply_id).held is HeldStatus.HELD
        await world.pass_time(7 * DAYS + 60)
        assert world.outgoing(reply_id).held is HeldStatus.EXPIRED

    async def test_a_timer_that_is_late_finds_it_expired_though_the_customer_wrote(self, world: World) -> None:
        """Nothing was delivered for an hour; the customer's message comes first."""
        reply_id = (await world.reply("Un")).outgoing.id
        await world.pass_time(6 * DAYS)
        world.clock.step(1 * DAYS + 1 * HOURS)
        await world.customer("Oui ?")
        await world.drain()
        assert world.phone == []
        assert world.outgoing(reply_id).held is HeldStatus.EXPIRED

    async def test_a_timer_twice_changes_nothing_the_second_time(self, world: World) -> None:
        await world.reply("Un")
        await world.pass_time(7 * DAYS + 60)
        before = world.history()
        timers = expiry_timers(world)
        await world.deliver(timers[0])
        assert world.history() == before
        assert expiry_timers(world) == timers

    async def test_a_timer_of_an_old_generation_expires_nothing(self, world: World) -> None:
        await world.reply("Un")
        (old,) = expiry_timers(world)
        await world.deliver(old)
        timer = world.contact.timer
        assert timer is not None
        assert timer.generation == 3
        await world.deliver(old)
        assert world.contact.timer == timer

    async def test_an_overdue_timer_is_armed_again_by_the_next_commit(self, world: World) -> None:
        """The timer's message was lost; any other change brings it back."""
        reply_id = (await world.reply("Un")).outgoing.id
        world.clock.step(8 * DAYS)
        await world.customer(**REACTION)
        again = [message for message in world.timers if message.subject is Subject.TIMER][-1]
        assert again.deliver_at == world.clock.now()
        await world.deliver(again)
        assert world.outgoing(reply_id).held is HeldStatus.EXPIRED

    async def test_no_timer_is_sent_for_a_later_time(self, world: World) -> None:
        for text in ("Un", "Deux", "Trois"):
            await world.reply(text)
            await world.pass_time(600)
        assert len(expiry_timers(world)) == 1
