"""The arithmetic of costs, on examples that were worked out by hand."""

from datetime import date

import pytest

from dev.tools.costs.bill import (
    Deployment,
    Load,
    active_seconds,
    bill,
    log_rows,
    quantities,
    queue_operations,
    total_usd,
)
from dev.tools.costs.comparison import SYSTEMS, Team, ours_usd
from dev.tools.costs.levers import levers
from dev.tools.costs.prices import Price, read_prices
from dev.tools.costs.report import count, signed, usd
from dev.tools.costs.traffic import Traffic

PRICES = read_prices()
ONE_CONVERSATION = Traffic(messages=10, files_a_message=0)
MILLION = Traffic(messages=1_000_000)


def test_a_price_counts_what_is_beyond_the_free_part() -> None:
    """13 million operations are free; 2 million more at 0.80 a million."""
    price = Price(
        what="operations",
        unit="operation",
        amount_usd=0.80,
        per=1_000_000,
        included_a_month=13_000_000,
        region="West Europe",
        date=date(2026, 11, 24),
        listed_at="a page",
        read_in="a copy",
        verified=True,
    )
    assert price.usd(13_000_000) == 0
    assert price.usd(15_000_000) == pytest.approx(1.60)


def test_a_conversation_of_ten_messages_causes_56_executions() -> None:
    """Five in, five out: one greeting, four replies; two statuses of each; four checks, three timers; ten reads.

    One turn that gives it to somebody, three that find nothing, and one look at what the first has reserved.
    """
    assert ONE_CONVERSATION.executions() == {
        "ingest": 15,
        "first_message": 1,
        "route": 4,
        "turn": 1,
        "empty_turn": 3,
        "reservations": 1,
        "first_status": 5,
        "status": 5,
        "check": 7,
        "copy": 0,
        "reply": 4,
        "read": 10,
        "poll": 0,
    }


def test_the_status_sent_is_an_event_that_comes_to_nobody() -> None:
    """Five of them: Event Grid takes and compares them; let through, each is delivered and executed twice."""
    through = Traffic(messages=10, files_a_message=0, sent_statuses=True)
    assert (through.executions()["ingest"], through.executions()["status"]) == (20, 10)
    operations = [
        quantities(each, Deployment(), Load.BUSY)["event_grid.operations"] for each in (ONE_CONVERSATION, through)
    ]
    assert operations == [15 * 3 + 5 * 2, 20 * 3]


def test_a_file_is_a_message_of_the_queues_an_execution_and_a_write() -> None:
    """One in ten of five messages that come in: half a file, of 300,000 bytes."""
    with_files, used = Traffic(messages=10), quantities(Traffic(messages=10), Deployment(), Load.BUSY)
    assert with_files.executions() == {**ONE_CONVERSATION.executions(), "copy": 0.5}
    assert with_files.timed == ONE_CONVERSATION.timed + 0.5
    assert (used["blobs.writes"], used["blobs.capacity"]) == (0.5, 0.00015)


def test_a_desk_that_waits_asks_every_25_seconds_and_keeps_an_instance_active() -> None:
    """For 160 hours; 41 desks need two instances."""
    assert Traffic(messages=10, desks=41).waiting_s == 2 * Traffic(messages=10, desks=40).waiting_s == 2 * 160 * 3600
    assert Traffic(messages=10, desks=2).executions()["poll"] == 2 * 160 * 3600 / 25


def test_a_quiet_month_bills_a_second_an_execution() -> None:
    """56 executions on 2 GB are 112 GB-s, on 4 GB twice that."""
    assert active_seconds(ONE_CONVERSATION, Deployment(), Load.QUIET) == 56
    for memory_mb, gb_seconds in ((2048, 112), (4096, 224)):
        used = quantities(ONE_CONVERSATION, Deployment(memory_mb=memory_mb), Load.QUIET)
        assert used["flex.always_ready.time"] == gb_seconds


def test_a_busy_month_bills_the_shares_of_an_instance() -> None:
    """15 x 0.57 + 37 + 26 x 33.33 + 4 x 27 + 10 x 10 ms; a quarter of a core takes four times as long."""
    assert active_seconds(ONE_CONVERSATION, Deployment(), Load.BUSY) == pytest.approx(1.12022, abs=1e-5)
    assert active_seconds(ONE_CONVERSATION, Deployment(memory_mb=512), Load.BUSY) == pytest.approx(4.48087, abs=1e-5)
    assert active_seconds(ONE_CONVERSATION, Deployment(memory_mb=4096), Load.BUSY) == pytest.approx(1.12022, abs=1e-5)


def test_three_instances_are_ready_all_the_month_or_none_is() -> None:
    """3 x 2 GB x 730 h x 3,600 s at 0.000004 are 63.07; without them the on-demand prices count."""
    lines = {line.price.what: line.usd for line in bill(ONE_CONVERSATION, Deployment(), Load.BUSY, PRICES)}
    assert lines["Flex Consumption, always-ready baseline"] == pytest.approx(63.07, abs=0.01)
    off = quantities(ONE_CONVERSATION, Deployment(always_ready=False), Load.BUSY)
    assert {name for name in off if name.startswith("flex.")} == {"flex.on_demand.time", "flex.on_demand.executions"}


def test_service_bus_counts_every_hop() -> None:
    """27 messages are sent, received and completed, 12 of them forwarded; quiet ones take a session each."""
    off = Deployment(always_ready=False)
    assert queue_operations(ONE_CONVERSATION, off, Load.BUSY) == 3 * 27 + 12
    assert queue_operations(ONE_CONVERSATION, off, Load.QUIET) == 3 * 27 + 12 + 27


def test_an_instance_that_is_ready_waits_for_sessions_in_vain() -> None:
    """Two receivers a core ask once a minute, 43,800 minutes a month; a part of a core looks like one."""
    for memory_mb, receivers in ((512, 2), (2048, 2), (4096, 4)):
        ways = [Deployment(always_ready=way, memory_mb=memory_mb) for way in (True, False)]
        on, off = (queue_operations(ONE_CONVERSATION, way, Load.BUSY) for way in ways)
        assert on - off == receivers * 43_800


def test_the_log_counts_own_lines_the_hosts_the_kept_traces_and_metrics() -> None:
    """68 own lines, 2 of the host for each of 56 executions, a tenth of 227 spans; 60 metrics a minute."""
    metrics = 60 * 43_800
    assert log_rows(ONE_CONVERSATION, Deployment()) - metrics == pytest.approx(68 + 112 + 22.7)
    assert log_rows(ONE_CONVERSATION, Deployment(traces_sampled=0, host_lines=False)) - metrics == pytest.approx(68)


def test_a_month_with_hardly_a_message_costs_what_is_fixed() -> None:
    """Service Bus 9.81, nine alerts at 1.50, 13 series at 0.10; whatever else there is stays in the free parts."""
    off = Deployment(always_ready=False)
    assert total_usd(ONE_CONVERSATION, off, Load.QUIET, PRICES) == pytest.approx(24.61, abs=0.01)


def test_quiet_costs_at_least_as_much_as_busy() -> None:
    """The two ends are in order, whatever the size and the deployment."""
    for messages in (1_000, 100_000, 10_000_000):
        for always_ready in (True, False):
            ends = [
                total_usd(Traffic(messages=messages), Deployment(always_ready=always_ready), load, PRICES)
                for load in (Load.BUSY, Load.QUIET)
            ]
            assert ends == sorted(ends)


def test_premium_takes_the_place_of_standard() -> None:
    """A unit at 677.08 for a base charge of 9.81; the operations of a million messages were free anyhow."""
    lever = next(each for each in levers(MILLION, Deployment(), PRICES) if "Premium" in each.change)
    assert lever.added_usd == {load: pytest.approx(677.08 - 9.81) for load in Load}


def test_a_commercial_system_costs_its_seats_and_its_messages() -> None:
    """Five named users at 150 and 20,000 messages at 0.005."""
    twilio = next(system for system in SYSTEMS if system.seat == "twilio.named_user")
    assert twilio.usd(Team(agents=5, messages=20_000), PRICES) == pytest.approx(850)


def test_ours_costs_azure_and_the_fee_of_acs() -> None:
    """A fee of 0.005 a message, whichever way it goes."""
    team = Team(agents=100, messages=1_000_000)
    azure = total_usd(MILLION, Deployment(), Load.BUSY, PRICES)
    assert ours_usd(team, Load.BUSY, PRICES) == pytest.approx(azure + 5_000)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1_400_000, "1.4 million"), (2e6, "2 million"), (211_280.4, "211,280"), (30, "30"), (0.6, "0.6")],
)
def test_a_count_is_short(number: float, text: str) -> None:
    """Millions with two digits, the rest whole."""
    assert count(number) == text


def test_dollars_are_whole() -> None:
    """Less is not known."""
    assert [usd(amount) for amount in (0, 0.3, 1.2, 4999.6)] == ["0", "< 1", "1", "5,000"]
    assert [signed(amount) for amount in (-63.6, 0.2, 52)] == ["−64", "< 1", "+52"]
