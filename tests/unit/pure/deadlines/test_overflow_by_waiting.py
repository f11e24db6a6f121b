"""A conversation that waits too long overflows: when, where to, and when not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.configuration import Configuration, load_configuration
from shared.deadlines.overflow_by_waiting import overflow, overflow_needs, overflows_at
from shared.state.contact import Contact
from shared.state.conversation import Offer, Segment
from shared.state.draft import Draft
from shared.state.team import Team
from shared.vocabulary.words import AuthorType, ClosureReason, ConversationStatus, SegmentEnd
from tests.unit.pure.contacts import contact, conversation, held, stored

JOINED = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
"""A Friday: the office closes in an hour, and opens on Monday."""


def at(minutes: float) -> datetime:
    return JOINED + timedelta(minutes=minutes)


def configuration(
    billing: str, *, rule: str = "", general: str = "[]", night: str = "[]", office: str = "[]"
) -> Configuration:
    return load_configuration(
        f"""
        version: 1
        channels: {{support_fr: {{id: 11111111-1111-1111-1111-111111111111, workstream: support}}}}
        workstreams:
          support:
            languages: [en]
            route_to_queue:
              rules: [{{name: vip, when: {{var.vip: {{equals: true}}}}, to: billing{rule}}}]
              fallback: general
            automated_messages: {{overflow_closed: {{en: "Sorry."}}}}
        queues:
          billing: {{overflow: {billing}}}
          general: {{overflow: {general}}}
          night: {{overflow: {night}}}
          office: {{hours: office, overflow: {office}}}
        hours: {{office: {{timezone: UTC, open: {{mon-fri: ["09:00-18:00"]}}}}}}
        """
    )


def waiting(**fields: Any) -> Contact:
    usual = {"queue": "billing", "segments": (Segment(queue="billing", agent=None, started_at=JOINED),)}
    return contact(
        window_from=JOINED, conversation=conversation(**{"created_at": JOINED - timedelta(days=1), **usual, **fields})
    )


def decided(of: Contact, file: Configuration, minutes: float, **team: Any) -> Draft:
    draft = Draft.of(stored(of), at(minutes))
    overflow(draft, file, Team(**team))
    return draft


TO_GENERAL = "[{when: {waiting: 30m}, do: {transfer: general}}]"


def test_its_clock_is_the_time_in_this_queue() -> None:
    file = configuration(TO_GENERAL)
    assert overflows_at(waiting(), file) == at(30)
    segments = (
        Segment(queue="general", agent=None, started_at=JOINED, ended_at=at(10)),
        Segment(queue="billing", agent=None, started_at=at(10)),
    )
    assert overflows_at(waiting(segments=segments), file) == at(40)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": ConversationStatus.ACTIVE, "agent": "ana"},
        {"status": ConversationStatus.WAITING, "agent": "ana"},
        {"status": ConversationStatus.CLOSED},
        {"queue": "removed"},
        {"queue": "general"},
        {"overflowed_from": ("general",)},
    ],
    ids=["in hand", "set aside", "closed", "its queue is removed", "its queue has none", "it came from there"],
)
def test_it_does_not_overflow(fields: dict[str, Any]) -> None:
    assert overflows_at(waiting(**fields), configuration(TO_GENERAL)) is None


def test_a_transfer_keeps_the_place_in_the_line_and_notes_where_it_came_from() -> None:
    before = waiting(queued_since=at(-5))
    after = decided(before, configuration(TO_GENERAL), 30).contact.conversation
    assert after
    assert (after.queue, after.status, after.queued_since) == ("general", ConversationStatus.OPEN, at(-5))
    assert after.overflowed_from == ("billing",)
    assert [(each.queue, each.started_at, each.ended_at, each.reason) for each in after.segments] == [
        ("billing", JOINED, at(30), SegmentEnd.OVERFLOW_TRANSFERRED),
        ("general", at(30), None, None),
    ]


@pytest.mark.parametrize(
    ("billing", "waits", "until"),
    [
        ("close", {"held": (held("r1", at(90)),)}, at(90)),
        ("close", {"ping": "r1-ping", "pinged_at": JOINED}, JOINED + timedelta(days=7)),
        ("{transfer: general}", {"held": (held("r1", at(90)),)}, at(30)),
    ],
    ids=["held words", "a template", "what only passes it on does not wait"],
)
def test_it_does_not_close_what_waits_for_the_customer(billing: str, waits: dict[str, Any], until: datetime) -> None:
    file = configuration(f"[{{when: {{waiting: 30m}}, do: {billing}}}]")
    for workstream in ("support", "gone"):
        assert overflows_at(replace(waiting(workstream=workstream), **waits), file) == until


def test_the_next_queue_has_a_clock_of_its_own_and_none_is_entered_twice() -> None:
    chain = "[{when: {waiting: 5m}, do: {transfer: night}}]"
    file = configuration(TO_GENERAL, general=chain, night="[{when: {waiting: 1m}, do: close}]")
    once = decided(waiting(), file, 30).contact
    assert overflows_at(once, file) == at(35)
    twice = decided(once, file, 35).contact
    assert twice.conversation
    assert (twice.conversation.queue, twice.conversation.overflowed_from) == ("night", ("billing", "general"))
    assert overflows_at(twice, file) == at(36)


def test_close_says_so_and_ends_it() -> None:
    draft = decided(waiting(), configuration("[{when: {waiting: 30m}, do: close}]"), 30)
    after = draft.contact.conversation
    assert after
    assert after.closure
    assert after.closure.reason is ClosureReason.WAITING_OVERFLOW_CLOSED
    assert [draft.outgoing(each.id).content.text for each in draft.contact.unsent] == ["Sorry."]
    notes = [line.text for line in draft.change().messages.values() if line.author.type is AuthorType.SYSTEM]
    assert notes == ["Closed: the queue billing overflowed."]


def test_what_comes_first_in_the_list_comes_first_and_hours_before_all() -> None:
    listed = "[{when: {waiting: 5m}, do: {transfer: general}}, {when: {waiting: 5m}, do: close}]"
    assert queue_after(listed, 5) == "general"
    hours = "[{when: {waiting: 5m}, do: close}, {when: {waiting: 5m, out_of_hours: true}, do: {transfer: general}}]"
    assert queue_after(hours, 5, closed_until={"billing": at(60)}) == "general"
    assert queue_after(hours, 5) == "closed"


def queue_after(billing: str, minutes: float, **team: Any) -> str:
    after = decided(waiting(), configuration(billing), minutes, **team).contact.conversation
    assert after
    return "closed" if after.closed else after.queue


def test_a_rule_s_own_overflow_stands_for_its_queue_s_while_it_is_in_the_file() -> None:
    own = ", overflow: [{when: {waiting: 5m}, do: {transfer: night}}]"
    vip = waiting(route_rule="vip")
    assert overflows_at(vip, configuration(TO_GENERAL, rule=own)) == at(5)
    assert overflows_at(waiting(route_rule="another"), configuration(TO_GENERAL, rule=own)) == at(30)
    assert overflows_at(vip, configuration(TO_GENERAL)) == at(30)
    other = waiting(route_rule="vip", queue="night")
    assert overflows_at(other, configuration(TO_GENERAL, rule=own)) is None


def test_a_target_that_is_closed_is_passed_over_and_looked_at_again_when_it_opens() -> None:
    file = configuration("[{when: {waiting: 2h}, do: {transfer: office}}]")
    monday = datetime(2026, 11, 30, 9, tzinfo=UTC)
    later = decided(waiting(), file, 120).contact
    assert later.conversation
    assert later.conversation.queue == "billing"
    assert overflows_at(later, file) == monday
    draft = Draft.of(stored(later), monday)
    overflow(draft, file, Team())
    assert draft.contact.conversation
    assert draft.contact.conversation.queue == "office"


def test_of_a_target_that_is_closed_the_next_condition_is_asked_at_its_time() -> None:
    file = configuration("[{when: {waiting: 2h}, do: {transfer: office}}, {when: {waiting: 3h}, do: close}]")
    later = decided(waiting(), file, 120).contact
    assert overflows_at(later, file) == at(180)
    after = decided(later, file, 180).contact.conversation
    assert after
    assert after.closed


def test_a_target_that_a_supervisor_closed_is_closed() -> None:
    file = configuration(TO_GENERAL)
    later = decided(waiting(), file, 30, closed_until={"general": at(50)}).contact
    assert overflows_at(later, file) == at(35), "the supervisor may open it again at any time"
    later = decided(later, file, 48, closed_until={"general": at(50)}).contact
    assert overflows_at(later, file) == at(50)


ENTRY = "{when: {out_of_hours: true}, do: {transfer: general}}"


def test_what_its_target_s_hours_kept_it_from_on_entry_is_asked_when_that_opens() -> None:
    file = configuration(f"[{ENTRY}, {{when: {{waiting: 30m}}, do: {{transfer: night}}}}]")
    of = waiting(overflow_again_at=at(50))
    closed = {"billing": at(600), "general": at(70), "night": at(600)}
    assert overflows_at(waiting(), file) == at(30)
    assert overflows_at(of, file) == at(30)
    of = decided(of, file, 47, closed_until=closed).contact
    assert overflows_at(of, file) == at(50)
    of = decided(of, file, 68, closed_until=closed).contact
    assert overflows_at(of, file) == at(70)
    del closed["general"]
    after = decided(of, file, 70, closed_until=closed).contact.conversation
    assert after
    assert (after.queue, after.overflowed_from) == ("general", ("billing",))


def test_on_entry_is_not_asked_again_and_again() -> None:
    file = configuration(f"[{ENTRY}]")
    assert overflows_at(waiting(), file) is None
    after = decided(waiting(overflow_again_at=at(50)), file, 50).contact
    assert overflows_at(after, file) is None


def test_a_condition_beside_the_time_is_asked_again_until_it_holds() -> None:
    file = configuration("[{when: {waiting: 30m, queue.length: {gte: 3}}, do: {transfer: general}}]")
    assert overflow_needs(waiting(), file).lengths == {"billing": 3}
    later = decided(waiting(), file, 30, lengths={"billing": 2}).contact
    assert overflows_at(later, file) == at(35)
    after = decided(later, file, 35, lengths={"billing": 3}).contact.conversation
    assert after
    assert after.queue == "general"


def test_a_condition_on_hours_is_asked_again_when_these_change() -> None:
    file = configuration("[]", office="[{when: {waiting: 5m, out_of_hours: true}, do: close}]")
    office = waiting(queue="office", segments=(Segment(queue="office", agent=None, started_at=JOINED),))
    later = decided(office, file, 5).contact
    assert overflows_at(later, file) == at(60), "it closes at six"
    after = decided(later, file, 60).contact.conversation
    assert after
    assert after.closed


def test_who_is_asked_to_take_it_has_until_the_offer_ends() -> None:
    offered = waiting(offer=Offer(agent="ana", at=at(29), expires_at=at(31)))
    assert overflows_at(offered, configuration(TO_GENERAL)) == at(31)


def test_after_each_decision_the_deadline_is_gone_or_later() -> None:
    files = [TO_GENERAL, "[{when: {waiting: 2h}, do: {transfer: office}}]", "[{when: {waiting: 1m}, do: close}]"]
    keep = "{when: {waiting: 1m, out_of_hours: true}, do: keep}"
    files += [f"[{keep}]", f"[{ENTRY}]", f"[{ENTRY}, {keep}]", f"[{keep}, {ENTRY}]"]
    for file in map(configuration, files):
        for closed in ({}, {"billing": at(999)}, {"billing": at(999), "general": at(200)}):
            for opens_at in (None, at(60)):
                of = waiting(overflow_again_at=opens_at)
                due = overflows_at(decided(of, file, 120, closed_until=closed).contact, file)
                assert due is None or due > at(120)
