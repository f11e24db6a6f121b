"""A channel that WhatsApp stops: what is due waits where one can see it, and goes out once the channel sends again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from shared.queue.messages import Subject
from shared.sending.channel import Postponed, Refusal
from shared.state.tables import Row, Table
from shared.vocabulary.words import MessageStatus
from tests.fakes.clock import OffClock
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, HOURS, PHONE, World, refusal
from tests.unit.app.api.desk import SUE, Desk

MINUTES = 60
OTHERS = ("33600000001", "33600000002", "33600000003")
PAYMENT = Refusal(code="131042", message="payment")
LOCKED = Postponed(code="131031", message="locked", in_doubt=False)


@pytest.fixture
async def world() -> World:
    """Four customers have written."""
    world = World(sample())
    await world.customer("Bonjour")
    for phone in OTHERS:
        await world.customer("Bonjour", phone=phone)
    return world


async def stop(world: World, with_answer: Refusal | Postponed = PAYMENT) -> None:
    """The first customer's reply meets a channel that does not send any more."""
    world.channel.answer_next(with_answer)
    refused = await refusal(world.reply("Un", to=PHONE))
    assert refused.code == "channel_unavailable"
    assert refused.retry_after is not None
    assert 900 <= refused.retry_after <= 905


def checks(world: World) -> int:
    return sum(message.subject is Subject.CHECK for message in world.sender.sent)


def attempts(world: World) -> int:
    return len(world.channel.attempts)


@pytest.mark.parametrize(
    "answer",
    [
        PAYMENT,
        LOCKED,
        Postponed(code="131045", message="", in_doubt=True),
        *(Postponed(code=code, message="", in_doubt=False) for code in ("0", "3", "10", "190", "200", "299")),
        Postponed(code="appsecret_proof", message="", in_doubt=False),
        Refusal(code="33", message=""),
    ],
    ids=repr,
)
async def test_all_waits_while_the_channel_is_stopped_and_goes_out_in_order_afterwards(
    world: World, answer: Refusal | Postponed
) -> None:
    await stop(world, answer)
    for phone in OTHERS:
        for text in ("Un", "Deux"):
            refused = await refusal(world.reply(f"{text} à {phone}", to=phone))
            assert (refused.code, refused.extra["replyStatus"]) == ("channel_unavailable", "pending")
    await world.pass_time(14 * MINUTES)
    assert attempts(world) == 1
    (line,) = [line for line in world.history(world.contact_with(PHONE).id) if line.text == "Un"]
    assert line.status is MessageStatus.PENDING
    assert line.error is not None
    assert (line.error.code, line.error.retryable) == (answer.code, True)
    await world.pass_time(2 * MINUTES)
    assert sorted(map(str, world.phone)) == sorted(
        ["Un", *(f"{text} à {phone}" for phone in OTHERS for text in ("Un", "Deux"))]
    )
    for phone in OTHERS:
        assert [text for text in world.phone if phone in str(text)] == [f"Un à {phone}", f"Deux à {phone}"]
    await world.reply("Trois", to=OTHERS[0])
    assert world.phone[-1] == "Trois"


async def test_a_token_that_was_renewed_is_found_out_where_a_repetition_is_a_second_message(world: World) -> None:
    """Meta turned the message away: it waits for no status."""
    world.channel.repeatable = False
    await stop(world, Postponed(code="190", message="ended", in_doubt=False))
    await world.pass_time(16 * MINUTES)
    assert world.phone == ["Un"]
    assert attempts(world) == 2


async def test_what_waited_behind_the_probe_has_its_fifteen_minutes_too(world: World) -> None:
    await stop(world)
    await refusal(world.reply("Deux", to=PHONE))
    await world.pass_time(15 * MINUTES - 5)
    world.channel.answer_after(1, Postponed(code="no_answer", message="away"))
    await world.pass_time(2 * MINUTES)
    assert world.phone == ["Un", "Deux"]
    assert attempts(world) == 4


async def test_each_quarter_of_an_hour_one_message_is_tried_and_none_is_given_up(world: World) -> None:
    await stop(world)
    for phone in OTHERS:
        await refusal(world.reply(f"À {phone}", to=phone))
    world.channel.answer_next(*[PAYMENT] * 8)
    await world.pass_time(1 * HOURS)
    checks_after_an_hour = checks(world)
    await world.pass_time(1 * HOURS)
    assert 8 <= attempts(world) <= 9
    assert checks(world) < checks_after_an_hour * 2 + 10
    await world.pass_time(1 * HOURS)
    assert len(world.phone) == 4


async def test_a_failure_reported_later_stops_the_channel_and_its_message_is_sent_again(world: World) -> None:
    await world.reply("Un", to=PHONE)
    await world.status(world.channel_id_of("Un"), "Failed", code="131042")
    await refusal(world.reply("Deux", to=OTHERS[0]))
    assert world.phone == ["Un"]
    (line,) = [line for line in world.history(world.contact_with(PHONE).id) if line.text == "Un"]
    assert (line.status, line.error and line.error.code) == (MessageStatus.PENDING, "131042")
    await world.pass_time(16 * MINUTES)
    assert sorted(map(str, world.phone[1:])) == ["Deux", "Un"]


async def test_late_reports_do_not_stop_a_channel_that_has_recovered(world: World) -> None:
    for phone in OTHERS:
        await world.reply(f"À {phone}", to=phone)
    first, *late = [world.channel_id_of(f"À {phone}") for phone in OTHERS]
    await world.status(first, "Failed", code="131042", phone=OTHERS[0])
    await world.pass_time(16 * MINUTES)
    assert len(world.phone) == 4
    for message_id, phone in zip(late, OTHERS[1:], strict=True):
        await world.status(message_id, "Failed", code="131042", phone=phone)
    assert len(world.phone) == 6
    await world.reply("Un", to=PHONE)
    assert world.phone[-1] == "Un"


async def test_a_probe_that_was_taken_and_failed_later_stops_the_channel_again(world: World) -> None:
    await stop(world)
    await world.pass_time(16 * MINUTES)
    assert world.phone == ["Un"]
    await world.status(world.channel_id_of("Un"), "Failed", code="131042")
    await refusal(world.reply("Deux", to=OTHERS[0]))
    await world.pass_time(16 * MINUTES)
    assert sorted(map(str, world.phone)) == ["Deux", "Un", "Un"]


async def test_a_probe_refused_for_its_own_sake_makes_way_for_the_next(world: World) -> None:
    await stop(world)
    await refusal(world.reply("Deux", to=OTHERS[0]))
    world.channel.answer_next(Refusal(code="131026", message="undeliverable"))
    await world.pass_time(16 * MINUTES)
    assert len(world.phone) == 1
    assert attempts(world) == 3


async def test_who_dies_while_probing_is_followed_by_another_after_half_a_minute(world: World) -> None:
    await stop(world)
    await refusal(world.reply("Deux", to=OTHERS[0]))
    world.clock.step(15 * MINUTES + 6)
    channel = Faults(call=1, error=Killed()).wrap(world.channel)
    with pytest.raises(Killed):
        await world.drain(by=world.worker(channel=channel))
    await world.pass_time(25)
    assert world.phone == []
    await world.pass_time(30)
    assert sorted(map(str, world.phone)) == ["Deux", "Un"]


@pytest.mark.parametrize("off", [-3, 3])
async def test_workers_whose_clocks_differ_agree(world: World, off: float) -> None:
    await stop(world)
    for phone in OTHERS:
        await refusal(world.reply(f"À {phone}", to=phone, by=world.worker(clock=OffClock(world.clock, off))))
    await world.pass_time(16 * MINUTES, by=world.worker(clock=OffClock(world.clock, off)))
    assert len(world.phone) == len(set(world.phone)) == 4


async def test_a_refusal_stops_a_channel_that_has_just_recovered_by_the_clock_of_another(world: World) -> None:
    await stop(world)
    await world.pass_time(15 * MINUTES + 6)
    assert world.phone == ["Un"]
    before, behind = attempts(world), world.worker(clock=OffClock(world.clock, -3 * MINUTES))
    world.channel.answer_next(*[PAYMENT] * 5)
    refused = await refusal(world.reply("Deux", to=OTHERS[0], by=behind))
    assert (refused.code, attempts(world)) == ("channel_unavailable", before + 1)


async def test_a_channel_that_has_too_much_is_left_alone_by_all_for_a_moment(world: World) -> None:
    world.channel.answer_next(Postponed(code="130429", message="throughput", retry_after=20, in_doubt=False))
    first = await refusal(world.reply("Un", to=PHONE))
    second = await refusal(world.reply("Deux", to=OTHERS[0]))
    assert [each.code for each in (first, second)] == ["channel_unavailable"] * 2
    assert second.retry_after is not None
    assert 20 <= second.retry_after <= 25
    assert attempts(world) == 1
    await world.pass_time(30)
    assert sorted(map(str, world.phone)) == ["Deux", "Un"]


async def test_a_customer_who_gets_too_much_is_paced_for_ten_minutes(world: World) -> None:
    world.channel.answer_next(Refusal(code="131056", message="pair rate"))
    await refusal(world.reply("Un", to=PHONE))
    await world.pass_time(30)
    await world.reply("Deux", to=PHONE)
    for text in ("Trois", "Quatre"):
        refused = await refusal(world.reply(text, to=PHONE))
        assert (refused.code, refused.retry_after) == ("recipient_rate_limited", 6)
    await world.reply("Pas vous", to=OTHERS[0])
    by_second = [len(world.phone) async for _ in seconds(world, 20)]
    assert [by_second.count(3), by_second.count(4)] == [6, 7]  # and one second for the check, each time
    assert world.phone == ["Un", "Deux", "Pas vous", "Trois", "Quatre"]
    await world.pass_time(10 * MINUTES)
    for text in ("Cinq", "Six"):
        await world.reply(text, to=PHONE)
    assert world.contact_with(PHONE).pace is None


async def seconds(world: World, number: int) -> AsyncIterator[None]:
    for _ in range(number):
        await world.pass_time(1)
        yield


async def test_whoever_looks_after_the_app_is_told(world: World) -> None:
    desk = Desk(world)
    world.channel.listed[CHANNEL] = []
    await stop(world)
    until = (world.clock.now() + timedelta(minutes=15)).isoformat().replace("+00:00", "Z")
    ready = await desk.get("/health/ready", SUE)
    assert ready.json["channels"] == [
        {"name": "support_fr", "id": CHANNEL, "stopped": True, "code": "131042", "until": until}
    ]
    queues = await desk.get("/queues", SUE)
    (general,) = [queue for queue in queues.json["items"] if queue["name"] == "general"]
    assert [each for each in general["warnings"] if "support_fr" in each and "131042" in each and until in each]
    await world.pass_time(16 * MINUTES)
    ready = await desk.get("/health/ready", SUE)
    assert [channel["stopped"] for channel in ready.json["channels"]] == [False]


async def test_a_channel_that_sends_costs_one_read_in_ten_seconds(world: World) -> None:
    reads = CountedReads(world)
    worker = world.worker(tables=reads)
    for number in range(20):
        await world.reply(f"N° {number}", to=OTHERS[number % 3], by=worker)
        world.clock.step(1)
    assert reads.of_channels == 2


class CountedReads:
    """The tables, with the reads of a channel's row counted."""

    def __init__(self, world: World) -> None:
        self._tables = world.tables
        self.of_channels = 0

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        """As `Tables.get`."""
        self.of_channels += table is Table.CHANNELS
        return await self._tables.get(table, partition, key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)
