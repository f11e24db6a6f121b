"""Reports on closed conversations: what they say, what they refuse, and that kept figures never say anything else."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.api.routes import ROUTES
from shared.commands.reports import MOST_ROWS, Period
from shared.configuration import WhenWindowClosed
from shared.state.closed_conversations import REPORT
from shared.state.closed_figures import ClosedDay
from shared.state.conversation import SurveyStatus
from shared.state.rows import decode, encode
from shared.state.tables import Row, Table
from tests.fakes.sample import sample
from tests.fakes.tables import FakeTables
from tests.fakes.world import DAYS, World
from tests.unit.app.api.desk import SUE, Answer, Desk
from tests.unit.app.api.reported import DAY, closed, put

TODAY = "2026-11-24"
ON_DAY = "from=2026-11-20&to=2026-11-20"


async def report(desk: Desk, query: str) -> list[dict[str, Any]]:
    answer = await desk.get(f"/reports?{query}", SUE)
    assert answer.status == 200, answer.json
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def kept(world: World, day: str = "2026-11-20") -> ClosedDay | None:
    """The figures that lie beside the conversations of a day."""
    found = [decode(ClosedDay, row.body) for row in world.tables.rows(Table.CLOSED, day) if row.key == REPORT]
    return found[0] if found and found[0].folded else None


async def test_conversations_are_summed_up_by_the_day_of_their_end() -> None:
    desk = await Desk.staffed()
    answered = await desk.conversation()
    desk.world.clock.step(90)
    await desk.reply(answered)
    desk.world.clock.step(600)
    assert (await desk.post(f"/conversations/{answered}/close", {})).status == 200
    abandoned = await desk.conversation("Ma facture", phone="33699999999")
    await desk.post(f"/conversations/{abandoned}/close", {}, SUE)

    (today,) = await report(desk, f"from={TODAY}&to={TODAY}")

    none = {"mean": None, "p50": None, "p90": None, "max": None}
    assert today == {
        "day": TODAY,
        "closed": 2,
        "answered": 1,
        "abandoned": 1,
        "firstResponse": {"mean": 90.0, "p50": 90, "p90": 90, "max": 90},
        "handling": {"mean": 600.0, "p50": 600, "p90": 600, "max": 600},
        "messagesIn": 2,
        "messagesOut": 3,  # two greetings
        "templates": 0,
        "failures": 0,
        "held": 0,
        "released": 0,
        "surveys": {"asked": 0, "answered": 0, "average": None},
    }
    general = {name: value for name, value in today.items() if name != "day"}
    general |= {"closed": 1, "abandoned": 0, "messagesIn": 1, "messagesOut": 2}
    nobodys = general | {"answered": 0, "abandoned": 1, "messagesOut": 1, "firstResponse": none, "handling": none}
    range_ = f"from={TODAY}&to={TODAY}"
    assert await report(desk, f"{range_}&by=queue") == [
        {"queue": "billing", **nobodys},
        {"queue": "general", **general},
    ]
    assert await report(desk, f"{range_}&by=agent") == [{"agent": "ana", **general}, {"agent": None, **nobodys}]
    (channel,) = await report(desk, f"{range_}&by=channel")
    assert (channel["channel"], channel["closed"]) == ("support_fr", 2)


async def test_what_was_held_counts_whatever_became_of_it() -> None:
    world = World()
    await world.customer()
    await world.pass_time(25 * 3600)
    replies = [await world.reply(text, when_closed=WhenWindowClosed.HOLD) for text in ("Un", "Deux", "Trois")]
    await world.cancel(replies[0].words.id)
    await world.customer("Me voici")
    await world.close()

    (today,) = await report(Desk(world), "from=2026-11-25&to=2026-11-25")

    assert (today["held"], today["released"], today["messagesOut"]) == (3, 2, 3)


async def test_a_day_that_is_over_is_counted_once_and_again_after_it_has_changed() -> None:
    world = World()
    await put(world, closed(1), closed(2, survey=SurveyStatus.ASKED))
    desk = Desk(world)
    first = await report(desk, ON_DAY)
    assert kept(world) is not None
    stored = world.tables.rows(Table.CLOSED, "2026-11-20")
    world.tables.write(Table.CLOSED, "2026-11-20", stored[0].key, "nobody reads this row any more")
    assert await report(desk, ON_DAY) == first
    world.tables.write(Table.CLOSED, "2026-11-20", stored[0].key, stored[0].body)

    await put(world, closed(2, revision=2, survey=SurveyStatus.ANSWERED, score=4))

    assert kept(world) is None
    (changed,) = await report(desk, ON_DAY)
    assert changed == first[0] | {"surveys": {"asked": 1, "answered": 1, "average": 4.0}}
    assert kept(world) is not None


async def test_an_older_row_and_an_erasure_leave_the_figures_as_they_are() -> None:
    world = World()
    await put(world, closed(1, revision=5, name="Zoé", tags=("vip",)))
    desk = Desk(world)
    first = await report(desk, ON_DAY)

    await put(world, closed(1, revision=4, queue="billing"))
    await world.centre.closed_conversations.erase(closed(1), unreported=False)

    assert kept(world) is not None
    assert await report(desk, ON_DAY) == first


async def test_what_is_written_while_the_day_is_counted_is_not_forgotten() -> None:
    world = World()
    await put(world, closed(1))

    class ChangesMeanwhile:
        """Tables in which a conversation is put once the day's others were read."""

        async def scan(self, *args: Any, **range_: Any) -> Sequence[Row]:
            rows = await world.tables.scan(*args, **range_)
            await put(world, closed(2))
            return rows

        def __getattr__(self, name: str) -> Any:
            return getattr(world.tables, name)

    await report(Desk(world, centre=world.worker(tables=ChangesMeanwhile())), ON_DAY)

    assert kept(world) is None
    assert [item["closed"] for item in await report(Desk(world), ON_DAY)] == [2]


@pytest.mark.parametrize(("minutes", "is_kept"), [(0, False), (30, False), (61, True)])
async def test_figures_are_kept_once_nobody_is_left_who_began_to_write_that_day(minutes: int, is_kept: bool) -> None:
    world = World()
    await put(world, closed(1, datetime(2026, 11, 24, 8, tzinfo=UTC)))
    world.clock.step((datetime(2026, 11, 25, tzinfo=UTC) - world.clock.now()).total_seconds() + 60 * minutes)

    assert [item["closed"] for item in await report(Desk(world), f"from={TODAY}&to={TODAY}")] == [1]

    assert (kept(world, TODAY) is not None) is is_kept


async def test_figures_stay_when_the_conversations_are_kept_no_longer() -> None:
    world = World(json.dumps(json.loads(sample()) | {"retention": {"closed": "10d"}}))
    await world.customer()
    await world.reply()
    await world.close()

    await world.pass_time(14 * DAYS)

    assert world.contacts == []
    assert [row.key for row in world.tables.rows(Table.CLOSED, TODAY)] == [REPORT]
    assert [item["closed"] for item in await report(Desk(world), f"from={TODAY}&to={TODAY}")] == [1]


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("UTC", {"2026-11-20": 2}),
        ("Europe/Paris", {"2026-11-20": 1, "2026-11-21": 1}),
        ("America/Los_Angeles", {"2026-11-19": 1, "2026-11-20": 1}),
        ("Africa/Abidjan", {"2026-11-20": 2}),
    ],
)
async def test_days_are_those_of_the_time_zone(zone: str, days: dict[str, int]) -> None:
    world = World()
    late, early = (datetime(2026, 11, 20, hour, 30, tzinfo=UTC) for hour in (23, 0))
    await put(world, closed(1, late), closed(2, early))

    items = await report(Desk(world), f"from=2026-11-18&to=2026-11-22&timezone={zone}")

    assert [item["day"] for item in items] == [f"2026-11-{day}" for day in range(18, 23)]
    assert {item["day"]: item["closed"] for item in items if item["closed"]} == days


MOMENTS = st.integers(0, 5 * 86_400).map(
    lambda seconds: datetime(2026, 10, 23, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(st.lists(MOMENTS, max_size=12), st.sampled_from(["UTC", "Europe/Paris", "Europe/London", "Asia/Kathmandu"]))
async def test_kept_or_not_a_report_counts_each_conversation_of_its_days_once(ends: list[datetime], zone: str) -> None:
    """The clocks of Paris and London go back on the 25th; London has UTC from then on, and is counted half and half."""
    world = World()
    await put(world, *(closed(number, at) for number, at in enumerate(ends, 1)))
    period = Period(first=date(2026, 10, 24), last=date(2026, 10, 27), zone=ZoneInfo(zone))
    expected = Counter(day for at in ends if period.first <= (day := at.astimezone(period.zone).date()) <= period.last)

    for _ in range(2):
        days = await world.centre.reports.days(period)
        assert {day: found.whole.closed for day, found in days.items() if found.queues} == expected
    assert (
        Counter(period.day_of(row.closure.at) for row in await world.centre.reports.conversations(period)) == expected
    )


WRONG: list[tuple[str, set[str]]] = [
    ("", {"from", "to"}),
    ("from=&to=", {"from", "to"}),
    (
        "from=2026-11-1&to=tomorrow&by=hour&format=xml&timezone=Paris&x=1",
        {"from", "to", "by", "format", "timezone", "x"},
    ),
    ("from=2026-11-20&to=2026-11-19", {"to"}),
    ("from=2026-08-01&to=2026-11-01", {"to"}),
    ("from=2026-11-01&to=2026-11-08&by=conversation&format=csv", {"to"}),
    ("from=2026-11-01&to=2026-11-02&by=conversation", {"format"}),
    ("from=0001-01-01&to=9999-12-31", {"from", "to"}),
]


@pytest.mark.parametrize(("query", "paths"), WRONG)
async def test_everything_that_is_wrong_is_named(query: str, paths: set[str]) -> None:
    answer = await Desk().get(f"/reports?{query}", SUE)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == paths


@pytest.mark.parametrize(
    "query", ["from=2026-08-02&to=2026-11-01", "from=2026-11-01&to=2026-11-07&by=conversation&format=csv"]
)
async def test_the_longest_reports_are_given(query: str) -> None:
    assert (await Desk().get(f"/reports?{query}", SUE)).status == 200


async def test_more_conversations_than_a_call_can_read_are_refused() -> None:
    class Endless(FakeTables):
        """A day on which more conversations were closed than anybody reads."""

        async def scan(self, table: Table, partition: str, **range_: Any) -> Sequence[Row]:
            row = closed(int(range_["first"].partition("-")[0] or "0", 16) + 1)
            return [Row(key=row.conversation_id, body=encode(row), etag="1")] * range_["limit"]

    world = World()
    world.tables = Endless()
    world.restart()

    answer = await Desk(world).get(f"/reports?{ON_DAY}", SUE)

    assert (answer.refusal, answer.paths) == ((422, "invalid_request"), {"to"})
    assert f"{MOST_ROWS:,}" in answer.json["errors"][0]["message"]


async def table(desk: Desk, query: str) -> Answer:
    answer = await desk.get(f"/reports?{query}&format=csv", SUE)
    assert answer.status == 200, answer.json
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    return answer


async def test_a_table_has_the_same_figures_under_their_paths() -> None:
    world = World()
    await put(world, closed(1), closed(2, agent=None, answered_at=None, handled_seconds=None))
    desk = Desk(world)

    ana, nobody = (await table(desk, f"{ON_DAY}&by=agent")).table

    assert (ana["agent"], ana["closed"], ana["firstResponse.mean"], ana["handling.p90"]) == ("ana", "1", "60.0", "600")
    assert (nobody["agent"], nobody["abandoned"], nobody["firstResponse.max"]) == ("", "1", "")
    assert ana.keys() == nobody.keys() >= {"messagesIn", "surveys.asked", "surveys.average"}
    assert (await table(desk, "from=2026-11-01&to=2026-11-01&by=queue")).table == []


async def test_conversations_are_given_one_by_one_and_an_erased_one_names_nobody() -> None:
    world = World()
    first, second = closed(1, DAY, name="Zoé", tags=("vip", "b2b")), closed(2, DAY + timedelta(minutes=1), name="Max")
    await put(world, second, first)
    await world.centre.closed_conversations.erase(second, unreported=False)
    desk = Desk(world)

    rows = (await table(desk, f"{ON_DAY}&by=conversation&timezone=Europe/Paris")).table

    assert [row["conversationId"] for row in rows] == [first.conversation_id, ""]
    assert (rows[0]["name"], rows[0]["tags"], rows[0]["channel"]) == ("Zoé", "vip b2b", "support_fr")
    assert (rows[0]["closedAt"], rows[0]["reason"]) == ("2026-11-20T11:00:00+01:00", "agent_closed")
    assert (rows[0]["firstResponse"], rows[0]["handling"], rows[0]["messagesIn"]) == ("60", "600", "2")
    assert (rows[1]["name"], rows[1]["contactId"], rows[1]["agent"]) == ("", "", "ana")
    (day,) = await report(desk, ON_DAY)
    assert day["closed"] == 2


@pytest.mark.parametrize("name", ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "\r=1"])
async def test_no_cell_is_a_formula(name: str) -> None:
    world = World()
    await put(world, closed(1, name=name))

    (row,) = (await table(Desk(world), f"{ON_DAY}&by=conversation")).table

    assert row["name"] == f"'{name}"


async def test_the_team_began_it_so_nobody_waited_for_a_first_response() -> None:
    world = World()
    await put(world, closed(1, outbound=True), closed(2, handled_seconds=None, assigned_at=DAY - timedelta(minutes=5)))

    (day,) = await report(Desk(world), ON_DAY)

    assert (day["answered"], day["firstResponse"]["mean"]) == (2, 60.0)
    assert day["handling"]["max"] == 600  # what was written before there was a sum has the time since its assignment
    assert day["handling"]["p50"] == 300


async def test_the_document_says_that_there_is_a_table_too_and_that_days_are_needed() -> None:
    described = (await Desk().get("/openapi.json", {})).json["paths"]["/reports"]["get"]

    content = described["responses"]["200"]["content"]
    assert content["text/csv"] == {"schema": {"type": "string"}}
    assert "application/json" in content
    assert {each["name"] for each in described["parameters"] if each.get("required")} == {"from", "to"}
    assert ROUTES["reports"].methods["GET"].operation.patience == timedelta(seconds=60)


def test_a_row_of_before_has_no_sum_and_no_assignment() -> None:
    assert replace(closed(1), handled_seconds=None).handling is None
