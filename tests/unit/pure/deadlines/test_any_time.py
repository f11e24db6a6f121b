"""Whatever a contact is like: a timer that has fired leaves nothing that would make it fire at once for ever."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.configuration import Presence
from shared.deadlines.timer import armed, decide_timer, next_deadline
from shared.state.agent import Agent
from shared.state.contact import AwaitedSurvey, Contact, Timer
from shared.state.conversation import Offer, Segment, Silence, Survey, SurveyStatus
from shared.vocabulary.words import AuthorType, ConversationStatus
from tests.unit.pure.contacts import CONVERSATION, NOW, contact, conversation, stored
from tests.unit.pure.deadlines.talk import ana, team, workstream

CONFIGURATION = workstream(
    lifecycle={"auto_close_open": "1d", "auto_close_active": "20h", "auto_close_waiting": "10h"},
    automated_messages={"not_assigned": {"fr": "Personne."}, "conversation_closed": {"fr": "Au revoir."}},
    inactivity=[
        {"silent": "customer", "after": "1h", "do": "send", "message": {"fr": "Toujours là ?"}},
        {"silent": "customer", "after": "2h", "do": "wait"},
        {"silent": "customer", "after": "5h", "do": "close"},
        {"silent": "agent", "after": "1h", "do": "send", "message": {"fr": "Un instant."}},
        {"silent": "agent", "after": "9h", "do": "close"},
    ],
    distribution={"accept": "manual", "return_after": "15m"},
)
TIMES = st.integers(-48 * 60, 48 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
PAST = st.integers(0, 48 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))
AGENTS = st.sampled_from([None, ana(), ana(presence=Presence.OFFLINE), ana(presence=Presence.AWAY), ana(queues=())])


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    status = draw(st.sampled_from(ConversationStatus))
    fields: dict[str, Any] = {"created_at": draw(PAST), "last_message_at": draw(PAST), "status": status}
    fields["agent"] = None if status is ConversationStatus.OPEN else draw(st.sampled_from(["ana", "bo"]))
    if status is ConversationStatus.OPEN and draw(st.booleans()):
        at = draw(PAST)
        fields["offer"] = Offer(agent="ana", at=at, expires_at=at + timedelta(minutes=2))
    if status is ConversationStatus.WAITING:
        fields["wait_until"] = draw(st.none() | TIMES)
    if status is ConversationStatus.WRAP_UP:
        fields["wrap_up_until"] = draw(TIMES)
    fields["silence"] = draw(
        st.none()
        | st.builds(
            Silence,
            after=st.sampled_from([AuthorType.CUSTOMER, AuthorType.AGENT]),
            since=PAST,
            template_at=st.none() | PAST,
            passed_until=st.none() | PAST,
        )
    )
    fields["waiting_since"] = draw(st.none() | PAST)
    fields["status_since"] = draw(st.none() | PAST)
    fields["segments"] = (Segment(queue="general", agent=fields["agent"], started_at=fields["created_at"]),)
    fields["survey"] = draw(st.none() | st.just(Survey(status=SurveyStatus.ASKED, at=NOW)))
    awaited = st.builds(AwaitedSurvey, conversation_id=st.just(CONVERSATION), expires_at=TIMES, template=st.booleans())
    return contact(
        conversation=conversation(**fields),
        window_from=draw(PAST),
        opted_out=draw(st.booleans()),
        awaited_survey=draw(st.none() | awaited),
    )


@given(contacts(), AGENTS)
def test_after_a_few_timers_whatever_is_left_lies_ahead(of: Contact, agent: Agent | None) -> None:
    known = team(*([agent] if agent else []))
    for _ in range(4):
        if (due := next_deadline(of, CONFIGURATION)) is None or due > NOW:
            return
        fired = replace(of, timer=Timer(generation=1, fires_at=NOW))
        draft = decide_timer(stored(fired), 1, CONFIGURATION, known, NOW)
        assert draft
        of = draft.change().contact
    raise AssertionError("its timer would fire for ever")


@given(contacts(), TIMES)
def test_a_contact_always_has_a_timer_no_later_than_its_next_deadline(of: Contact, running: datetime) -> None:
    after = armed(replace(of, timer=Timer(generation=1, fires_at=running)), CONFIGURATION, NOW)
    due = next_deadline(of, CONFIGURATION)
    assert after.timer
    if due:
        assert after.timer.fires_at <= max(due, NOW)
