"""What a contact does when its phone number turns out to be another contact's."""

from datetime import datetime
from typing import Any

import pytest

from shared.routing.merging import decide_merged, decide_phone_moved
from shared.state.contact import Contact
from shared.state.conversation import Closure
from shared.vocabulary.identity import alias_of
from shared.vocabulary.words import ClosureReason, ConversationStatus
from tests.unit.pure.contacts import (
    CONFIGURATION,
    NOW,
    ago,
    ahead,
    contact,
    conversation,
    held,
    outgoing,
    stored,
    unsent,
)

PHONE, OTHER = "+33612345678", "the other contact"
ALIAS = alias_of(contact().channel_id, PHONE)


@pytest.mark.parametrize(
    "fields", [{"merged_into": OTHER}, {"id": OTHER}, {"bsuid": "US.1"}], ids=["merged before", "itself", "a stranger"]
)
def test_a_merge_that_says_nothing_new_changes_nothing(fields: dict[str, Any]) -> None:
    assert decide_merged(stored(contact(**fields)), OTHER, ago(minutes=1), CONFIGURATION, NOW) is None


def test_a_contact_that_is_merged_points_to_the_other_and_its_conversation_is_closed() -> None:
    draft = decide_merged(stored(contact()), OTHER, ago(minutes=1), CONFIGURATION, NOW)
    assert draft
    change = draft.change()
    assert change.contact.merged_into == OTHER
    (closed,) = change.closed
    assert closed == change.contact.conversation
    assert closed.closure
    assert (closed.status, closed.closure.reason, closed.closure.at) == (
        ConversationStatus.CLOSED,
        ClosureReason.MERGED,
        NOW,
    )


@pytest.mark.parametrize("status", [None, ConversationStatus.CLOSED])
def test_no_conversation_is_closed_twice(status: ConversationStatus | None) -> None:
    before = conversation(status=status) if status else None
    draft = decide_merged(stored(contact(conversation=before)), OTHER, ago(minutes=1), CONFIGURATION, NOW)
    assert draft
    assert (draft.contact.conversation, draft.change().closed) == (before, ())


@pytest.mark.parametrize(
    ("at", "expires_at", "left_held", "left_unsent"),
    [
        (ago(minutes=1), ahead(hours=1), [], ["r1"]),
        (ago(hours=25), ahead(hours=1), ["r1"], []),
        (ago(minutes=1), ago(seconds=1), ["r1"], []),
    ],
    ids=["the customer wrote", "long ago", "too late"],
)
def test_what_it_holds_goes_out_if_the_customer_wrote_under_the_other_name(
    at: datetime, expires_at: datetime, left_held: list[str], left_unsent: list[str]
) -> None:
    before = contact(window_from=ago(hours=30), held=(held("r1", expires_at),))
    draft = decide_merged(stored(before, outgoing()), OTHER, at, CONFIGURATION, NOW)
    assert draft
    assert [each.id for each in draft.contact.held] == left_held
    assert [each.id for each in draft.contact.unsent] == left_unsent


@pytest.mark.parametrize(
    ("reason", "released"), [(ClosureReason.AGENT_CLOSED, False), (ClosureReason.AUTO_CLOSED, True)]
)
def test_what_a_person_is_to_decide_on_is_not_released_by_a_merge(reason: ClosureReason, released: bool) -> None:
    ended = conversation(status=ConversationStatus.CLOSED, closure=Closure(reason=reason, at=ago(hours=2)))
    before = contact(window_from=ago(hours=30), conversation=ended, held=(held("r1", ahead(hours=1)),))
    draft = decide_merged(stored(before, outgoing()), OTHER, ago(minutes=1), CONFIGURATION, NOW)
    assert draft
    assert bool(draft.contact.unsent) is released


@pytest.mark.parametrize(
    "before",
    [
        contact(),
        contact(phone="+33700000000", bsuid="US.1"),
        contact(phone=None, bsuid="US.1", merged_from=("somebody else",)),
    ],
    ids=["it has no other name", "it has another number", "it has none"],
)
def test_a_number_that_is_not_there_to_give_up_changes_nothing(before: Contact) -> None:
    assert decide_phone_moved(stored(before), ALIAS, OTHER, NOW) is None


@pytest.mark.parametrize(
    ("has", "moved"),
    [
        (PHONE, PHONE),
        ("+5511987654321", "+551187654321"),
        ("+551187654321", "+5511987654321"),
        ("+5215512345678", "+525512345678"),
    ],
)
def test_the_number_goes_however_it_is_written(has: str, moved: str) -> None:
    before = contact(phone=has, bsuid="US.1")
    draft = decide_phone_moved(stored(before), alias_of(before.channel_id, moved), OTHER, NOW)
    assert draft
    assert (draft.contact.phone, draft.contact.bsuid, draft.contact.address) == (None, "US.1", "US.1")


def test_what_was_to_go_to_the_number_goes_to_the_bsuid_as_another_attempt() -> None:
    """The attempt before may have arrived at the number, where somebody else reads it."""
    turns = (unsent("r1", to=PHONE, tries=2, in_doubt=True), unsent("r2", to="US.1", attempt=3))
    before = contact(phone=PHONE, bsuid="US.1", unsent=turns)
    draft = decide_phone_moved(stored(before, outgoing("r1"), outgoing("r2")), ALIAS, OTHER, NOW)
    assert draft
    assert [(each.to, each.attempt, each.tries, each.in_doubt) for each in draft.contact.unsent] == [
        ("US.1", 1, 0, False),
        ("US.1", 3, 0, False),
    ]


def test_an_attempt_that_leads_to_the_bsuid_from_now_on_is_made_where_the_number_is_now() -> None:
    """`first_sent` tells whose an attempt is: the one before may belong to the provider that had the number then."""
    turns = (unsent("r1", to=PHONE, first_sent=ago(hours=1)), unsent("r2", to="US.1", first_sent=ago(hours=1)))
    before = contact(phone=PHONE, bsuid="US.1", unsent=turns)
    draft = decide_phone_moved(stored(before, outgoing("r1"), outgoing("r2")), ALIAS, OTHER, NOW)
    assert draft
    assert [each.first_sent for each in draft.contact.unsent] == [NOW, ago(hours=1)]


def test_who_seemed_to_be_one_person_is_two_again() -> None:
    before = contact(phone=None, bsuid="US.1", merged_from=("a third", OTHER))
    draft = decide_phone_moved(stored(before), ALIAS, OTHER, NOW)
    assert draft
    assert draft.contact.merged_from == ("a third",)
