"""Inactivity rules: who is silent, since when, and what comes of it."""

from datetime import datetime
from typing import Any

import pytest

from shared.configuration import Configuration
from shared.state.change import Change
from shared.state.contact import Contact
from shared.vocabulary.words import AuthorType, ClosureReason, ConversationStatus, HeldStatus, MessageStatus
from tests.unit.pure.contacts import NOW, ago, ahead, contact, conversation, held, outgoing
from tests.unit.pure.deadlines.talk import AGENT, CUSTOMER, after_timer, ana, due, lines, quiet, team, workstream

OPEN, ACTIVE = ConversationStatus.OPEN, ConversationStatus.ACTIVE
WAITING, WRAP_UP = ConversationStatus.WAITING, ConversationStatus.WRAP_UP
ASK = {"fr": "Toujours là ?", "en": "Still there?"}


def rule(silent: str, after: str, do: str, **more: Any) -> dict[str, Any]:
    return {"silent": silent, "after": after, "do": do} | ({"message": ASK} if do == "send" else {}) | more


def rules(*of: dict[str, Any]) -> Configuration:
    return workstream(inactivity=list(of))


def talk(
    status: ConversationStatus, after: AuthorType, since: datetime, silence: dict[str, Any] | None = None, **fields: Any
) -> Contact:
    agent = None if status is OPEN else "ana"
    of = conversation(status=status, agent=agent, **quiet(after, since, **(silence or {})))
    return contact(conversation=of, **{"window_from": ago(hours=20), **fields})


def said(change: Change) -> list[str | None]:
    return [each.content.text for each in change.outgoing]


@pytest.mark.parametrize(
    ("status", "last", "silent", "acts"),
    [
        (ACTIVE, AGENT, "customer", True),
        (WAITING, AGENT, "customer", True),
        (OPEN, AGENT, "customer", False),
        (WRAP_UP, AGENT, "customer", False),
        (ACTIVE, CUSTOMER, "customer", False),
        (ACTIVE, CUSTOMER, "agent", True),
        (OPEN, CUSTOMER, "agent", True),
        (WRAP_UP, CUSTOMER, "agent", False),
        (ACTIVE, AGENT, "agent", False),
    ],
)
def test_a_rule_is_about_whoever_did_not_write_last_and_never_about_a_customer_in_line(
    status: ConversationStatus, last: AuthorType, silent: str, acts: bool
) -> None:
    configuration = rules(rule(silent, "2h", "send"))
    of = talk(status, last, ago(hours=2))
    change = after_timer(configuration, of)
    assert said(change) == (["Toujours là ?"] if acts else [])
    assert (due(configuration, of) == NOW) is acts


def test_a_customer_whose_answer_did_not_arrive_is_not_the_silent_one() -> None:
    """Replies failed, or expired while they were held: the customer waits as before."""
    configuration = rules(rule("customer", "2h", "close"))
    of = conversation(status=ACTIVE, agent="ana", waiting_since=ago(hours=3), **quiet(AGENT, ago(hours=2)))
    assert not after_timer(configuration, contact(conversation=of)).closed


def test_its_clock_is_the_last_message() -> None:
    assert due(rules(rule("customer", "2h", "send")), talk(ACTIVE, AGENT, ago(hours=1))) == ahead(hours=1)


def test_what_it_says_is_automated_and_in_the_contacts_language() -> None:
    (message,) = after_timer(
        rules(rule("customer", "2h", "send")), talk(ACTIVE, AGENT, ago(hours=2), language="en")
    ).outgoing
    assert (message.content.text, message.author.type, message.author.id) == (
        "Still there?",
        AuthorType.AUTOMATED,
        "inactivity",
    )


def test_each_rule_acts_once_a_silence_and_what_it_says_moves_no_clock() -> None:
    configuration = rules(rule("customer", "2h", "send"), rule("customer", "3h", "close"))
    change = after_timer(configuration, talk(ACTIVE, AGENT, ago(hours=2)))
    assert due(configuration, change.contact) == ahead(hours=1)
    assert said(after_timer(configuration, change.contact)) == []


def test_in_the_next_silence_it_acts_again_though_it_was_said_in_this_conversation() -> None:
    configuration = rules(rule("customer", "2h", "send"))
    again = contact(conversation=conversation(**quiet(AGENT, ago(hours=2)), status=ACTIVE, said=("inactivity",)))
    assert said(after_timer(configuration, again)) == ["Toujours là ?"]


@pytest.mark.parametrize(("first", "closes"), [("send", False), ("close", True)])
def test_of_two_rules_with_the_same_condition_the_first_in_the_file_acts(first: str, closes: bool) -> None:
    second = "close" if first == "send" else "send"
    configuration = rules(rule("customer", "2h", first), rule("customer", "2h", second))
    change = after_timer(configuration, talk(ACTIVE, AGENT, ago(hours=2)))
    assert bool(change.closed) is closes
    assert bool(said(change)) is not closes


@pytest.mark.parametrize(
    ("status", "last", "silent", "reason"),
    [
        (ACTIVE, AGENT, "customer", ClosureReason.CUSTOMER_SILENT_RULE),
        (WAITING, AGENT, "customer", ClosureReason.CUSTOMER_SILENT_RULE),
        (ACTIVE, CUSTOMER, "agent", ClosureReason.AGENT_SILENT_RULE),
        (OPEN, CUSTOMER, "agent", ClosureReason.AGENT_SILENT_RULE),
    ],
)
def test_a_rule_closes(status: ConversationStatus, last: AuthorType, silent: str, reason: ClosureReason) -> None:
    change = after_timer(rules(rule(silent, "2h", "close")), talk(status, last, ago(hours=2)))
    (closed,) = change.closed
    assert closed.closure
    assert (closed.closure.reason, closed.closure.at) == (reason, NOW)
    assert lines(change)[0] in ("Fermée : le client n’a pas répondu.", "Fermée : personne n’a répondu.")


def test_a_rule_sets_aside_what_an_agent_has_in_hand() -> None:
    configuration = rules(rule("customer", "2h", "wait"))
    change = after_timer(configuration, talk(ACTIVE, AGENT, ago(hours=2)))
    after = change.contact.conversation
    assert after
    assert (after.status, after.agent) == (WAITING, "ana")
    assert lines(change) == ["Mise en attente : personne n’a écrit depuis un moment."]
    assert after_timer(configuration, talk(WAITING, AGENT, ago(hours=2))).messages == {}


def test_a_question_that_came_due_with_the_end_is_not_asked_any_more() -> None:
    """The timer was late: an outage."""
    configuration = rules(rule("customer", "2h", "send"), rule("customer", "3h", "close"))
    change = after_timer(configuration, talk(ACTIVE, AGENT, ago(hours=4)))
    assert said(change) == []
    assert change.closed


@pytest.mark.parametrize(
    ("fields", "silence", "closes_at"),
    [
        ({"held": (held("r1", ahead(days=3)),)}, {}, ahead(days=3)),
        ({"ping": "r0", "pinged_at": ago(days=2)}, {}, ahead(days=5)),
        ({}, {"template_at": ago(days=1)}, ahead(days=6)),
        ({"ping": None, "pinged_at": ago(days=2)}, {}, NOW),
    ],
    ids=["a reply is held", "a template asked", "a template inside the window", "the customer has answered since"],
)
def test_nothing_closes_while_a_reply_is_held_or_a_template_is_unanswered(
    fields: dict[str, Any], silence: dict[str, Any], closes_at: datetime
) -> None:
    configuration = rules(rule("customer", "2h", "close"))
    of = talk(ACTIVE, AGENT, ago(hours=2), silence, **fields)
    assert due(configuration, of) == closes_at


def test_after_what_was_held_has_expired_it_closes() -> None:
    of = talk(ACTIVE, AGENT, ago(days=7), held=(held("r1", NOW),))
    waiting = outgoing("r1", status=MessageStatus.HELD, held=HeldStatus.HELD)
    assert after_timer(rules(rule("customer", "2h", "close")), of, outgoing=(waiting,)).closed


def test_a_question_waits_for_nothing_that_is_held() -> None:
    of = talk(ACTIVE, AGENT, ago(hours=2), held=(held("r1", ahead(days=3)),))
    assert said(after_timer(rules(rule("customer", "2h", "send")), of)) == ["Toujours là ?"]


@pytest.mark.parametrize(
    ("fields", "text", "line"),
    [
        ({"window_from": ago(hours=25)}, [], ["Le message automatique inactivity n’a pas été envoyé"]),
        ({"opted_out": True}, [], []),
    ],
    ids=["the window is closed", "the customer opted out"],
)
def test_it_is_left_out(fields: dict[str, Any], text: list[str], line: list[str]) -> None:
    change = after_timer(rules(rule("customer", "2h", "send")), talk(ACTIVE, AGENT, ago(hours=2), **fields))
    assert said(change) == text
    assert [(each or "").partition(" :")[0] for each in lines(change)] == line


def test_it_may_name_the_agent() -> None:
    message = {"fr": "{agent.name|L’équipe} attend votre réponse."}
    configuration = rules(rule("customer", "2h", "send", message=message))
    of = talk(ACTIVE, AGENT, ago(hours=2))
    assert said(after_timer(configuration, of, team(ana()))) == ["Ana attend votre réponse."]
    assert said(after_timer(configuration, of)) == ["L’équipe attend votre réponse."]


def test_what_came_due_while_it_waited_in_line_is_passed_over() -> None:
    """Else a conversation would close the moment an agent takes it."""
    configuration = rules(rule("customer", "2h", "close"))
    of = talk(ACTIVE, AGENT, ago(hours=3), {"passed_until": ago(minutes=1)})
    assert not after_timer(configuration, of).closed


def test_no_rule_ends_the_wait_that_an_agent_asked_for() -> None:
    configuration = rules(rule("customer", "2h", "close"))
    of = contact(
        conversation=conversation(status=WAITING, agent="ana", wait_until=ahead(days=1), **quiet(AGENT, ago(hours=2)))
    )
    assert due(configuration, of) == ahead(days=1)
