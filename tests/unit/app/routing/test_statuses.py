"""Delivery statuses find their message, in whatever order they come, and move it forward only."""

import asyncio
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sending.channel import Accepted, Outcome, Refusal, Shipment
from shared.state.outgoing import StatusRecord
from shared.state.rows import decode
from shared.state.tables import Row, Table
from shared.vocabulary.errors import Refused
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import Delivery, MessageStatus
from tests.fakes.channel import FakeChannel
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, PHONE, World

OTHER = "33687654321"

type Report = tuple[str, str | None]
"""A status and its code."""

REPORTS: list[Report] = [("Sent", None), ("Delivered", None), ("Read", None), ("Failed", "131026")]


class ReportsEarly(FakeChannel):
    """Reports statuses to another worker before the send is answered."""

    def __init__(self, world: World, reports: Sequence[Report]) -> None:
        super().__init__()
        self._world = world
        self._reports = list(reports)

    async def send(self, shipment: Shipment) -> Outcome:
        outcome = await super().send(shipment)
        if isinstance(outcome, Accepted):
            reports, self._reports = self._reports, []
            for status, code in reports:
                await self._world.status(outcome.message_id, status, code=code, by=self._world.worker(channel=self))
        return outcome


class Waits(FakeChannel):
    """Takes no message before it may."""

    def __init__(self, may: asyncio.Event) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self._may = may

    async def send(self, shipment: Shipment) -> Outcome:
        self.asked.set()
        await self._may.wait()
        return await super().send(shipment)


class Elsewhere:
    """Other workers, which record statuses at once and come to the unsent messages in the end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._may_send = asyncio.Event()
        self._running: list[asyncio.Task[None]] = []

    async def record(self, message_id: str, status: str, code: str | None = None) -> None:
        channel = Waits(self._may_send)
        worker = self._world.worker(channel=channel)
        self._running.append(asyncio.create_task(self._world.status(message_id, status, code=code, by=worker)))
        await channel.asked.wait()

    async def end(self) -> None:
        self._may_send.set()
        await asyncio.gather(*self._running)


class ReportedBeforeTheAnswer(FakeChannel):
    """Answers the first send once a status of its message was recorded elsewhere."""

    def __init__(self, elsewhere: Elsewhere, report: Report) -> None:
        super().__init__()
        self._elsewhere = elsewhere
        self._report = report

    async def send(self, shipment: Shipment) -> Outcome:
        outcome = await super().send(shipment)
        if isinstance(outcome, Accepted) and len(self.sent) == 1:
            await self._elsewhere.record(outcome.message_id, *self._report)
        return outcome


class ReadAfterALook:
    """Tables in which a status that somebody has found moves on elsewhere right afterwards, once."""

    def __init__(self, world: World, elsewhere: Elsewhere) -> None:
        self._tables = world.tables
        self._elsewhere = elsewhere
        self._moved = False

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        found = await self._tables.get(table, partition, key)
        if found and key.startswith("status:") and not self._moved:
            self._moved = True
            await self._elsewhere.record(decode(StatusRecord, found.body).message_id, "Read")
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)


def outcome_of(statuses: Sequence[str]) -> MessageStatus:
    """What the message ends as: failure and arrival exclude each other, the first of them counts."""
    decisive = next((status for status in statuses if status != "Sent"), "Sent")
    if decisive == "Failed":
        return MessageStatus.FAILED
    return MessageStatus.READ if "Read" in statuses else MessageStatus(decisive.lower())


@given(
    reports=st.lists(st.sampled_from(REPORTS), max_size=6),
    early=st.integers(min_value=0, max_value=6),
)
@settings(max_examples=80)
def test_in_any_order_before_and_after_the_send_was_recorded_the_end_is_right(
    reports: list[Report], early: int
) -> None:
    async def story() -> None:
        world = World(sample())
        await world.customer("Bonjour")
        world.channel = ReportsEarly(world, reports[:early])
        world.restart()
        (answer,) = await asyncio.gather(world.reply("Un"), return_exceptions=True)
        failed_at_once = outcome_of([status for status, _ in reports[:early]]) is MessageStatus.FAILED
        assert isinstance(answer, Refused) is failed_at_once
        message_id = world.channel_id_of("Un")
        for status, code in reports[early:]:
            await world.status(message_id, status, code=code)
        line = world.line("Un")
        assert line.status is outcome_of([status for status, _ in reports])
        assert line.message_id == message_id
        assert world.outgoing(line.reply_id or "").status is line.status
        assert (line.error is not None) == (line.status is MessageStatus.FAILED)
        await world.pass_time(120)
        assert world.phone == ["Un"]

    asyncio.run(story())


async def answered() -> World:
    """The agent's answer is on the phone."""
    world = World(sample())
    await world.customer("Bonjour")
    await world.reply("Un")
    return world


async def test_a_status_of_an_earlier_attempt_says_nothing_of_the_later_one() -> None:
    world = await answered()
    first = world.channel_id_of("Un")
    await world.status(first, "Failed", code="131016")
    await world.pass_time(60)
    second = world.channel_id_of("Un")
    assert first != second
    await world.status(second, "Delivered")
    for status in ("Sent", "Failed"):
        await world.status(first, status, code="131016")
    assert (world.line("Un").status, world.line("Un").message_id) == (MessageStatus.DELIVERED, second)
    await world.pass_time(60)
    assert world.phone == ["Un", "Un"]


async def test_the_same_status_on_two_workers_at_once_is_recorded_once() -> None:
    world = await answered()
    message_id = world.channel_id_of("Un")
    await asyncio.gather(
        *(world.status(message_id, "Failed", code="131016", by=world.worker()) for _ in range(3)),
    )
    await world.pass_time(60)
    assert world.phone == ["Un", "Un"]


async def test_failed_after_delivered_is_ignored() -> None:
    world = await answered()
    for status in ("Delivered", "Failed"):
        await world.status(world.channel_id_of("Un"), status, code="131026" if status == "Failed" else None)
    assert world.line("Un").status is MessageStatus.DELIVERED
    assert world.line("Un").error is None


async def test_a_failure_without_a_code_is_a_failure() -> None:
    world = await answered()
    await world.status(world.channel_id_of("Un"), "Failed")
    assert world.line("Un").status is MessageStatus.FAILED


async def test_the_greeting_has_a_status_too() -> None:
    world = World(sample(greeting=True))
    await world.customer("Bonjour")
    await world.status(world.channel_id_of("Bonjour, nous vous répondons bientôt."), "Read")
    assert world.history()[-1].status is MessageStatus.READ


async def test_a_status_for_nobody_we_know_is_ignored() -> None:
    world = await answered()
    before = {table: world.tables.partitions(table) for table in Table}
    await world.status("22222222-2222-2222-2222-222222222222", "Delivered", phone=OTHER)
    assert {table: world.tables.partitions(table) for table in Table} == before


async def test_a_status_leaves_the_list_as_it_was() -> None:
    world = await answered()
    before = world.listed()
    await world.status(world.channel_id_of("Un"), "Read")
    assert world.listed() == before


async def test_a_status_of_a_message_of_a_merged_contact_lands_there() -> None:
    world = await answered()
    message_id = world.channel_id_of("Un")
    merged = world.contact.id
    await world.customer("Par nom", phone="", bsuid="FR.1")
    await world.customer("C'est moi", bsuid="FR.1")
    await world.drain()
    await world.status(message_id, "Read", bsuid="FR.1")
    (line,) = [line for line in world.history(merged) if line.text == "Un"]
    assert line.status is MessageStatus.READ


async def test_a_status_under_both_names_finds_the_message_of_the_contact_known_by_phone() -> None:
    """Nobody has seen yet that both are one."""
    world = await answered()
    message_id = world.channel_id_of("Un")
    by_phone = world.contact.id
    await world.customer("Par nom", phone="", bsuid="FR.1")
    await world.status(message_id, "Read", phone=PHONE, bsuid="FR.1")
    (line,) = [line for line in world.history(by_phone) if line.text == "Un"]
    assert line.status is MessageStatus.READ


async def test_an_early_failure_is_acted_upon_once_the_send_is_recorded() -> None:
    """131047 comes before the answer to the send: the words are held, and a template goes out."""
    world = World(sample())
    await world.customer("Bonjour")

    world.channel = ReportsEarly(world, [("Failed", "131047")])
    world.restart()
    state = await world.reply("Un")
    assert state.outgoing.status is MessageStatus.HELD
    assert len(world.phone) == 2
    await world.customer("Oui ?")
    assert world.phone[2:] == ["Un"]


async def test_an_early_failure_sends_no_template_that_the_channel_would_refuse() -> None:
    """The worker that sends has had no reason to look for the templates before; another one has asked for them."""
    world = World(sample())
    await world.customer("Bonjour")
    elsewhere = Elsewhere(world)
    channel = ReportedBeforeTheAnswer(elsewhere, ("Failed", "131047"))
    channel.listed[CHANNEL] = [
        ListedTemplate(name="follow_up", language=language, status="rejected") for language in ("fr", "en")
    ]
    await world.worker(channel=channel).templates.read(CHANNEL)
    state = await world.reply("Un", by=world.worker(channel=channel))
    await elsewhere.end()
    assert state.outgoing.delivery is Delivery.HELD
    assert [shipment.content.text for shipment in channel.attempts] == ["Un"]


async def test_a_status_that_comes_while_the_send_takes_over_an_earlier_one_is_not_undone() -> None:
    world = World(sample())
    await world.customer("Bonjour")
    elsewhere = Elsewhere(world)
    channel = ReportedBeforeTheAnswer(elsewhere, ("Delivered", None))
    await world.reply("Me voici", by=world.worker(channel=channel, tables=ReadAfterALook(world, elsewhere)))
    await elsewhere.end()
    assert world.line("Me voici").status is MessageStatus.READ


async def test_a_status_that_comes_while_the_retry_waits_does_not_send_it_twice() -> None:
    world = await answered()
    world.channel.answer_next(Refusal(code="131016", message="away"))
    await world.status(world.channel_id_of("Un"), "Failed", code="131016")
    await world.status(world.channel_id_of("Un"), "Failed", code="131016")
    await world.pass_time(120)
    assert world.phone == ["Un", "Un"]
