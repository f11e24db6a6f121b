"""Offers that pass, waits that are over, queues that nobody serves, surveys that nobody answers."""

from datetime import datetime
from typing import Any

import pytest

from shared.configuration import Presence
from shared.state.agent import Agent, LoadEntry, LoadKind
from shared.state.contact import AwaitedSurvey, MissedOffer
from shared.state.conversation import Declines, Offer, Segment, Survey, SurveyStatus
from shared.vocabulary.words import ConversationStatus, SegmentEnd
from tests.unit.pure.contacts import CONTACT, NOW, ago, ahead, contact, conversation
from tests.unit.pure.deadlines.talk import after_timer, ana, due, lines, team, workstream

OPEN, ACTIVE = ConversationStatus.OPEN, ConversationStatus.ACTIVE
WAITING, CLOSED = ConversationStatus.WAITING, ConversationStatus.CLOSED
PLAIN = workstream()


class TestOffers:
    OFFERED = conversation(
        offer=Offer(agent="Ana", at=ago(minutes=2), expires_at=NOW), units=30, queued_since=ago(hours=1)
    )

    def test_one_that_is_not_answered_is_a_decline_and_the_conversation_is_in_line_at_its_place(self) -> None:
        assert due(PLAIN, contact(conversation=self.OFFERED)) == NOW
        change = after_timer(PLAIN, contact(conversation=self.OFFERED), team(ana()))
        after = change.contact.conversation
        assert after
        assert (after.status, after.offer, after.units, after.queued_since) == (OPEN, None, 0, ago(hours=1))
        assert after.declines == {"ana": Declines(times=1, last=NOW)}
        assert lines(change) == ["Ana n’a pas répondu à la proposition."]

    @pytest.mark.parametrize(
        ("presence", "missed"),
        [
            ("away", (MissedOffer(agent="Ana", offered_at=ago(minutes=2)),)),
            ("do_not_disturb", (MissedOffer(agent="Ana", offered_at=ago(minutes=2)),)),
            ("none", ()),
        ],
    )
    def test_the_agents_presence_is_to_show_it_if_the_file_says_so(
        self, presence: str, missed: tuple[MissedOffer, ...]
    ) -> None:
        configuration = workstream(distribution={"accept": "manual", "missed_offer_presence": presence})
        assert after_timer(configuration, contact(conversation=self.OFFERED)).contact.missed_offers == missed

    @pytest.mark.parametrize("gone", [{"presence": Presence.OFFLINE}, {"active": False}])
    def test_one_whose_agent_has_gone_meanwhile_is_withdrawn_and_no_decline(self, gone: dict[str, Any]) -> None:
        """Whoever set the agent offline may have died before the offer was taken back."""
        change = after_timer(PLAIN, contact(conversation=self.OFFERED), team(ana(**gone)))
        after = change.contact.conversation
        assert after
        assert (after.offer, after.declines, change.contact.missed_offers) == (None, {}, ())
        assert lines(change) == ["La proposition à Ana a été retirée."]

    def test_one_of_a_workstream_that_is_gone_passes_too(self) -> None:
        of = conversation(offer=self.OFFERED.offer, workstream="gone")
        after = after_timer(PLAIN, contact(conversation=of)).contact.conversation
        assert after
        assert after.offer is None


ASIDE = conversation(status=WAITING, agent="ana", wait_until=NOW, queued_since=ago(days=1))
BUSY = {"other": LoadEntry(kind=LoadKind.HELD, version=1, queue="general", at=NOW, units=180)}


class TestWaits:
    @pytest.mark.parametrize(
        ("agent", "status"),
        [
            (ana(), ACTIVE),
            (ana(presence=Presence.AWAY), ACTIVE),
            (ana(presence=Presence.OFFLINE), OPEN),
            (ana(active=False), OPEN),
            (ana(queues=("billing",)), OPEN),
            (ana(load=BUSY), OPEN),
            (None, OPEN),
        ],
        ids=["there", "away", "offline", "does not work here", "left the queue", "beyond twice the capacity", "gone"],
    )
    def test_it_goes_back_to_the_agent_who_is_there_else_into_the_queue(
        self, agent: Agent | None, status: ConversationStatus
    ) -> None:
        change = after_timer(PLAIN, contact(conversation=ASIDE), team(*([agent] if agent else [])))
        after = change.contact.conversation
        assert after
        assert (after.status, after.wait_until) == (status, None)
        if status is ACTIVE:
            assert (after.agent, after.units) == ("ana", 30)
            assert lines(change) == ["Fin de la mise en attente : de retour chez Ana."]
        else:
            assert (after.agent, after.last_agent, after.queued_since) == (None, "ana", ago(days=1))
            assert after.segments[-1].agent is None

    def test_a_wait_without_an_end_is_left_to_auto_close(self) -> None:
        of = conversation(status=WAITING, agent="ana", created_at=ago(hours=1), last_message_at=ago(hours=1))
        assert due(PLAIN, contact(conversation=of)) == ahead(hours=23)

    def test_no_timer_closes_it_before_its_end(self) -> None:
        of = conversation(status=WAITING, agent="ana", wait_until=ahead(days=3), last_message_at=ago(days=9))
        assert due(PLAIN, contact(conversation=of)) == ahead(days=3)


NOBODY = workstream(automated_messages={"not_assigned": {"fr": "Personne n’est là."}})


class TestStaffing:
    @staticmethod
    def joined(at: datetime, queue: str = "general", **fields: Any) -> Any:
        segments = (Segment(queue=queue, agent=None, started_at=at),)
        return conversation(queue=queue, segments=segments, created_at=ago(days=1), **fields)

    @pytest.mark.parametrize(
        ("configuration", "fields", "looked_at"),
        [
            (NOBODY, {}, NOW),
            (PLAIN, {}, None),
            (NOBODY, {"said": ("not_assigned",)}, None),
            (NOBODY, {"staffing_checked_at": ago(minutes=1)}, None),
            (NOBODY, {"staffing_checked_at": ago(hours=1)}, NOW),
            (NOBODY, {"offer": Offer(agent="ana", at=NOW, expires_at=ahead(minutes=9))}, None),
            (NOBODY, {"status": ACTIVE, "agent": "ana"}, None),
        ],
        ids=[
            "two minutes after it joined",
            "there is no text",
            "it was said",
            "it was looked at",
            "in the queue before this one",
            "it is offered",
            "somebody has it",
        ],
    )
    def test_it_is_looked_at_two_minutes_after_joining_a_queue(
        self, configuration: Any, fields: dict[str, Any], looked_at: datetime | None
    ) -> None:
        of = contact(conversation=self.joined(ago(minutes=2), **fields))
        assert (due(configuration, of) == NOW) == (looked_at == NOW)

    @pytest.mark.parametrize(
        ("agents", "queue", "says"),
        [
            ((), "general", True),
            ((ana(),), "general", False),
            ((ana(presence=Presence.BUSY),), "general", False),
            ((ana(presence=Presence.AWAY),), "general", True),
            ((ana(presence=Presence.OFFLINE),), "general", True),
            ((ana(active=False),), "general", True),
            ((ana(queues=("billing",)),), "general", True),
            ((), "billing", True),
            ((ana(queues=("billing",), presence=Presence.OFFLINE),), "billing", False),
        ],
        ids=[
            "no agents at all",
            "one is there",
            "one is busy",
            "away",
            "offline",
            "does not work here",
            "of another queue",
            "no agents, and it is closed",
            "nobody there, since it is closed",
        ],
    )
    def test_the_customer_is_told_where_nobody_serves_the_queue(
        self, agents: tuple[Agent, ...], queue: str, says: bool
    ) -> None:
        """NOW is a Friday evening: billing is closed."""
        change = after_timer(NOBODY, contact(conversation=self.joined(ago(minutes=2), queue)), team(*agents))
        assert [each.content.text for each in change.outgoing] == (["Personne n’est là."] if says else [])
        assert due(NOBODY, change.contact) != NOW, "looked at once"


SURVEYED = conversation(status=CLOSED, survey=Survey(status=SurveyStatus.ASKED, at=ago(days=1)))


class TestSurveys:
    def test_one_that_nobody_answered_expires(self) -> None:
        awaited = AwaitedSurvey(conversation_id=SURVEYED.id, expires_at=NOW)
        of = contact(conversation=SURVEYED, awaited_survey=awaited)
        assert due(PLAIN, of) == NOW
        change = after_timer(PLAIN, of)
        (closed,) = change.closed
        assert closed.survey == Survey(status=SurveyStatus.EXPIRED, at=NOW)
        assert (change.contact.conversation, change.contact.awaited_survey) == (closed, None)

    def test_also_while_another_conversation_is_going_on(self) -> None:
        newer = conversation(id=f"{CONTACT}-01JD5Y0000000000000000000B")
        awaited = AwaitedSurvey(conversation_id=SURVEYED.id, expires_at=NOW, template=True)
        change = after_timer(PLAIN, contact(conversation=newer, awaited_survey=awaited), surveyed=SURVEYED)
        (closed,) = change.closed
        assert (closed.id, closed.survey) == (SURVEYED.id, Survey(status=SurveyStatus.EXPIRED, at=NOW))
        assert change.contact.conversation == newer
        assert change.contact.awaited_survey
        assert change.contact.awaited_survey.over, "a tap on its buttons still counts"
        assert due(PLAIN, change.contact) != NOW

    def test_an_answer_is_not_taken_back(self) -> None:
        answered = conversation(status=CLOSED, survey=Survey(status=SurveyStatus.ANSWERED, at=ago(hours=1), score=4))
        awaited = AwaitedSurvey(conversation_id=answered.id, expires_at=NOW)
        change = after_timer(PLAIN, contact(conversation=answered, awaited_survey=awaited))
        assert change.contact.conversation == answered


def test_what_another_deadline_brings_about_is_left_to_the_next_timer() -> None:
    """The offer passes, and nobody has been asked yet who serves the queue: the timer fires again at once."""
    offered = TestStaffing.joined(ago(minutes=5), offer=Offer(agent="ana", at=ago(minutes=2), expires_at=NOW))
    change = after_timer(NOBODY, contact(conversation=offered))
    assert change.outgoing == ()
    assert due(NOBODY, change.contact) == ago(minutes=3)


def test_a_segment_ends_when_its_agent_is_gone() -> None:
    segments = (Segment(queue="general", agent="ana", started_at=ago(days=1)),)
    of = conversation(status=WAITING, agent="ana", wait_until=NOW, segments=segments)
    after = after_timer(PLAIN, contact(conversation=of)).contact.conversation
    assert after
    assert [(each.agent, each.reason) for each in after.segments] == [
        ("ana", SegmentEnd.AGENT_DISCONNECTED),
        (None, None),
    ]
