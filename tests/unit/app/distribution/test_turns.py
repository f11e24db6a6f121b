"""Turns: who waits is given to who is free, by a message that the app sends itself."""

from datetime import timedelta
from itertools import batched

import pytest

from shared.composition import ContactCentre
from shared.configuration.workstreams import Presence
from shared.queue.messages import Subject, Turn
from shared.queue.sender import QueueMessage
from shared.queue.turn_requests import DISTRIBUTION
from shared.state.rows import encode
from shared.state.tables import Put, Table
from shared.telemetry import Metric
from shared.vocabulary.words import ConversationStatus, MessageKind, SegmentEnd
from tests.fakes.clock import OffClock
from tests.fakes.faults import Faults, Killed
from tests.unit.app.distribution.centres import Centre, phone
from tests.unit.pure.distribution.lines import waiting

GREETING = {"greeting": {"en": "Welcome"}, "agent_assigned": {"en": "{agent.name} is here"}}


def turns(centre: Centre) -> list[float]:
    """In how many seconds, from now on, turns are due that were asked for."""
    asked = [message.deliver_at for message in centre.sender.sent if message.subject is Subject.TURN]
    return sorted((at - centre.clock.now()).total_seconds() for at in asked if at and at >= centre.clock.now())


async def take_turn(centre: Centre, worker: ContactCentre | None = None, due: int | None = None) -> None:
    turn = Turn(due=due if due is not None else int(centre.clock.now().timestamp()))
    message = QueueMessage.of(turn, session_id=DISTRIBUTION, message_id=centre.clock.new_id())
    await centre.deliver(message, by=worker)


class TestAssigning:
    async def test_who_writes_is_given_to_who_is_free_within_seconds(self) -> None:
        centre = Centre()
        await centre.agent("ana")
        await centre.customers(1)
        await centre.pass_time(3)
        conversation = centre.conversation_of(1)
        assert (conversation.status, conversation.agent, conversation.units) == (ConversationStatus.ACTIVE, "ana", 30)
        assert [(each.agent, each.reason) for each in conversation.segments] == [
            (None, SegmentEnd.ASSIGNED),
            ("ana", None),
        ]
        centre.check_true("ana")
        assert centre.waiting() == []

    async def test_the_history_says_so(self) -> None:
        centre = Centre()
        await centre.agent("ana")
        await centre.customers(1)
        await centre.pass_time(3)
        lines = [line.text for line in centre.history() if line.kind is MessageKind.NOTE]
        assert lines == ["Assigned to Ana."]

    async def test_three_free_places_of_one_agent_take_three_of_four(self) -> None:
        centre = Centre()
        await centre.agent("ana")
        await centre.customers(1, 2, 3, 4)
        await centre.pass_time(3)
        assert [centre.agent_of(number) for number in (1, 2, 3, 4)] == ["ana", "ana", "ana", None]
        centre.check_true("ana")

    async def test_one_write_an_agent_reserves_all_of_a_turn(self) -> None:
        centre = Centre()
        faults = Faults(error=AssertionError())
        worker = centre.worker(tables=faults.wrap(centre.tables))
        await centre.customers(1, 2, 3, by=worker)
        await centre.agent("ana")
        faults.calls.clear()
        await take_turn(centre, worker)
        # One for the agent; three a conversation: the contact, list row with line row, and what desks are told.
        assert faults.calls.count("FakeTables.commit") == 1 + 3 * 3
        assert faults.calls.count("FakeTables.get") <= 3
        assert [centre.agent_of(number) for number in (1, 2, 3)] == ["ana"] * 3

    async def test_a_worker_that_knows_nothing_reads_one_row_a_conversation(self) -> None:
        centre = Centre()
        await centre.customers(1, 2, 3)
        await centre.agent("ana")
        faults = Faults(error=AssertionError())
        await take_turn(centre, centre.worker(tables=faults.wrap(centre.tables)))
        assert faults.calls.count("FakeTables.get") == 3
        centre.check_true("ana")

    async def test_what_is_to_be_sent_is_sent_by_the_contacts_own_session(self) -> None:
        centre = Centre(automated_messages=GREETING)
        await centre.customers(1)
        await centre.agent("ana")
        await take_turn(centre)
        assert centre.phone == ["Welcome"]
        await centre.drain()
        assert centre.phone == ["Welcome", "Ana is here"]

    async def test_a_channel_that_is_away_holds_up_no_turn(self) -> None:
        centre = Centre(automated_messages=GREETING)
        await centre.customers(1, 2)
        await centre.agent("ana")
        faults = Faults(call=1, error=TimeoutError(), lasting=True)
        await take_turn(centre, centre.worker(channel=faults.wrap(centre.channel)))
        assert [centre.agent_of(1), centre.agent_of(2)] == ["ana", "ana"]
        assert faults.calls == []

    async def test_nobody_is_pushed_what_is_to_be_taken(self) -> None:
        centre = Centre({"mode": "pick"})
        await centre.agent("ana")
        await centre.customers(1)
        await centre.pass_time(200)
        assert centre.agent_of(1) is None
        assert turns(centre) == []


class TestOffers:
    async def test_where_agents_are_asked_it_is_offered(self) -> None:
        centre = Centre({"accept": "manual", "offer_timeout": "2m"})
        await centre.agent("ana")
        await centre.customers(1)
        await centre.pass_time(3)
        conversation = centre.conversation_of(1)
        assert conversation.status is ConversationStatus.OPEN
        assert conversation.offer
        assert conversation.offer.agent == "ana"
        assert conversation.offer.expires_at - conversation.offer.at == timedelta(minutes=2)
        assert (centre.load("ana"), centre.waiting()) == ([conversation.id], [])


class TestAsking:
    async def test_all_who_come_in_one_second_ask_once(self) -> None:
        centre = Centre()
        for number in range(5):
            await centre.customer("Hello", phone=phone(number))
        assert [round(due) for due in turns(centre)] == [2, 120]

    async def test_nobody_waits_nobody_asks(self) -> None:
        centre = Centre()
        await centre.agent("ana")
        await take_turn(centre)
        assert turns(centre) == []

    async def test_a_line_that_is_not_empty_has_a_turn_under_way(self) -> None:
        centre = Centre()
        await centre.agent("ana", presence=Presence.AWAY)
        await centre.customers(1)
        for _ in range(10):
            await centre.pass_time(60)
            assert turns(centre)[0] <= 60

    @pytest.mark.parametrize("seconds", [-3, -0.1, 3])
    async def test_also_where_the_clock_is_not_the_brokers(self, seconds: float) -> None:
        """A turn that comes before its time by this worker's clock is no longer under way all the same."""
        centre = Centre()
        off = centre.worker(clock=OffClock(centre.clock, seconds))
        await centre.agent("ana", presence=Presence.AWAY)
        await centre.customers(1)
        for _ in range(10):
            await centre.pass_time(60, by=off)
            assert turns(centre)[0] <= 60 + 3

    async def test_it_is_asked_for_before_the_agents_are_read(self) -> None:
        centre = Centre()
        await centre.agent("ana")
        await centre.customers(1)
        faults = Faults(call=2, error=Killed(), lasting=True, only="scan")
        with pytest.raises(Killed):
            await take_turn(centre, centre.worker(tables=faults.wrap(centre.tables)))
        assert 60 in [round(due) for due in turns(centre)]

    async def test_progress_asks_for_the_next_second(self) -> None:
        centre = Centre()
        await centre.agent("ana", capacity=30)
        await centre.customers(1, 2)
        before = centre.clock.now()
        centre.restart()
        await take_turn(centre)
        assert centre.clock.now() == before
        assert 2 in [round(due) for due in turns(centre)]

    async def test_without_any_it_asks_for_none_but_the_repair(self) -> None:
        centre = Centre()
        await centre.agent("ana", capacity=0)
        await centre.customers(1)
        await centre.pass_time(5)
        sent = len(centre.sender.sent)
        await take_turn(centre)
        assert centre.sender.sent[sent:] == []

    async def test_a_turn_out_of_date_ends_at_once(self) -> None:
        centre = Centre()
        await centre.customers(1)
        await take_turn(centre)
        now = int(centre.clock.now().timestamp())
        await centre.agent("ana")
        await take_turn(centre, due=now - 5)
        assert centre.agent_of(1) is None
        await take_turn(centre, due=now - 4)
        assert centre.agent_of(1) == "ana"

    async def test_one_that_failed_does_not_make_its_repetition_out_of_date(self) -> None:
        """The message is delivered again, and is by then as old as that."""
        centre = Centre()
        await centre.customers(1)
        await centre.agent("ana")
        due = int(centre.clock.now().timestamp())
        faults = Faults(call=2, error=Killed(), lasting=True, only="scan")
        worker = centre.worker(tables=faults.wrap(centre.tables))
        with pytest.raises(Killed):
            await take_turn(centre, worker, due)
        faults.end()
        centre.clock.step(30)
        await take_turn(centre, worker, due)
        assert centre.agent_of(1) == "ana"

    async def test_an_id_that_is_taken_stands_for_the_turn_of_whoever_took_it(self) -> None:
        """Another worker asked for the same second: one message, which begins after the rows of both."""
        centre = Centre()
        await centre.agent("ana")
        await centre.customer("Hello", phone=phone(1))
        await centre.customer("Hello", phone=phone(2), by=centre.worker())
        ids = [message.message_id for message in centre.sender.sent if message.subject is Subject.TURN]
        assert len(ids) > len(set(ids))
        await centre.pass_time(3)
        assert [centre.agent_of(1), centre.agent_of(2)] == ["ana", "ana"]

    async def test_an_id_that_was_used_before_is_made_up_for(self) -> None:
        """A worker whose clock is behind asks for a second that is over for the broker, which drops it."""
        centre = Centre()
        await centre.agent("ana")
        ahead = centre.clock.now() + timedelta(seconds=2)
        used = Turn(due=int(ahead.timestamp()))
        await centre.sender.send(
            QueueMessage.of(used, session_id=DISTRIBUTION, message_id=f"turn:{used.due}", deliver_at=centre.clock.now())
        )
        await centre.drain()
        await centre.customer("Hello", phone=phone(1))
        await centre.pass_time(30)
        assert centre.agent_of(1) is None
        await centre.pass_time(100)
        assert centre.agent_of(1) == "ana"

    async def test_a_trigger_that_is_lost_is_made_up_for_by_the_redelivery(self) -> None:
        """The worker died between the line row and the question."""
        centre = Centre()
        await centre.agent("ana")
        message = centre.inbound("Hello", phone=phone(1), message_id="m")
        faults = Faults(call=2, error=Killed(), lasting=True)  # the first is the timer's
        with pytest.raises(Killed):
            await centre.event(message, by=centre.worker(sender=faults.wrap(centre.sender)))
        assert len(centre.waiting()) == 1
        centre.restart()
        await centre.event(message, delivery=2)
        await centre.pass_time(3)
        assert centre.agent_of(1) == "ana"

    async def test_a_check_that_finds_it_waiting_asks(self) -> None:
        centre = Centre()
        await centre.customers(1)
        await centre.pass_time(10)
        centre.restart()
        contact = centre.contact
        await centre.centre._committer.check_later(contact, centre.clock.now())
        await centre.agent("ana")
        await centre.pass_time(4)
        assert centre.agent_of(1) == "ana"


class TestReadingOn:
    async def test_the_first_hundred_that_nobody_can_serve_keep_nobody_behind_them(self) -> None:
        centre = Centre(
            {"skill_match": "exact"},
            classification=[{"rules": [{"when": {"contact.phone": {"starts_with": "+33699"}}, "skills": ["french"]}]}],
        )
        for number in range(99_000_000, 99_000_105):
            await centre.customer("Hello", phone=phone(number))
        centre.clock.step(60)
        await centre.customers(1)
        await centre.agent("ana")
        await take_turn(centre)
        assert centre.agent_of(1) == "ana"

    async def test_beyond_a_thousand_a_further_message_goes_on(self) -> None:
        centre = Centre({"skill_match": "exact"})
        rows = [waiting(f"c{number}", skills={"french": None}, minutes=60) for number in range(1_050)]
        for some in batched(rows, 100, strict=False):
            puts = [Put(one.key, encode(one.row)) for one in some if one.row]
            await centre.tables.commit(Table.INBOX, "general", puts)
        await centre.customers(1)
        await centre.agent("ana")
        await take_turn(centre)
        assert centre.agent_of(1) is None
        assert [message.body["after"] for message in centre.sender.sent if message.body.get("after")] == [
            {"general": sorted(one.key for one in rows)[999]}
        ]
        await centre.drain()
        assert centre.agent_of(1) == "ana"

    async def test_one_that_goes_on_is_never_out_of_date_and_makes_none_so(self) -> None:
        centre = Centre({"skill_match": "exact"})
        await centre.customers(1, 2)
        now, first = int(centre.clock.now().timestamp()), centre.tables.rows(Table.INBOX, "general")
        keys = [row.key for row in first if row.key.startswith("line:")]
        await take_turn(centre)
        await centre.agent("ana", capacity=30)
        centre.clock.step(60)
        goes_on = Turn(due=now - 30, after={"general": keys[0]})
        await centre.deliver(QueueMessage.of(goes_on, session_id=DISTRIBUTION, message_id="goes on"))
        assert (centre.agent_of(1), centre.agent_of(2)) == (None, "ana")
        await centre.agent("bob")
        await take_turn(centre, due=now + 1)
        assert centre.agent_of(1) == "bob"

    async def test_a_row_that_cannot_be_read_is_passed_over_with_an_alert(self) -> None:
        centre = Centre()
        await centre.tables.commit(Table.INBOX, "general", [Put("line:0:0000000000001:x", "{")])
        await centre.customers(1)
        await centre.agent("ana")
        await take_turn(centre)
        assert centre.agent_of(1) == "ana"
        assert centre.telemetry.of(Metric.WAITING) == [{"queue": "general", "reason": "unreadable"}]

    async def test_what_is_left_is_told_with_its_reason(self) -> None:
        centre = Centre()
        await centre.agent("ana", capacity=30)
        await centre.customers(1, 2, 3)
        await take_turn(centre)
        assert centre.telemetry.of(Metric.WAITING) == [{"queue": "general", "reason": "all_busy"}]
        assert centre.telemetry.values(Metric.WAITING) == [2]
