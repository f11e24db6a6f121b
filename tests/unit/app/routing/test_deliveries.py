"""What the queue brings: the same event again, an event for nobody, a message that can't be handled, two workers."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.composition import ContactCentre
from shared.queue.kinds import KINDS
from shared.queue.messages import Subject
from shared.queue.sender import QueueMessage
from shared.routing.route import Arrival
from shared.sending.channel import Postponed
from shared.state.tables import Table
from shared.vocabulary.errors import Conflict, Refused, Unavailable
from shared.vocabulary.identity import session_of
from shared.vocabulary.time import rfc3339
from tests.fakes.faults import Faults
from tests.fakes.sample import sample
from tests.fakes.tables import FakeTables
from tests.fakes.world import CHANNEL, PHONE, SAM, World


class TestTheSameEventAgain:
    @pytest.mark.parametrize("after", ["at once", "another worker", "a restart", "an hour"])
    async def test_is_handled_once(self, after: str) -> None:
        world = World(sample(greeting=True))
        await world.customer("Bonjour", message_id="m1")
        if after == "a restart":
            world.restart()
        if after == "an hour":
            await world.pass_time(3600)
        await world.customer("Bonjour", message_id="m1", by=world.worker() if after == "another worker" else None)
        await world.customer("Au revoir", message_id="m2")
        assert [line.text for line in world.history() if line.direction == "in"] == ["Bonjour", "Au revoir"]
        assert len(world.phone) == 1
        assert world.conversation.unread == 2

    async def test_at_once_on_several_workers_is_handled_once(self) -> None:
        world = World(sample(greeting=True))
        await asyncio.gather(*(world.customer("Bonjour", message_id="m1", by=world.worker()) for _ in range(4)))
        assert len(world.history()) == 2
        assert len(world.phone) == 1

    async def test_does_what_the_first_delivery_left_undone(self) -> None:
        """The greeting could not be sent, and the list was not written."""
        world = World(sample(greeting=True))
        world.channel.answer_next(Postponed(code="503", message="busy"))
        away = Faults(call=1, error=Unavailable("away"), lasting=True)
        lists = ListsAway(world.tables, away)
        with pytest.raises(Unavailable):
            await world.customer("Bonjour", message_id="m1", by=world.worker(tables=lists))
        assert world.listed() == []
        await world.customer("Bonjour", message_id="m1")
        await world.pass_time(60)
        assert len(world.listed()) == len(world.phone) == 1

    async def test_by_a_worker_whose_cache_is_old_does_not_send_what_is_over(self) -> None:
        """A decision to do nothing reads first, also for a contact that others were merged into."""
        world = World(sample())
        await world.customer("Par numéro", message_id="m1")
        await world.customer("Par nom", phone="", bsuid="FR.1")
        await world.customer("C'est moi", bsuid="FR.1")
        await world.drain()
        old = world.worker()
        await world.customer("Encore moi", bsuid="FR.1", by=old)
        world.channel.answer_next(Postponed(code="503", message="busy"))
        await asyncio.gather(world.reply("Un", to="FR.1", by=old), return_exceptions=True)
        await world.reply("Deux", to="FR.1", by=world.worker())
        assert world.phone == ["Un", "Deux"]
        attempts = len(world.channel.attempts)
        await world.event(world.inbound("Par numéro", message_id="m1", bsuid="FR.1"), by=old)
        assert len(world.channel.attempts) == attempts


class ListsAway(FakeTables):
    """The table of lists is away, the others are there."""

    def __init__(self, tables: FakeTables, faults: Faults) -> None:
        super().__init__()
        self._rows = tables._rows
        self._etags = tables._etags
        self._faulty = faults.wrap(tables)

    async def commit(self, table: Table, partition: str, operations: Any) -> Any:
        if table is Table.INBOX:
            return await self._faulty.commit(table, partition, operations)
        return await super().commit(table, partition, operations)


class TestWhatCannotBeHandled:
    async def test_an_unknown_channel_goes_to_quarantine_with_its_reason(self) -> None:
        world = World(sample())
        other = "22222222-2222-2222-2222-222222222222"
        await world.customer("Bonjour", to=other)
        (partition,) = world.tables.partitions(Table.QUARANTINE)
        (row,) = world.tables.rows(Table.QUARANTINE, partition)
        assert f"the channel {other} is not in the configuration" in row.body
        assert world.contacts == []

    @pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b"{}", b'{"contact": null}', b'{"data": 1}', b"\xff"])
    @pytest.mark.parametrize("subject", ["event", "check", "timer", "merged", "phone_moved", "unheard of"])
    async def test_a_poison_body_is_given_up_at_the_fifth_delivery(self, subject: str, body: bytes) -> None:
        world = World(sample())
        arrival = poison(world, subject, body)
        for delivery in range(1, 5):
            with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, the queue delivers again
                await world.centre.route(arrival(delivery))
            assert world.tables.partitions(Table.QUARANTINE) == []
        await world.centre.route(arrival(5))
        (partition,) = world.tables.partitions(Table.QUARANTINE)
        assert len(world.tables.rows(Table.QUARANTINE, partition)) == 1

    async def test_after_a_poison_body_the_session_goes_on(self) -> None:
        world = World(sample())
        await world.centre.route(poison(world, "event", b"no JSON")(5))
        await world.customer("Bonjour")
        assert world.texts() == [("in", "Bonjour")]

    async def test_a_dependency_that_stays_away_is_no_fault_of_the_message(self) -> None:
        world = World(sample())
        away = Faults(call=1, error=Unavailable("away"), lasting=True)
        worker = world.worker(tables=away.wrap(world.tables))
        message = QueueMessage(
            subject=Subject.EVENT, session_id="s", message_id="m", body=world.inbound("Bonjour", message_id="m1")
        )
        for delivery in (1, 5, 100):
            with pytest.raises(Unavailable):
                await world.deliver(message, by=worker, delivery=delivery)
        assert world.tables.partitions(Table.QUARANTINE) == []
        assert sum(world.clock.slept) == pytest.approx(3 * 90)
        await world.deliver(message, delivery=101)
        assert world.texts() == [("in", "Bonjour")]

    async def test_a_dependency_that_wants_to_be_left_alone_does_not_use_up_the_deliveries(self) -> None:
        """A message that is not completed comes back at once."""
        world = World(sample())
        away = Faults(call=1, error=Unavailable("away", retry_after=3600), lasting=True)
        with pytest.raises(Unavailable):
            await world.customer("Bonjour", by=world.worker(tables=away.wrap(world.tables)))
        assert sum(world.clock.slept) == pytest.approx(90)

    async def test_a_message_for_a_contact_that_does_not_exist_does_nothing(self) -> None:
        world = World(sample())
        body = {"contact": "0" * 32, "to": "1" * 32, "channel": CHANNEL, "alias": "2" * 32, "generation": 1}
        body["at"] = rfc3339(world.clock.now())
        for subject in ("check", "timer", "phone_moved"):
            await world.centre.route(poison(world, subject, json.dumps(body).encode())(1))
        assert world.contacts == []

    def test_every_message_of_the_queue_has_a_handler(self) -> None:
        assert set(World(sample()).centre.route._handlers) == set(KINDS.values())


def poison(world: World, subject: str, body: bytes) -> Any:
    return lambda delivery: Arrival(
        subject=subject,
        body=body,
        session_id=session_of(CHANNEL, f"+{PHONE}"),
        message_id="poison",
        delivery_count=delivery,
        enqueued_at=world.clock.now(),
    )


class Stormy(FakeTables):
    """Every n-th transaction on a contact finds that somebody else was first."""

    def __init__(self, tables: FakeTables, every: int) -> None:
        super().__init__()
        self._rows = tables._rows
        self._etags = tables._etags
        self._every = every
        self._calls = 0

    async def commit(self, table: Table, partition: str, operations: Any) -> Any:
        self._calls += 1
        if table is Table.CONTACTS and self._calls % self._every:
            raise Conflict("contact", exists=False)
        return await super().commit(table, partition, operations)


async def test_a_storm_of_412_is_weathered() -> None:
    world = World(sample(greeting=True))
    worker = world.worker(tables=Stormy(world.tables, every=7))
    await world.customer("Bonjour", by=worker)
    await world.reply("Me voici", by=worker)
    assert [line.text for line in world.said()[2:]] == ["Me voici"]
    assert len(world.phone) == 2


@given(st.lists(st.tuples(st.sampled_from(["customer", "reply", "status"]), st.integers(0, 1)), max_size=14))
@settings(max_examples=40)
def test_two_workers_in_turns_lose_nothing_and_keep_the_order(steps: list[tuple[str, int]]) -> None:
    """Each knows the contact as it saw it last."""

    async def told() -> None:
        world = World(sample())
        workers = [world.worker(), world.worker()]
        await world.customer("Message", by=workers[0])
        for number, (what, worker) in enumerate(steps):
            await step(world, what, number, workers[worker])
            world.clock.step(1)
        await assert_complete(world, steps)
        assert [line.text for line in world.history()[1:]] == [
            f"{what} {number}" for number, (what, _) in enumerate(steps) if what != "status"
        ]

    asyncio.run(told())


@given(st.lists(st.sampled_from(["customer", "reply", "status"]), min_size=2, max_size=10), st.integers(0, 3))
@settings(max_examples=40)
def test_two_workers_at_once_lose_nothing_and_double_nothing(whats: list[str], busy: int) -> None:
    """All at once, and the channel may be busy at first: in the end nothing is pending."""

    async def told() -> None:
        world = World(sample())
        workers = [world.worker(), world.worker()]
        await world.customer("Message", by=workers[0])
        world.channel.answer_next(*[Postponed(code="503", message="busy")] * busy)
        results = await asyncio.gather(
            *(step(world, what, number, workers[number % 2]) for number, what in enumerate(whats)),
            return_exceptions=True,
        )
        assert all(result is None or isinstance(result, Refused) for result in results)
        await world.pass_time(180)
        await assert_complete(world, [(what, 0) for what in whats])

    asyncio.run(told())


async def step(world: World, what: str, number: int, worker: ContactCentre) -> None:
    if what == "customer":
        await world.customer(f"{what} {number}", by=worker)
    elif what == "reply":
        await world.reply(f"{what} {number}", by=worker, replier=SAM)
    elif world.channel.sent:
        await world.status(world.channel.message_id(world.channel.sent[-1]), "Delivered", by=worker)


async def assert_complete(world: World, steps: Sequence[tuple[str, int]]) -> None:
    """Every message once in the history, every reply once on the phone, nothing pending, the list in agreement."""
    said = [f"{what} {number}" for number, (what, _) in enumerate(steps) if what != "status"]
    texts = [line.text for line in world.history()]
    assert sorted(texts, key=str) == sorted(["Message", *said])
    replies = [line.text for line in world.history() if line.direction == "out"]
    assert world.phone == replies
    assert not world.contact.unsent
    assert all(line.status in ("sent", "delivered") for line in world.history() if line.direction == "out")
    (row,) = world.listed()
    assert (row["version"], row.get("unread", 0)) == (world.contact.version, world.conversation.unread)
