"""What a change of a conversation means to its customer: found in the change itself."""

from collections.abc import Callable

import pytest

from shared.automated_messages.on_changes import tell, trigger_of
from shared.automated_messages.saying import add_automated_message
from shared.lifecycle import moves
from shared.replies.approval import Listing
from shared.replies.reply_context import ReplyContext
from shared.state import outbox
from shared.state.conversation import Conversation, Segment, SurveyStatus
from shared.state.draft import Draft
from shared.vocabulary.words import ClosureReason, ConversationStatus, SegmentEnd, Trigger
from tests.unit.pure.contacts import NOW, ago, contact, conversation, outgoing, stored
from tests.unit.pure.deadlines.talk import workstream

type Move = Callable[[Draft], None]

CONFIGURATION = workstream(
    automated_messages={
        "greeting": {"fr": "Bonjour."},
        "agent_assigned": {"fr": "{agent.name|Un collègue} vous répond."},
        "transferred": {"fr": "Vous êtes transféré."},
        "conversation_closed": {"fr": "Au revoir."},
    },
    survey={"question": {"fr": "Votre avis, de 1 à 5 ?"}},
)
IN_LINE = conversation(segments=(Segment(queue="general", agent=None, started_at=ago(hours=1)),))
ANAS = conversation(
    status=ConversationStatus.ACTIVE,
    agent="ana",
    assigned_at=ago(minutes=5),
    answered_at=ago(minutes=4),
    segments=(Segment(queue="general", agent="ana", started_at=ago(minutes=5)),),
)


def assigned(agent: str = "ana", reason: SegmentEnd = SegmentEnd.ASSIGNED) -> Move:
    return lambda draft: moves.to_agent(draft, agent, 30, reason)


def queued(queue: str, reason: SegmentEnd) -> Move:
    return lambda draft: moves.to_queue(draft, queue, reason)


def closed(reason: ClosureReason) -> Move:
    return lambda draft: moves.close(draft, reason)


def replied(draft: Draft) -> None:
    assigned()(draft)
    outbox.add_unsent(draft, outgoing())


CHANGES: list[tuple[str, Conversation, Move, Trigger | None]] = [
    ("a turn or a pick", IN_LINE, assigned(), Trigger.AGENT_ASSIGNED),
    ("a supervisor's assignment", IN_LINE, assigned(reason=SegmentEnd.SUPERVISOR_ASSIGNED), Trigger.AGENT_ASSIGNED),
    ("going on for a merged contact", conversation(last_agent="Ana", segments=IN_LINE.segments), assigned(), None),
    ("a reply that takes it says all itself", IN_LINE, replied, None),
    ("released", ANAS, queued("general", SegmentEnd.RELEASED), None),
    ("overflow", IN_LINE, queued("billing", SegmentEnd.OVERFLOW_TRANSFERRED), None),
    ("drained", IN_LINE, queued("billing", SegmentEnd.DRAINED), None),
    ("passed to a queue", ANAS, queued("billing", SegmentEnd.TRANSFERRED_TO_QUEUE), Trigger.TRANSFERRED),
    ("passed to an agent", ANAS, assigned("bo", SegmentEnd.TRANSFERRED_TO_AGENT), Trigger.TRANSFERRED),
    ("given to another", ANAS, assigned("bo", SegmentEnd.SUPERVISOR_ASSIGNED), Trigger.TRANSFERRED),
    ("given to the same", ANAS, assigned("Ana", SegmentEnd.SUPERVISOR_ASSIGNED), None),
    ("set aside", ANAS, moves.set_aside, None),
    ("closed by its agent", ANAS, closed(ClosureReason.AGENT_CLOSED), Trigger.CONVERSATION_CLOSED),
    ("wrapped up", ANAS, closed(ClosureReason.AGENT_ENDED), Trigger.CONVERSATION_CLOSED),
    ("closed by a supervisor", ANAS, closed(ClosureReason.SUPERVISOR_CLOSED), Trigger.CONVERSATION_CLOSED),
    ("closed by itself", ANAS, closed(ClosureReason.AUTO_CLOSED), Trigger.CONVERSATION_CLOSED),
    ("closed by a silence", ANAS, closed(ClosureReason.CUSTOMER_SILENT_RULE), Trigger.CONVERSATION_CLOSED),
    ("closed by overflow", IN_LINE, closed(ClosureReason.OVERFLOW_CLOSED), None),
    ("closed by waiting", IN_LINE, closed(ClosureReason.WAITING_OVERFLOW_CLOSED), None),
    ("opted out", IN_LINE, closed(ClosureReason.OPTED_OUT), None),
    ("merged", ANAS, closed(ClosureReason.MERGED), None),
    ("nothing", ANAS, lambda _: None, None),
]


@pytest.mark.parametrize(("before", "move", "trigger"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_each_change_is_one_trigger_or_none(before: Conversation, move: Move, trigger: Trigger | None) -> None:
    draft = Draft.of(stored(contact(conversation=before)), NOW)
    move(draft)
    assert trigger_of(draft) == trigger


def told(before: Conversation, move: Move, name: str | None = None) -> tuple[list[str | None], Draft]:
    draft = Draft.of(stored(contact(conversation=before)), NOW)
    move(draft)
    if trigger := trigger_of(draft):
        tell(draft, trigger, ReplyContext(CONFIGURATION, Listing()), name)
    return [each.content.text for each in draft.written], draft


def test_only_the_first_assignment_is_told() -> None:
    said, draft = told(IN_LINE, assigned(), "Ana")
    assert said == ["Ana vous répond."]
    back = draft.contact.conversation
    assert back
    released = conversation(said=back.said, assigned_at=back.assigned_at)
    assert told(released, assigned("bo"))[0] == []


def test_the_closing_message_yields_to_the_survey() -> None:
    said, draft = told(ANAS, closed(ClosureReason.AGENT_CLOSED))
    assert said == ["Votre avis, de 1 à 5 ?"]
    assert draft.contact.conversation
    assert draft.contact.conversation.survey
    assert draft.contact.conversation.survey.status is SurveyStatus.ASKED


def test_where_nobody_is_asked_the_closing_message_is_said() -> None:
    unanswered = conversation(status=ConversationStatus.ACTIVE, agent="ana", assigned_at=ago(minutes=5))
    said, draft = told(unanswered, closed(ClosureReason.AGENT_CLOSED))
    assert said == ["Au revoir."]
    assert draft.change().closed[0].said == ("conversation_closed",)


def test_a_decision_that_has_spoken_says_no_more() -> None:
    """A new conversation that goes to the agent of the one before: the greeting is enough."""

    def greeted(draft: Draft) -> None:
        add_automated_message(draft, Trigger.GREETING, CONFIGURATION)
        assigned()(draft)

    assert told(IN_LINE, greeted)[0] == ["Bonjour."]
