"""A replayed item goes to its session again, under an id that the broker has not seen, and is marked."""

import json
from dataclasses import dataclass, field

import pytest

from shared.intake.ingest import Ingest
from shared.intake.parsing import parse_event
from shared.intake.quarantine import DeadLetter, Quarantine
from shared.intake.quarantined import Source
from shared.intake.replay import Replay
from shared.queue.messages import Subject
from shared.queue.sender import QueueMessage
from shared.telemetry import NoTelemetry
from shared.vocabulary.errors import Refused, TooLarge, Unavailable
from shared.vocabulary.identity import session_of
from tests.events import load
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults
from tests.fakes.sender import FakeSender
from tests.fakes.tables import FakeTables
from tests.unit.pure.intake.expected import BSUID, CHANNEL, TEXT


@dataclass
class Desk:
    """Somebody who looks at the quarantine, on fakes, with a plan of what fails."""

    faults: Faults = field(default_factory=lambda: Faults(error=Unavailable("away")))
    sender: FakeSender = field(default_factory=lambda: FakeSender(duplicate_detection=True))
    clock: FakeClock = field(default_factory=FakeClock)
    tables: FakeTables = field(default_factory=FakeTables)

    @property
    def quarantine(self) -> Quarantine:
        return Quarantine(tables=self.tables, clock=self.clock, telemetry=NoTelemetry())

    async def ingest(self, event: object) -> None:
        await Ingest(sender=self.sender, quarantine=self.quarantine, clock=self.clock, keys={})(event)

    async def keep_event(self, event: object) -> str:
        return await self.quarantine.keep(source=Source.EVENT, name="e", reasons=("why",), body=json.dumps(event))

    async def keep_message(self, message: QueueMessage) -> str:
        return await self.quarantine.keep(
            source=Source.MESSAGE,
            name=message.message_id,
            reasons=("no such channel",),
            body=message.encode().decode(),
            at=message.event_time,
            subject=message.subject,
            session_id=message.session_id,
        )

    async def replay(self, item_id: str) -> None:
        quarantine = Quarantine(tables=self.faults.wrap(self.tables), clock=self.clock, telemetry=NoTelemetry())
        await Replay(quarantine=quarantine, sender=self.faults.wrap(self.sender), clock=self.clock, keys={})(item_id)


async def test_a_replayed_event_goes_to_its_session_under_a_fresh_id() -> None:
    desk = Desk()
    item_id = await desk.keep_event(load("event_grid_received__text"))

    await desk.replay(item_id)
    await desk.replay(item_id)

    first, second = desk.sender.sent
    assert first.message_id != second.message_id
    assert (first.session_id, first.subject, first.event_time) == (session_of(CHANNEL, BSUID), Subject.EVENT, TEXT.at)
    assert parse_event(first.body) == TEXT


async def test_a_message_that_route_could_not_place_is_not_dropped_as_a_duplicate_when_replayed() -> None:
    desk = Desk()
    await desk.ingest(load("event_grid_received__text"))
    [original] = desk.sender.sent

    await desk.replay(await desk.keep_message(original))

    _, again = desk.sender.sent
    assert again.message_id != original.message_id
    assert (again.session_id, again.subject, again.body) == (original.session_id, original.subject, original.body)
    assert again.event_time == original.event_time


async def test_a_replayed_dead_letter_does_what_its_subject_says() -> None:
    desk = Desk()
    letter = DeadLetter(
        message_id="t1",
        subject="timer",
        session_id="s1",
        body=b'{"contact":"c1","generation":3}',
        at=desk.clock.now(),
        reason=None,
        description=None,
    )

    await desk.replay(await desk.quarantine.keep_dead_letter(letter))

    [message] = desk.sender.sent
    assert (message.subject, message.session_id) == (Subject.TIMER, "s1")
    assert message.body == {"contact": "c1", "generation": 3}


async def test_a_replayed_item_is_marked_and_stays() -> None:
    desk = Desk()
    item_id = await desk.keep_event(load("event_grid_received__text"))
    desk.clock.step(3600)

    await desk.replay(item_id)

    item = await desk.quarantine.get(item_id)
    assert item.replayed
    assert item.replayed_at == desk.clock.now()


async def test_an_item_that_comes_back_before_its_mark_is_written_is_to_be_replayed_again() -> None:
    desk = Desk()
    event = load("event_grid_received__text")
    item_id = await desk.keep_event(event)
    route = _BackToQuarantine(desk, event)

    await Replay(quarantine=desk.quarantine, sender=route, clock=desk.clock, keys={})(item_id)

    assert not (await desk.quarantine.get(item_id)).replayed


class _BackToQuarantine(FakeSender):
    """A queue whose reader puts every message back into quarantine at once."""

    def __init__(self, desk: Desk, event: object) -> None:
        super().__init__()
        self._desk = desk
        self._event = event

    async def send(self, message: QueueMessage) -> None:
        self._desk.clock.step(0.1)
        await self._desk.keep_event(self._event)


async def test_an_event_that_still_cannot_be_understood_is_refused_with_its_reasons() -> None:
    desk = Desk()
    broken = load("event_grid_received__text")
    broken["data"]["receivedTimestamp"] = "soon"

    with pytest.raises(Refused) as refused:
        await desk.replay(await desk.keep_event(broken))

    assert refused.value.code == "invalid_request"
    assert refused.value.errors == (("body", "data.receivedTimestamp is not a time"),)
    assert desk.sender.sent == []


@pytest.mark.parametrize("body", ["", "[]", '{"id": "cut in the mi', '{"type": "other"}'])
async def test_a_body_that_is_no_event_of_ours_is_refused(body: str) -> None:
    desk = Desk()
    item_id = await desk.quarantine.keep(source=Source.EVENT, name="e", reasons=("why",), body=body)

    with pytest.raises(Refused) as refused:
        await desk.replay(item_id)

    assert refused.value.code == "invalid_request"
    assert not (await desk.quarantine.get(item_id)).replayed


@pytest.mark.parametrize(("subject", "session_id"), [(None, "s"), ("dance", "s"), ("event", None)])
async def test_a_dead_letter_without_work_or_session_is_refused(subject: str | None, session_id: str | None) -> None:
    desk = Desk()
    letter = DeadLetter(
        message_id="m", subject=subject, session_id=session_id, body=b"{}", at=None, reason=None, description=None
    )

    with pytest.raises(Refused) as refused:
        await desk.replay(await desk.quarantine.keep_dead_letter(letter))

    assert refused.value.code == "invalid_request"
    assert desk.sender.sent == []


async def test_an_item_that_the_queue_will_never_take_is_refused() -> None:
    desk = Desk(faults=Faults(call=1, error=TooLarge("too large"), only="send"))

    with pytest.raises(Refused) as refused:
        await desk.replay(await desk.keep_event(load("event_grid_received__text")))

    assert refused.value.code == "too_large"


async def test_an_item_that_nobody_kept_is_not_found() -> None:
    with pytest.raises(Refused) as refused:
        await Desk().replay("2026-11-" + "0" * 32)

    assert refused.value.code == "not_found"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", [1, 2, 3, 4])
async def test_a_replay_that_failed_at_any_call_can_be_repeated(call: int, after: bool) -> None:
    desk = Desk(faults=Faults(call=call, error=Unavailable("away"), after=after))
    item_id = await desk.keep_event(load("event_grid_received__text"))

    with pytest.raises(Unavailable):
        await desk.replay(item_id)
    await desk.replay(item_id)

    assert desk.sender.sent
    assert {parse_event(message.body) for message in desk.sender.sent} == {TEXT}
    assert (await desk.quarantine.get(item_id)).replayed


async def test_a_dead_letter_that_still_cannot_be_read_is_refused_with_the_reason() -> None:
    desk = Desk()
    letter = DeadLetter(
        message_id="m", subject="timer", session_id="s", body=b"{}", at=None, reason=None, description=None
    )
    item_id = await desk.quarantine.keep_dead_letter(letter)

    with pytest.raises(Refused) as caught:
        await desk.replay(item_id)

    assert (caught.value.code, caught.value.errors) == ("invalid_request", (("body", "contact is no text"),))
