"""An event ends on the queue, in quarantine, or nowhere, if it is not for the app; or it comes again."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings

from shared.intake.envelope import normal_form
from shared.intake.ingest import Ingest
from shared.intake.parsing import parse_event
from shared.intake.quarantine import Quarantine
from shared.intake.quarantined import Quarantined, Source
from shared.queue.body import decode_body
from shared.queue.messages import Subject
from shared.state.tables import Table
from shared.telemetry import NoTelemetry
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.identity import session_of
from tests.events import NAMES, load
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults
from tests.fakes.sender import FakeSender
from tests.fakes.tables import FakeTables
from tests.unit.pure.intake.expected import BSUID, CHANNEL, MESSAGE, OURS, TEXT
from tests.unit.pure.intake.strategies import json_values, mutated_events, nested

AWAY = Unavailable("away")


@dataclass
class Intake:
    """Intake on fakes, with a plan of what fails."""

    faults: Faults = field(default_factory=lambda: Faults(error=AWAY))
    sender: FakeSender = field(default_factory=lambda: FakeSender(duplicate_detection=True))
    tables: FakeTables = field(default_factory=FakeTables)

    async def take(self, event: object) -> None:
        clock = FakeClock()
        quarantine = Quarantine(tables=self.faults.wrap(self.tables), clock=clock, telemetry=NoTelemetry())
        await Ingest(sender=self.faults.wrap(self.sender), quarantine=quarantine, clock=clock, keys={})(event)

    async def kept(self) -> tuple[Quarantined, ...]:
        return (await Quarantine(tables=self.tables, clock=FakeClock(), telemetry=NoTelemetry()).page()).items


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(record.getMessage()) for record in caplog.records]


async def test_a_message_goes_to_the_session_of_its_contact_under_its_own_id() -> None:
    intake = Intake()

    await intake.take(load("event_grid_received__text"))

    [message] = intake.sender.sent
    assert (message.subject, message.queue) == (Subject.EVENT, "conversations")
    assert message.session_id == session_of(CHANNEL, BSUID)
    assert message.message_id == MESSAGE
    assert message.event_time == TEXT.at
    assert await intake.kept() == ()


@pytest.mark.parametrize("name", NAMES)
async def test_route_reads_in_the_body_what_intake_read_in_the_event(name: str) -> None:
    intake = Intake()

    await intake.take(load(name))

    understood = [parse_event(decode_body(message.encode())) for message in intake.sender.sent]
    expected = parse_event(load(name))
    ignored = expected is None or getattr(expected, "status", "known") is None
    assert understood == ([] if ignored else [expected])
    assert await intake.kept() == ()


async def test_each_status_of_a_message_has_an_id_of_its_own() -> None:
    intake = Intake()

    for name in ("sent", "delivered", "read", "sent"):
        await intake.take(load(f"event_grid_status__{name}"))

    assert [message.message_id for message in intake.sender.sent] == [
        f"{OURS}:sent",
        f"{OURS}:delivered",
        f"{OURS}:read",
    ]


@pytest.mark.parametrize("long_or_odd", ["m" * 101, "a message", "é", "a/b", "a\x00b"])
async def test_an_id_that_the_broker_may_refuse_is_hashed_and_still_the_same_each_time(long_or_odd: str) -> None:
    intake = Intake()
    event = load("event_grid_received__text")
    event["data"]["messageId"] = long_or_odd

    await intake.take(event)
    await intake.take(event)

    [message] = intake.sender.sent
    assert len(message.message_id) == 32
    assert message.message_id.isalnum()


@pytest.mark.parametrize("name", ["event_grid_sms__received", "event_grid_status__unknown_status"])
async def test_what_changes_nothing_is_ignored_with_a_log_line(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "contact_centre")
    intake = Intake()

    await intake.take(load(name))

    [line] = lines(caplog)
    assert (line["step"], line["outcome"]) == ("ingest", "ignored")
    assert intake.sender.sent == []
    assert await intake.kept() == ()


async def test_an_event_that_cannot_be_understood_is_kept_with_its_body_and_every_reason() -> None:
    intake = Intake()
    event = load("event_grid_received__text")
    event["data"] |= {"receivedTimestamp": "soon", "to": 5}
    event["subject"] = None

    await intake.take(event)
    await intake.take(event)

    [item] = await intake.kept()
    assert item.source is Source.EVENT
    assert item.id.startswith("2026-11-")
    assert set(item.reasons) == {"data.receivedTimestamp is not a time", "data.to is missing: the channel"}
    assert json.loads(item.body) == event
    assert intake.sender.sent == []


async def test_an_event_nested_too_deep_to_be_written_is_kept_without_its_data() -> None:
    intake = Intake()
    event = load("event_grid_received__text")
    event["data"]["extra"] = nested(50_000)

    await intake.take(event)

    [item] = await intake.kept()
    assert item.reasons == ("data is not an object that JSON can carry",)
    assert json.loads(item.body) == normal_form(event)


async def test_an_event_that_is_too_large_for_the_queue_is_kept_and_cut_to_what_a_row_holds() -> None:
    intake = Intake()
    event = load("event_grid_received__text")
    event["data"]["content"] = 'é"' * 500_000

    await intake.take(event)

    [item] = await intake.kept()
    too_large, cut = item.reasons
    assert too_large == "too large for the queue"
    assert cut == f"the body was cut to {len(item.body)} of {len(json.dumps(event, ensure_ascii=False))} characters"
    assert item.session_id == session_of(CHANNEL, BSUID)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("broken", "calls"), [(False, 1), (True, 2)])
async def test_an_event_that_failed_at_any_call_comes_again_and_ends_well(
    broken: bool, calls: int, after: bool
) -> None:
    event = load("event_grid_received__text")
    if broken:
        event["data"]["to"], event["subject"] = 5, None
    for call in range(1, calls + 1):
        intake = Intake(faults=Faults(call=call, error=AWAY, after=after))

        with pytest.raises(Unavailable):
            await intake.take(event)
        await intake.take(event)

        assert len(intake.sender.sent) == (0 if broken else 1)
        assert len(await intake.kept()) == (1 if broken else 0)


async def test_a_message_costs_one_call() -> None:
    intake = Intake()

    await intake.take(load("cloud_event_received__text"))

    assert intake.faults.calls == ["FakeSender.send"]


async def test_the_log_says_one_line_an_event_without_phone_number_or_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "contact_centre")
    good = load("event_grid_received__text")
    bad = load("event_grid_received__text")
    bad["data"]["receivedTimestamp"] = "Hello"

    await Intake().take(good)
    await Intake().take(bad)
    with pytest.raises(Unavailable):
        await Intake(faults=Faults(call=1, error=AWAY)).take(good)

    assert [line["outcome"] for line in lines(caplog)] == ["queued", "quarantined", "failed"]
    assert all({"event_id", "duration_ms"} <= set(line) for line in lines(caplog))
    assert {"message_id", "session_id"} <= set(lines(caplog)[0])
    assert "4254360097" not in caplog.text
    assert "Hello" not in caplog.text


async def test_the_log_names_the_odd_parts_of_an_event_that_was_taken(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "contact_centre")
    event = load("event_grid_received__text")
    event["data"] |= {"media": "Hello", "context": {"id": 4254360097}}

    await Intake().take(event)

    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert json.loads(record.getMessage())["odd"] == ["data.media", "data.context.id"]
    assert "4254360097" not in caplog.text
    assert "Hello" not in caplog.text


@settings(max_examples=100)
@given(mutated_events() | json_values)
async def test_whatever_arrives_is_queued_kept_or_ignored(event: object) -> None:
    intake = Intake()

    await intake.take(event)

    assert len(intake.sender.sent) + len(await intake.kept()) <= 1
    assert all(normal_form(decode_body(message.encode())) for message in intake.sender.sent)
    assert intake.tables.partitions(Table.CONTACTS) == []
