"""What a conversation counts: each event of the table, and what it leaves alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shared.lifecycle import moves
from shared.lifecycle.notes import add_note
from shared.state import counts, outbox
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing
from shared.vocabulary.actor import Actor
from shared.vocabulary.message import Author
from shared.vocabulary.words import (
    AuthorType,
    ClosureReason,
    ConversationStatus,
    HeldStatus,
    MessageStatus,
    SegmentEnd,
)
from tests.unit.pure.contacts import NOW, ago, ahead, contact, conversation, outgoing, stored

EARLIER, LATER = ago(hours=2), ago(minutes=5)
GREETING = outgoing("g1", author=Author(type=AuthorType.AUTOMATED, id="greeting"))
ANA = Actor(id="ana", name="Ana", is_agent=True)
type Event = Callable[[Draft], None]


def customer(at: datetime = LATER) -> Event:
    return lambda draft: counts.customer_wrote(draft, at)


def sends(reply: Outgoing) -> Event:
    return lambda draft: outbox.add_unsent(draft, reply)


def holds(reply: Outgoing) -> Event:
    return lambda draft: outbox.add_held(draft, reply, ahead(hours=1))


def retries(reply: Outgoing) -> Event:
    return lambda draft: counts.retry_accepted(draft, reply)


def ends_held(status: HeldStatus) -> Event:
    def event(draft: Draft) -> None:
        (held,) = draft.contact.held
        outbox.end_held(draft, held, replace(draft.outgoing(held.id), held=status))

    return event


def becomes(status: MessageStatus, which: int = 0) -> Event:
    def event(draft: Draft) -> None:
        unsent = draft.contact.unsent[which]
        outbox.end_unsent(draft, unsent, outgoing(unsent.id, status=status))

    return event


def after(before: dict[str, Any], *events: Event) -> Conversation:
    draft = Draft.of(stored(contact(conversation=conversation(**before))), NOW)
    for event in events:
        event(draft)
    assert draft.contact.conversation
    return draft.contact.conversation


def counted(of: Conversation) -> tuple[int, datetime | None, int, int]:
    """The four columns of the table."""
    return of.unread, of.waiting_since, of.failed, of.held_count


WAITS: dict[str, Any] = {"unread": 2, "waiting_since": EARLIER, "failed": 1}


@pytest.mark.parametrize(
    ("before", "events", "columns"),
    [
        ({}, [customer()], (1, LATER, 0, 0)),
        (WAITS, [customer()], (3, EARLIER, 1, 0)),
        ({}, [holds(outgoing("r1")), customer(), outbox.release_held], (1, LATER, 0, 0)),
        (WAITS, [lambda draft: add_note(draft, draft.contact.conversation, ANA, "Note")], (2, EARLIER, 1, 0)),
        (WAITS, [sends(GREETING)], (2, EARLIER, 1, 0)),
        (WAITS, [lambda draft: moves.to_agent(draft, "ana", 30, SegmentEnd.ASSIGNED)], (2, EARLIER, 1, 0)),
        (WAITS, [lambda draft: moves.to_queue(draft, "b", SegmentEnd.TRANSFERRED_TO_QUEUE)], (2, EARLIER, 1, 0)),
        (WAITS, [sends(outgoing("r1"))], (0, None, 0, 0)),
        (WAITS, [holds(outgoing("r1"))], (0, None, 1, 1)),
        (WAITS, [holds(outgoing("r1")), ends_held(HeldStatus.CANCELLED)], (0, EARLIER, 1, 0)),
        (WAITS, [holds(outgoing("r1")), ends_held(HeldStatus.EXPIRED)], (0, EARLIER, 2, 0)),
        (WAITS, [holds(outgoing("r1")), sends(outgoing("r2")), ends_held(HeldStatus.CANCELLED)], (0, None, 0, 0)),
        (WAITS, [sends(outgoing("r1")), becomes(MessageStatus.FAILED)], (0, EARLIER, 1, 0)),
        (WAITS, [sends(outgoing("r1")), becomes(MessageStatus.FAILED), retries(outgoing("r1"))], (0, None, 0, 0)),
        (WAITS, [retries(outgoing("r1"))], (2, None, 0, 0)),
        (WAITS, [sends(outgoing("r1")), sends(outgoing("r2")), becomes(MessageStatus.FAILED)], (0, None, 1, 0)),
        (WAITS, [sends(outgoing("r1")), customer(), becomes(MessageStatus.FAILED)], (1, EARLIER, 1, 0)),
        (WAITS, [sends(outgoing("r1")), becomes(MessageStatus.SENT)], (0, None, 0, 0)),
        (WAITS | {"agent": "ana"}, [moves.set_aside], (2, None, 1, 0)),
        (WAITS, [lambda draft: moves.close(draft, ClosureReason.AUTO_CLOSED)], (2, None, 1, 0)),
    ],
    ids=[
        "the customer's first message",
        "another message",
        "a message releases what is held",
        "a note",
        "an automated message",
        "an assignment",
        "a transfer",
        "a reply",
        "a held reply",
        "a held reply is taken back",
        "a held reply expires",
        "something else has answered",
        "a reply fails",
        "a failed reply is tried again",
        "trying again reads nothing",
        "a reply fails, another has answered",
        "a reply fails, and the customer has written since",
        "a reply is sent",
        "set aside",
        "closed",
    ],
)
def test_the_table_of_counts(
    before: dict[str, Any], events: list[Event], columns: tuple[int, datetime | None, int, int]
) -> None:
    assert counted(after(before, *events)) == columns


def test_once_an_answer_has_arrived_the_failure_of_another_brings_no_waiting_back() -> None:
    delivered_first = [
        sends(outgoing("r1")),
        sends(outgoing("r2")),
        becomes(MessageStatus.DELIVERED),
        becomes(MessageStatus.FAILED),
    ]
    assert counted(after(WAITS, *delivered_first)) == (0, None, 1, 0)


def test_the_answers_to_one_question_are_not_counted_for_ever() -> None:
    many = [sends(outgoing(f"r{number}")) for number in range(30)]
    found = after(WAITS, *many)
    assert len(found.answers) <= 20
    assert found.waiting_since is None


def test_a_failure_after_the_end_shows_in_the_closed_conversation_as_well() -> None:
    draft = Draft.of(stored(contact(conversation=conversation(agent="ana", status=ConversationStatus.ACTIVE))), NOW)
    sends(outgoing("r1"))(draft)
    moves.close(draft, ClosureReason.AGENT_CLOSED)
    becomes(MessageStatus.FAILED)(draft)
    (closed,) = draft.change().closed
    assert closed == draft.contact.conversation
    assert (closed.failed, closed.waiting_since) == (1, None)


def test_what_belongs_to_an_earlier_conversation_counts_nothing() -> None:
    of_before = outgoing("r1", conversation_id="an earlier one")
    assert counted(after(WAITS, holds(of_before), ends_held(HeldStatus.EXPIRED))) == (2, EARLIER, 1, 0)
