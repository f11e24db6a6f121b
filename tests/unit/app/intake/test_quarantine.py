"""What can't be processed is kept for a person: newest month first, marked when replayed, forgotten on demand."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.intake.quarantine import MONTHS, DeadLetter, Quarantine
from shared.intake.quarantined import Source
from shared.state.tables import Table
from shared.telemetry import NoTelemetry
from shared.vocabulary.errors import Conflict, Refused, Unavailable
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults, Killed
from tests.fakes.tables import FakeTables

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LETTER = DeadLetter(
    message_id="m1",
    subject="event",
    session_id="s1",
    body=b'{"id":"e1"}',
    at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    reason="MaxDeliveryCountExceeded",
    description="Message could not be consumed after 500 delivery attempts.",
)


@pytest.fixture
def tables() -> FakeTables:
    return FakeTables()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def quarantine(tables: FakeTables, clock: FakeClock) -> Quarantine:
    return Quarantine(tables=tables, clock=clock, telemetry=NoTelemetry())


async def keep(quarantine: Quarantine, name: str, at: datetime | None = NOW, source: Source = Source.EVENT) -> str:
    return await quarantine.keep(source=source, name=name, reasons=(f"about {name}",), body="{}", at=at)


async def test_an_item_is_found_again_under_its_id(quarantine: Quarantine) -> None:
    item_id = await quarantine.keep(
        source=Source.MESSAGE,
        name="m1",
        reasons=("no such channel", "and more"),
        body='{"é":1}',
        at=NOW,
        subject="event",
        session_id="s1",
    )

    item = await quarantine.get(item_id)

    assert (item.id, item.source, item.at, item.body) == (item_id, Source.MESSAGE, NOW, '{"é":1}')
    assert item.reasons == ("no such channel", "and more")
    assert (item.subject, item.session_id, item.replayed_at) == ("event", "s1", None)
    assert not item.replayed


async def test_a_replayed_item_that_comes_again_keeps_its_mark_and_is_to_be_replayed_again(
    quarantine: Quarantine, clock: FakeClock
) -> None:
    item_id = await keep(quarantine, "e1")
    await quarantine.mark_replayed(item_id, NOW)
    assert (await quarantine.get(item_id)).replayed
    clock.step(60)

    again = await quarantine.keep(source=Source.EVENT, name="e1", reasons=("another",), body="[]", at=NOW)

    assert again == item_id
    [item] = (await quarantine.page()).items
    assert (item.reasons, item.body, item.replayed_at) == (("another",), "[]", NOW)
    assert item.kept_at == clock.now()
    assert not item.replayed


async def test_the_same_name_from_another_source_is_another_item(quarantine: Quarantine) -> None:
    ids = {await keep(quarantine, "x", source=source) for source in Source}

    assert len(ids) == len(Source)


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 1, 31, 23, tzinfo=UTC), "2026-01"),
        (datetime(2025, 12, 1, tzinfo=UTC), "2025-12"),
        (datetime(2025, 11, 30, tzinfo=UTC), "2026-11"),
        (datetime(9999, 12, 31, tzinfo=UTC), "2026-11"),
        (None, "2026-11"),
    ],
)
async def test_an_item_is_kept_in_its_month_or_in_this_one_if_lists_do_not_reach_that(
    quarantine: Quarantine, tables: FakeTables, at: datetime | None, month: str
) -> None:
    item_id = await keep(quarantine, "e1", at)

    assert tables.partitions(Table.QUARANTINE) == [month]
    assert [item.id for item in (await quarantine.page()).items] == [item_id]
    assert (await quarantine.get(item_id)).at == (at or NOW)


async def test_pages_give_every_item_once_newest_month_first(quarantine: Quarantine) -> None:
    kept = [
        await keep(quarantine, f"{month}-{number}", datetime(2026, month, 5, tzinfo=UTC))
        for month in (3, 10, 11)
        for number in range(25)
    ]
    listed: list[str] = []
    page = await quarantine.page(limit=7)
    while page.cursor:
        assert len(page.items) == 7
        listed += [item.id for item in page.items]
        page = await quarantine.page(limit=7, cursor=page.cursor)
    listed += [item.id for item in page.items]

    assert sorted(listed) == sorted(kept)
    assert [item_id[:7] for item_id in listed] == ["2026-11"] * 25 + ["2026-10"] * 25 + ["2026-03"] * 25


async def test_a_page_that_ends_with_the_last_item_has_no_cursor(quarantine: Quarantine) -> None:
    await keep(quarantine, "e1")

    assert (await quarantine.page(limit=1)).cursor is None


async def test_a_list_can_be_of_one_source(quarantine: Quarantine) -> None:
    await keep(quarantine, "e1")
    dead = await keep(quarantine, "m1", source=Source.DEAD_LETTER)

    assert [item.id for item in (await quarantine.page(source=Source.DEAD_LETTER)).items] == [dead]


async def test_a_list_reads_a_bounded_number_of_months(tables: FakeTables, clock: FakeClock) -> None:
    faults = Faults(error=Unavailable("away"))

    await Quarantine(tables=faults.wrap(tables), clock=clock, telemetry=NoTelemetry()).page()

    assert faults.calls == ["FakeTables.scan"] * MONTHS


async def test_a_deleted_item_is_gone(quarantine: Quarantine) -> None:
    item_id = await keep(quarantine, "e1")

    await quarantine.delete(item_id)

    assert (await quarantine.page()).items == ()
    for forget_or_get in (quarantine.delete, quarantine.get):
        with pytest.raises(Refused) as refused:
            await forget_or_get(item_id)
        assert refused.value.code == "not_found"


@pytest.mark.parametrize("item_id", ["", "x", "2026-11-", "2026-11-" + "g" * 32, "../contacts", "2026-11/" + "0" * 32])
async def test_an_id_that_none_has_is_not_found(quarantine: Quarantine, item_id: str) -> None:
    for call in (quarantine.get, quarantine.delete):
        with pytest.raises(Refused) as refused:
            await call(item_id)
        assert refused.value.code == "not_found"


async def test_a_cursor_that_no_page_gave_is_refused(quarantine: Quarantine) -> None:
    with pytest.raises(Refused) as refused:
        await quarantine.page(cursor="next")

    assert refused.value.code == "invalid_request"


async def test_marking_an_item_that_is_gone_does_nothing(quarantine: Quarantine, tables: FakeTables) -> None:
    item_id = await keep(quarantine, "e1")
    await quarantine.delete(item_id)

    await quarantine.mark_replayed(item_id, NOW)

    assert tables.partitions(Table.QUARANTINE) == []


async def test_a_dead_letter_is_kept_with_what_a_replay_needs(quarantine: Quarantine) -> None:
    item = await quarantine.get(await quarantine.keep_dead_letter(LETTER))

    assert (item.source, item.subject, item.session_id) == (Source.DEAD_LETTER, "event", "s1")
    assert (item.at, item.body) == (LETTER.at, '{"id":"e1"}')
    assert item.reasons == (LETTER.reason, LETTER.description)


async def test_dead_letters_without_an_id_are_told_apart_by_what_they_say(quarantine: Quarantine) -> None:
    ids = {
        await quarantine.keep_dead_letter(replace(LETTER, message_id=None, body=body)) for body in (b"1", b"2", b"2")
    }

    assert len(ids) == 2


async def test_a_dead_letter_of_garbage_without_a_reason_is_kept_too(quarantine: Quarantine) -> None:
    letter = replace(LETTER, body=b"\xff\x00", subject=None, session_id=None, at=None, reason=None, description="")

    item = await quarantine.get(await quarantine.keep_dead_letter(letter))

    assert (item.at, item.body) == (NOW, "\ufffd\x00")
    assert item.reasons == ("dead-lettered without a reason",)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", [1, 2])
async def test_a_dead_letter_whose_keeping_failed_is_kept_once_when_it_comes_again(
    tables: FakeTables, clock: FakeClock, call: int, after: bool
) -> None:
    faults = Faults(call=call, error=Killed(), after=after)
    quarantine = Quarantine(tables=faults.wrap(tables), clock=clock, telemetry=NoTelemetry())

    with pytest.raises(Killed):
        await quarantine.keep_dead_letter(LETTER)
    await quarantine.keep_dead_letter(LETTER)

    assert len((await quarantine.page()).items) == 1


async def test_a_dead_letter_waits_for_storage_instead_of_coming_back_at_once(
    tables: FakeTables, clock: FakeClock
) -> None:
    faults = Faults(call=1, error=Unavailable("away"))
    await Quarantine(tables=faults.wrap(tables), clock=clock, telemetry=NoTelemetry()).keep_dead_letter(LETTER)

    assert clock.slept
    assert len((await Quarantine(tables=tables, clock=clock, telemetry=NoTelemetry()).page()).items) == 1


async def test_two_that_keep_the_same_item_at_once_leave_one(quarantine: Quarantine) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(keep(quarantine, "e1")) for _ in range(3)]

    assert [item.id for item in (await quarantine.page()).items] == [tasks[0].result()]


async def test_an_item_that_changes_without_end_is_unavailable(tables: FakeTables, clock: FakeClock) -> None:
    contested = Faults(call=1, error=Conflict("row", exists=True), lasting=True, only="commit").wrap(tables)

    with pytest.raises(Unavailable):
        await keep(Quarantine(tables=contested, clock=clock, telemetry=NoTelemetry()), "e1")


async def test_a_dead_letter_stands_at_the_time_of_its_event(quarantine: Quarantine) -> None:
    letter = replace(LETTER, at=NOW, event_time="2026-10-31T23:59:58Z")

    item = await quarantine.get(await quarantine.keep_dead_letter(letter))

    assert item.at == datetime(2026, 10, 31, 23, 59, 58, tzinfo=UTC)
    assert item.id.startswith("2026-10-")
