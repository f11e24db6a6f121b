"""What an agent's reply, or taking one back, does to the contact, and why it is refused."""

from datetime import timedelta
from typing import Any

import pytest

from shared.configuration.workstreams import WhenWindowClosed
from shared.lifecycle.assignment import take_by_reply
from shared.lifecycle.situation import Situation
from shared.replies.approval import Listing
from shared.replies.reply_context import ReplyContext
from shared.replies.reply_decision import ReplyRequest, add_reply, decide_cancel
from shared.state.contact import Contact
from shared.state.draft import Draft
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.message import Content, TemplateUse
from shared.vocabulary.words import ConversationStatus, Direction, HeldStatus, MessageKind, MessageStatus
from tests.unit.pure.contacts import (
    CONFIGURATION,
    CONVERSATION,
    NOW,
    ago,
    ahead,
    contact,
    conversation,
    held,
    outgoing,
    stored,
)

ANA = Actor(id="ana", name="Ana", is_agent=True)
SAM = Actor(id="sam", name="Sam", is_agent=False)
TEXT = ReplyRequest(content=Content(kind=MessageKind.TEXT, text="Voici."))
UNKNOWN = ReplyRequest(
    content=Content(kind=MessageKind.TEMPLATE, template=TemplateUse(name="no_such_template", language="fr"))
)
SILENT = ago(hours=25)
FORTY = tuple(held(f"r{number}", ahead(hours=1)) for number in range(1, 41))


def decided(to: Contact, request: ReplyRequest = TEXT, by: Actor = ANA, about: str = CONVERSATION) -> Draft:
    waiting = [outgoing(each.id) for each in to.held]
    draft = Draft.of(stored(to, *waiting), NOW)
    take_by_reply(draft, about, Situation(by=by, configuration=CONFIGURATION))
    add_reply(draft, request, by, "r9", ReplyContext(CONFIGURATION, Listing()))
    return draft


@pytest.mark.parametrize(
    ("before", "by", "agent", "status"),
    [
        (conversation(), ANA, "ana", ConversationStatus.ACTIVE),
        (conversation(), SAM, None, ConversationStatus.OPEN),
        (conversation(agent="ana", status=ConversationStatus.ACTIVE), ANA, "ana", ConversationStatus.ACTIVE),
        (conversation(agent="bo", status=ConversationStatus.ACTIVE), SAM, "bo", ConversationStatus.ACTIVE),
    ],
    ids=["an agent takes it", "a supervisor does not", "it is the agent's", "a supervisor helps out"],
)
def test_the_first_reply_of_an_agent_takes_the_conversation(
    before: Any, by: Actor, agent: str | None, status: ConversationStatus
) -> None:
    after = decided(contact(conversation=before), by=by).contact.conversation
    assert after
    assert (after.agent, after.status) == (agent, status)


def test_a_reply_is_a_line_of_the_history_that_waits_to_be_sent_and_nothing_is_unread_any_more() -> None:
    change = decided(contact(conversation=conversation(unread=3))).change()
    assert [(each.id, each.to, each.first_sent, each.attempt) for each in change.contact.unsent] == [
        ("r9", "+33612345678", NOW, 0)
    ]
    taken, line = change.messages.values()
    assert (taken.text, taken.direction) == ("Prise par Ana.", Direction.INTERNAL)
    assert (line.reply_id, line.text, line.status, line.at) == ("r9", "Voici.", MessageStatus.PENDING, NOW)
    assert change.contact.conversation
    assert (change.contact.conversation.unread, change.contact.conversation.last_message_at) == (0, NOW)


def test_outside_the_window_it_is_held_as_long_as_the_workstream_says() -> None:
    change = decided(contact(window_from=SILENT)).change()
    assert [(each.id, each.expires_at - NOW) for each in change.contact.held] == [("r9", timedelta(hours=2))]
    assert [(each.status, each.held) for each in change.outgoing] == [(MessageStatus.HELD, HeldStatus.HELD)]
    assert change.contact.unsent == ()


@pytest.mark.parametrize(
    ("before", "request_", "by", "about", "code"),
    [
        (contact(conversation=None), TEXT, ANA, CONVERSATION, Code.CONVERSATION_CLOSED),
        (contact(), TEXT, ANA, f"{CONVERSATION[:-1]}B", Code.CONVERSATION_CLOSED),
        (
            contact(conversation=conversation(status=ConversationStatus.CLOSED)),
            TEXT,
            SAM,
            CONVERSATION,
            Code.CONVERSATION_CLOSED,
        ),
        (contact(conversation=conversation(agent="bo")), TEXT, ANA, CONVERSATION, Code.NOT_ASSIGNED_TO_YOU),
        (contact(window_from=SILENT, opted_out=True), TEXT, ANA, CONVERSATION, Code.OPTED_OUT),
        (contact(channel_id="gone"), TEXT, ANA, CONVERSATION, Code.CHANNEL_REMOVED),
        (
            contact(window_from=SILENT),
            ReplyRequest(content=TEXT.content, when_closed=WhenWindowClosed.REJECT),
            ANA,
            CONVERSATION,
            Code.WINDOW_CLOSED,
        ),
        (contact(window_from=SILENT, held=FORTY), TEXT, ANA, CONVERSATION, Code.TOO_MANY_HELD),
        (contact(), UNKNOWN, ANA, CONVERSATION, Code.TEMPLATE_NOT_APPROVED),
    ],
    ids=[
        "no conversation",
        "an earlier conversation",
        "a closed one",
        "another agent's",
        "opted out",
        "a channel that is gone",
        "rejected",
        "forty are held",
        "an unknown template",
    ],
)
def test_a_reply_that_may_not_go_out_is_refused_with_its_reason(
    before: Contact, request_: ReplyRequest, by: Actor, about: str, code: Code
) -> None:
    with pytest.raises(Refused) as refusal:
        decided(before, request_, by, about)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "before",
    [
        contact(opted_out=True),
        contact(window_from=SILENT, held=FORTY[:39]),
        contact(conversation=conversation(workstream="gone")),
    ],
    ids=["who opted out but wrote", "thirty-nine are held", "whose workstream is gone"],
)
def test_what_is_just_allowed_is_not_refused(before: Contact) -> None:
    draft = decided(before)
    waiting = [each.id for each in draft.contact.unsent] + [each.id for each in draft.contact.held]
    assert waiting[-1] == "r9"


def test_a_held_reply_that_is_taken_back_is_cancelled_and_the_others_stay() -> None:
    holding = (held("r1", ahead(hours=1)), held("r2", ahead(hours=1)))
    waiting = [outgoing(each.id, status=MessageStatus.HELD, held=HeldStatus.HELD) for each in holding]
    draft = decide_cancel(stored(contact(held=holding), *waiting), "r1", NOW)
    assert draft
    assert draft.contact.held == holding[1:]
    assert [(each.id, each.status, each.held) for each in draft.change().outgoing] == [
        ("r1", MessageStatus.CANCELLED, HeldStatus.CANCELLED)
    ]


def test_a_reply_that_is_not_held_can_not_be_taken_back() -> None:
    assert decide_cancel(stored(contact(held=(held("r2", ahead(hours=1)),)), outgoing("r2")), "r1", NOW) is None
