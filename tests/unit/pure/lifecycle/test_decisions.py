"""What people may do to a conversation: from which status, and who."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from shared.configuration import Configuration, load_configuration
from shared.configuration.workstreams import Presence
from shared.lifecycle import assignment, closing, notes, offers
from shared.lifecycle.closing import Ending
from shared.lifecycle.labels import Labels, label
from shared.lifecycle.situation import Situation
from shared.lifecycle.transfer import Handover, hand_over
from shared.lifecycle.transitions import allowed
from shared.state.agent import Agent
from shared.state.conversation import Closure, Conversation, Declines, NeededSkill, Offer
from shared.state.draft import Draft, Room
from shared.state.team import Team
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.words import ClosureReason, ConversationStatus, Priority
from tests.unit.pure.contacts import CHANNEL, NOW, ago, ahead, contact, conversation, stored

OPEN, ACTIVE, WAITING = ConversationStatus.OPEN, ConversationStatus.ACTIVE, ConversationStatus.WAITING
WRAP_UP, CLOSED = ConversationStatus.WRAP_UP, ConversationStatus.CLOSED
ANA = Actor(id="Ana", name="Ana", is_agent=True)
BO = Actor(id="bo", name="Bo", is_agent=True)
SUE = Actor(id="sue", name="Sue", is_agent=False)
TEAM = Team(
    agents={
        "ana": Agent(id="Ana", name="Ana", presence=Presence.AVAILABLE),
        "bo": Agent(id="bo", name="Bo", presence=Presence.AVAILABLE),
        "away": Agent(id="away", name="Al", presence=Presence.AWAY),
        "gone": Agent(id="gone", name="Gil", presence=Presence.AVAILABLE, active=False),
    },
    closed_until={"shut": ahead(hours=1)},
)
type Decide = Callable[[Draft, Conversation, Situation], None]


def configured(
    distribution: str = "{capacity: 25}", lifecycle: str = "{wrap_up: 5m}", wrap_up: str = "{}"
) -> Configuration:
    return load_configuration(
        f"""
        version: 1
        channels: {{support_fr: {{id: {CHANNEL}, workstream: support}}}}
        workstreams:
          support:
            languages: [en]
            distribution: {distribution}
            lifecycle: {lifecycle}
            wrap_up: {wrap_up}
            route_to_queue: {{fallback: general}}
        queues: {{general: {{}}, billing: {{}}, shut: {{}}}}
        """
    )


PUSH, PICK = configured(), configured("{mode: pick, capacity: 25}")


def in_status(status: ConversationStatus, agent: str | None = None, **fields: Any) -> Conversation:
    closure = Closure(reason=ClosureReason.AGENT_CLOSED, at=ago(hours=1)) if status is CLOSED else None
    return conversation(status=status, agent=agent, closure=closure, queued_since=ago(hours=3), **fields)


def offered(to: str) -> Conversation:
    return in_status(OPEN, offer=Offer(agent=to, at=ago(minutes=1), expires_at=ahead(minutes=1)), units=25)


HANDS = {
    "open": in_status(OPEN),
    "open, offered to Ana": offered("Ana"),
    "open, offered to Bo": offered("bo"),
    "active": in_status(ACTIVE, "Ana", units=25),
    "active, Bo's": in_status(ACTIVE, "bo", units=25),
    "waiting": in_status(WAITING, "Ana", units=25),
    "wrap-up": in_status(WRAP_UP, "Ana", units=25),
    "closed": in_status(CLOSED, "Ana"),
}


def decided(
    decide: Decide, of: Conversation, by: Actor = ANA, configuration: Configuration = PUSH
) -> tuple[Conversation, Draft]:
    draft = Draft.of(stored(contact(conversation=of)), NOW)
    decide(draft, of, Situation(by=by, configuration=configuration, team=TEAM))
    assert draft.contact.conversation
    return draft.contact.conversation, draft


def outcome(decide: Decide, of: Conversation, by: Actor = ANA, configuration: Configuration = PUSH) -> str:
    """The code of the refusal, the status that it led to, or "same" where nothing changed."""
    try:
        after, draft = decided(decide, of, by, configuration)
    except Refused as refused:
        return refused.code
    return "same" if draft.untouched else after.status


DECIDE: dict[str, Decide] = {
    "take": assignment.take,
    "assign to Bo": partial(assignment.assign, agent_id="bo"),
    "accept": offers.accept,
    "decline": offers.decline,
    "transfer to billing": partial(hand_over, handover=Handover(queue="billing")),
    "transfer to Bo": partial(hand_over, handover=Handover(agent="bo")),
    "release": assignment.release,
    "wait": partial(closing.wait, until=None),
    "wrap up": closing.wrap_up,
    "close": partial(closing.close, ending=Ending()),
}
NOT_YOURS, NOT_NOW = Code.NOT_ASSIGNED_TO_YOU, Code.INVALID_TRANSITION
NO_PICK, OVER = Code.PICK_NOT_ALLOWED, Code.OFFER_ENDED
TABLE = {
    #                      open       offered   elsewhere   active     Bo's      waiting   wrap-up   closed
    "take": (NO_PICK, ACTIVE, NOT_YOURS, "same", NOT_YOURS, ACTIVE, NOT_NOW, NOT_NOW),
    "accept": (OVER, ACTIVE, OVER, "same", OVER, OVER, OVER, OVER),
    "decline": (OVER, OPEN, OVER, OVER, OVER, OVER, OVER, OVER),
    "transfer to billing": (NOT_NOW, NOT_NOW, NOT_YOURS, OPEN, NOT_YOURS, OPEN, NOT_NOW, NOT_NOW),
    "transfer to Bo": (NOT_NOW, NOT_NOW, NOT_NOW, ACTIVE, NOT_YOURS, ACTIVE, NOT_NOW, NOT_NOW),
    "release": (NOT_NOW, NOT_NOW, NOT_NOW, OPEN, NOT_YOURS, NOT_NOW, NOT_NOW, NOT_NOW),
    "wait": (NOT_NOW, NOT_NOW, NOT_NOW, WAITING, NOT_YOURS, "same", NOT_NOW, NOT_NOW),
    "wrap up": (NOT_NOW, NOT_NOW, NOT_NOW, WRAP_UP, NOT_YOURS, NOT_NOW, "same", NOT_NOW),
    "close": (NOT_NOW, NOT_NOW, NOT_NOW, CLOSED, NOT_YOURS, CLOSED, CLOSED, "same"),
}
SUPERVISORS = {
    #                      open    offered  elsewhere active   Bo's      waiting   wrap-up   closed
    "take": (ACTIVE, ACTIVE, ACTIVE, ACTIVE, ACTIVE, ACTIVE, NOT_NOW, NOT_NOW),
    "assign to Bo": (ACTIVE, ACTIVE, ACTIVE, ACTIVE, "same", ACTIVE, NOT_NOW, NOT_NOW),
    "transfer to billing": (OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, NOT_NOW, NOT_NOW),
    "transfer to Bo": (ACTIVE, ACTIVE, ACTIVE, ACTIVE, "same", ACTIVE, NOT_NOW, NOT_NOW),
    "release": ("same", "same", "same", OPEN, OPEN, NOT_NOW, NOT_NOW, NOT_NOW),
    "wait": (NOT_NOW, NOT_NOW, NOT_NOW, WAITING, WAITING, "same", NOT_NOW, NOT_NOW),
    "wrap up": (NOT_NOW, NOT_NOW, NOT_NOW, WRAP_UP, WRAP_UP, NOT_NOW, "same", NOT_NOW),
    "close": (CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, "same"),
}


def cells(table: Mapping[str, tuple[str, ...]]) -> list[Any]:
    return [
        pytest.param(decision, hands, expected, id=f"{decision}: {hands}")
        for decision, row in table.items()
        for hands, expected in zip(HANDS, row, strict=True)
    ]


@pytest.mark.parametrize(("decision", "hands", "expected"), cells(TABLE))
def test_what_an_agent_may_do(decision: str, hands: str, expected: str) -> None:
    assert outcome(DECIDE[decision], HANDS[hands]) == expected


@pytest.mark.parametrize(("decision", "hands", "expected"), cells(SUPERVISORS))
def test_what_a_supervisor_may_do(decision: str, hands: str, expected: str) -> None:
    assert outcome(DECIDE[decision], HANDS[hands], SUE) == expected


@pytest.mark.parametrize(
    ("hands", "by", "configuration", "expected"),
    [
        ("open", ANA, PUSH, "reply note"),
        ("open", ANA, PICK, "reply note take transfer"),
        ("open, offered to Ana", ANA, PUSH, "reply note take accept decline"),
        ("open, offered to Bo", ANA, PICK, "note"),
        ("active", ANA, PUSH, "reply note transfer release wait wrapUp close read"),
        ("active, Bo's", ANA, PUSH, ""),
        ("waiting", ANA, PUSH, "reply note take transfer close read"),
        ("wrap-up", ANA, PUSH, "reply note close read"),
        ("closed", ANA, PUSH, "note"),
        ("open", SUE, PUSH, "reply note take assign transfer close"),
        ("active", SUE, PUSH, "reply note take assign transfer release wait wrapUp close"),
        ("wrap-up", SUE, PUSH, "reply note close"),
        ("closed", SUE, PUSH, "note"),
        ("active, failed", ANA, PUSH, "reply note transfer release wait wrapUp close read retry"),
        ("active, failed", SUE, PUSH, "reply note take assign transfer release wait wrapUp close retry"),
        ("active, Bo's, failed", ANA, PUSH, ""),
        ("closed, failed", ANA, PUSH, "note read retry"),
        ("closed, failed", BO, PUSH, "note"),
        ("closed, failed", SUE, PUSH, "note retry"),
    ],
)
def test_what_is_allowed_is_told(hands: str, by: Actor, configuration: Configuration, expected: str) -> None:
    situation = Situation(by=by, configuration=configuration)
    name, failed, _ = hands.partition(", failed")
    of = replace(HANDS[name], failed=int(bool(failed)))
    assert " ".join(allowed(contact(conversation=of), of, situation, NOW)) == expected


def test_who_opted_out_and_is_silent_can_not_be_answered() -> None:
    of = contact(conversation=HANDS["active"], opted_out=True, window_from=ago(hours=25))
    assert "reply" not in allowed(of, HANDS["active"], Situation(by=ANA, configuration=PUSH), NOW)


def test_a_refusal_says_from_where_and_what_would_be_allowed() -> None:
    with pytest.raises(Refused) as caught:
        decided(closing.wrap_up, HANDS["waiting"])
    assert caught.value.extra == {"from": "waiting", "allowed": ("reply", "note", "take", "transfer", "close", "read")}


def test_what_is_taken_from_the_line_is_in_hand_with_the_units_of_the_configuration() -> None:
    after, draft = decided(assignment.take, HANDS["open"], configuration=PICK)
    assert (after.agent, after.units, after.assigned_at, after.accepted_at) == ("Ana", 25, NOW, NOW)
    assert draft.room is Room.ANY
    assert [line.text for line in draft.change().messages.values()] == ["Taken by Ana."]


def test_a_handover_between_agents_needs_presence_and_room_a_supervisors_neither() -> None:
    to_al = partial(hand_over, handover=Handover(agent="AWAY"))
    assert outcome(to_al, HANDS["active"]) == Code.AGENT_NOT_AVAILABLE
    assert outcome(to_al, HANDS["active"], SUE) == ACTIVE
    assert decided(DECIDE["transfer to Bo"], HANDS["active"])[1].room is Room.CAPACITY
    assert decided(DECIDE["transfer to Bo"], HANDS["active"], SUE)[1].room is Room.ANY


@pytest.mark.parametrize(("agent", "code"), [("gone", Code.AGENT_NOT_AVAILABLE), ("nobody", Code.INVALID_REQUEST)])
def test_nothing_goes_to_who_does_not_work_here(agent: str, code: Code) -> None:
    assert outcome(partial(assignment.assign, agent_id=agent), HANDS["open"], SUE) == code
    assert outcome(partial(hand_over, handover=Handover(agent=agent)), HANDS["active"]) == code


def test_an_agent_does_not_transfer_into_a_closed_queue_and_a_supervisor_does() -> None:
    to_shut = partial(hand_over, handover=Handover(queue="shut"))
    assert outcome(to_shut, HANDS["active"]) == Code.QUEUE_CLOSED
    assert outcome(to_shut, HANDS["active"], SUE) == OPEN


@pytest.mark.parametrize(("waiting_since", "place"), [(ago(minutes=9), ago(minutes=9)), (None, NOW)])
def test_a_transfer_stands_in_line_since_the_oldest_question(waiting_since: Any, place: Any) -> None:
    of = in_status(ACTIVE, "Ana", waiting_since=waiting_since)
    to_billing = partial(hand_over, handover=Handover(queue="billing", note="Il a payé deux fois"))
    after, draft = decided(to_billing, of)
    assert (after.queue, after.agent, after.last_agent, after.queued_since) == ("billing", None, "Ana", place)
    assert [line.text for line in draft.change().messages.values()] == [
        "Il a payé deux fois",
        "Transferred by Ana to the queue billing.",
    ]


def test_a_release_goes_back_to_the_place_that_it_had() -> None:
    after, _ = decided(assignment.release, HANDS["active"])
    assert (after.queue, after.queued_since, after.last_agent) == ("general", ago(hours=3), "Ana")


def test_a_release_from_a_queue_that_is_gone_goes_to_the_fallback() -> None:
    assert decided(assignment.release, in_status(ACTIVE, "Ana"))[0].queue == "general"
    lost = conversation(status=ACTIVE, agent="Ana", queue="lost")
    assert decided(assignment.release, lost)[0].queue == "general"


@pytest.mark.parametrize("decision", ["release", "transfer to billing"])
def test_giving_back_twice_is_as_good_as_once(decision: str) -> None:
    after, _ = decided(DECIDE[decision], HANDS["active"])
    assert outcome(DECIDE[decision], after) == "same"
    assert outcome(DECIDE[decision], after, SUE) == "same"
    assert outcome(DECIDE[decision], after, BO) == NOT_NOW


def test_a_decline_counts_against_the_agent_and_the_place_stays() -> None:
    after, _ = decided(offers.decline, HANDS["open, offered to Ana"])
    assert after.offer is None
    assert after.units == 0
    assert after.declines["ana"].times == 1
    assert after.queued_since == ago(hours=3)


def test_of_more_than_a_hundred_who_declined_the_one_is_forgotten_who_did_so_first() -> None:
    declines = {f"agent {n}": Declines(times=1, last=ago(minutes=n)) for n in range(1, 101)}
    after, _ = decided(offers.decline, replace(HANDS["open, offered to Ana"], declines=declines))
    assert len(after.declines) == 100
    assert after.declines["ana"] == Declines(times=1, last=NOW)
    assert "agent 100" not in after.declines


def test_without_time_for_wrapping_up_it_closes_at_once() -> None:
    at_once = configured(lifecycle="{wrap_up: 0s}")
    after, _ = decided(closing.wrap_up, HANDS["active"], configuration=at_once)
    assert after.closure == Closure(reason=ClosureReason.AGENT_ENDED, at=NOW)
    assert outcome(closing.wrap_up, after, configuration=at_once) == "same"


def test_a_wait_until_another_time_is_another_wish() -> None:
    later = partial(closing.wait, until=ahead(hours=2))
    after, _ = decided(later, HANDS["active"])
    assert (after.status, after.wait_until, after.agent, after.waiting_since) == (WAITING, ahead(hours=2), "Ana", None)
    assert outcome(later, after) == "same"
    assert outcome(DECIDE["wait"], after) == NOT_NOW


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        (Ending(), Code.WRAP_UP_CODE_REQUIRED),
        (Ending(wrap_up_code="nonsense"), Code.INVALID_REQUEST),
        (Ending(wrap_up_code="solved", tags=("vip", "nonsense")), Code.INVALID_REQUEST),
        (Ending(wrap_up_code="solved", tags=("vip",)), CLOSED),
    ],
)
def test_codes_and_tags_are_those_of_the_workstream(ending: Ending, code: str) -> None:
    asks = configured(wrap_up="{codes: {solved: {en: Solved}}, tags: [vip], required: true}")
    assert outcome(partial(closing.close, ending=ending), HANDS["active"], configuration=asks) == code


def test_what_is_noted_at_the_end_stays() -> None:
    ending = Ending(wrap_up_code="done", tags=("a",), note="Rappeler lundi")
    after, draft = decided(partial(closing.close, ending=ending), HANDS["active"])
    assert after.closure == Closure(reason=ClosureReason.AGENT_CLOSED, at=NOW)
    assert (after.wrap_up_code, after.tags, after.agent) == ("done", ("a",), "Ana")
    assert [line.text for line in draft.change().messages.values()] == ["Rappeler lundi", "Closed by Ana."]


def test_a_supervisor_who_has_it_closes_it_as_its_agent() -> None:
    closes = DECIDE["close"]
    assert decided(closes, in_status(ACTIVE, "SUE"), SUE)[0].closure == Closure(
        reason=ClosureReason.AGENT_CLOSED, at=NOW
    )
    assert decided(closes, HANDS["active"], SUE)[0].closure == Closure(reason=ClosureReason.SUPERVISOR_CLOSED, at=NOW)


@pytest.mark.parametrize(
    ("hands", "by", "after"),
    [
        ("open", ANA, ACTIVE),
        ("open", SUE, "same"),
        ("open, offered to Ana", ANA, ACTIVE),
        ("open, offered to Bo", ANA, NOT_YOURS),
        ("open, offered to Bo", SUE, "same"),
        ("active", ANA, "same"),
        ("active, Bo's", ANA, NOT_YOURS),
        ("active, Bo's", SUE, "same"),
        ("waiting", ANA, ACTIVE),
        ("waiting", BO, NOT_YOURS),
        ("waiting", SUE, "same"),
        ("wrap-up", ANA, "same"),
        ("closed", ANA, Code.CONVERSATION_CLOSED),
    ],
)
def test_what_a_reply_makes_of_a_conversation(hands: str, by: Actor, after: str) -> None:
    def reply(draft: Draft, of: Conversation, situation: Situation) -> None:
        assignment.take_by_reply(draft, of.id, situation)

    assert outcome(reply, HANDS[hands], by) == after


def test_its_own_agent_alone_moves_what_is_unread() -> None:
    of = in_status(ACTIVE, "Ana", unread=5, failed=2)
    read = partial(notes.read_up_to, newer=2)
    after, _ = decided(read, of)
    assert (after.unread, after.failed) == (2, 0)
    assert decided(partial(notes.read_up_to, newer=9), of)[0].unread == 5
    assert outcome(read, of, BO) == outcome(read, of, SUE) == outcome(read, HANDS["open"]) == NOT_YOURS


def test_labels_change_what_they_name() -> None:
    of = in_status(ACTIVE, "Ana", tags=("a",), variables={"vip": True, "topic": "x"})
    labels = Labels(variables={"topic": None, "order": 7}, priority=Priority.HIGH, skills=(NeededSkill(name="fr"),))
    after, _ = decided(partial(label, labels=labels), of, SUE)
    assert after.variables == {"vip": True, "order": 7}
    assert (after.tags, after.priority, after.skills) == (("a",), Priority.HIGH, (NeededSkill(name="fr"),))
    assert outcome(partial(label, labels=Labels(tags=("a",))), of) == "same"
    assert outcome(partial(label, labels=Labels(tags=("b",))), HANDS["active, Bo's"]) == NOT_YOURS
    assert outcome(partial(label, labels=Labels(tags=("b",))), HANDS["closed"]) == Code.CONVERSATION_CLOSED
    too_much = {f"v{number}": "é" * 4000 for number in range(3)}
    assert outcome(partial(label, labels=Labels(variables=too_much)), of) == Code.INVALID_REQUEST


CARRIED_OUT: dict[str, Decide] = {
    "reply": lambda draft, of, situation: assignment.take_by_reply(draft, of.id, situation),
    "note": partial(notes.note, text="x", note_id="n1"),
    "take": assignment.take,
    "assign": DECIDE["assign to Bo"],
    "accept": offers.accept,
    "decline": offers.decline,
    "transfer": DECIDE["transfer to billing"],
    "release": assignment.release,
    "wait": DECIDE["wait"],
    "wrapUp": closing.wrap_up,
    "close": DECIDE["close"],
    "read": partial(notes.read_up_to, newer=0),
}


@pytest.mark.parametrize("configuration", [PUSH, PICK], ids=["push", "pick"])
@pytest.mark.parametrize("by", [ANA, BO, SUE], ids=lambda by: by.name)
@pytest.mark.parametrize("hands", HANDS)
def test_what_is_allowed_is_done_and_all_else_is_refused_or_so_already(
    hands: str, by: Actor, configuration: Configuration
) -> None:
    of = HANDS[hands]
    told = allowed(contact(conversation=of), of, Situation(by=by, configuration=configuration), NOW)
    for action, decide in CARRIED_OUT.items():
        became = outcome(decide, of, by, configuration)
        if action in told:
            assert became not in set(Code), action
        else:
            assert became in {*Code, "same"}, action
