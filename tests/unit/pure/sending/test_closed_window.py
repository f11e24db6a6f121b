"""What becomes of a message whose window has closed before it went out, as the workstream wants it."""

from dataclasses import replace
from typing import Any

import pytest

from shared.configuration import Configuration, load_configuration
from shared.replies.approval import Listing
from shared.replies.reply_context import ReplyContext
from shared.sending.closed_window import apply_closed_window_policy
from shared.state.change import Change
from shared.state.draft import Draft
from shared.vocabulary.message import Author
from shared.vocabulary.words import AuthorType, ConversationStatus, HeldStatus, MessageStatus
from tests.unit.pure.contacts import (
    CHANNEL,
    NOW,
    ago,
    ahead,
    contact,
    conversation,
    held,
    key,
    outgoing,
    stored,
    unsent,
)


def configured(when_closed: str, *, hold: bool = True) -> Configuration:
    return load_configuration(
        f"""
        version: 1
        channels: {{support_fr: {{id: {CHANNEL}, number: "+33123456789", workstream: support}}}}
        templates: {{follow_up: {{languages: {{fr: "Une réponse vous attend."}}}}}}
        workstreams:
          support:
            languages: [fr]
            route_to_queue: {{fallback: general}}
            replies:
              when_window_closed: {when_closed}
              fallback_template: {{name: follow_up}}
              hold: {{enabled: {str(hold).lower()}, expires_after: 2h}}
        queues: {{general: {{priority: 1}}}}
        """
    )


def decided(when_closed: str, *, hold: bool = True, by: Author | None = None, **fields: Any) -> Change:
    """The change for a contact whose window closed an hour ago, with one reply to send."""
    of = contact(**{"unsent": (unsent(),), "window_from": ago(hours=25), **fields})
    message = replace(outgoing(), author=by) if by else outgoing()
    draft = Draft.of(stored(of, message), NOW)
    apply_closed_window_policy(draft, unsent(), message, ReplyContext(configured(when_closed, hold=hold), Listing()))
    return draft.change()


def test_the_words_are_held_until_the_customer_writes() -> None:
    change = decided("hold")
    (message,) = change.outgoing
    assert (message.status, message.held, message.expires_at) == (MessageStatus.HELD, HeldStatus.HELD, ahead(hours=2))
    assert [each.id for each in change.contact.held] == ["r1"]
    assert change.contact.unsent == ()


def test_a_template_goes_in_their_place_and_takes_their_turn() -> None:
    """Also one that says the same to everybody, without a parameter."""
    later = unsent("r2", message_key=key(8))
    change = decided("template", unsent=(unsent(), later))
    assert [each.id for each in change.contact.unsent] == ["r1-ping", "r2"]
    assert [each.id for each in change.contact.held] == ["r1"]
    assert change.contact.ping == "r1-ping"


def test_one_template_a_window_stands_in_for_all_replies() -> None:
    change = decided("template", ping="r0-ping", pinged_at=ago(hours=1))
    assert [each.id for each in change.contact.held] == ["r1"]
    assert change.contact.unsent == ()


GREETING = Author(type=AuthorType.AUTOMATED, id="greeting")
CLOSED = conversation(status=ConversationStatus.CLOSED)
FULL = tuple(held(f"r{number}", ahead(hours=1)) for number in range(10, 50))


@pytest.mark.parametrize(
    ("when_closed", "hold", "fields"),
    [
        ("reject", True, {}),
        ("template", False, {"ping": "r0-ping"}),
        ("hold", True, {"by": GREETING}),
        ("hold", True, {"conversation": None}),
        ("hold", True, {"conversation": CLOSED}),
        ("hold", True, {"conversation": conversation(workstream="gone")}),
        ("hold", True, {"held": FULL}),
    ],
    ids=[
        "rejected",
        "a template stands already",
        "automated",
        "none",
        "closed",
        "another configuration",
        "too many held",
    ],
)
def test_what_may_not_be_held_has_failed_and_says_why(when_closed: str, hold: bool, fields: dict[str, Any]) -> None:
    change = decided(when_closed, hold=hold, **fields)
    (message,) = change.outgoing
    assert message.error is not None
    assert (message.status, message.error.code) == (MessageStatus.FAILED, "131047")
    assert change.contact.unsent == ()


def test_who_has_written_meanwhile_gets_it_as_it_is() -> None:
    change = decided("reject", window_from=ago(minutes=1))
    assert change.outgoing == ()
    assert [each.id for each in change.contact.unsent] == ["r1"]
