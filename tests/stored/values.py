"""What the golden rows say. A value here is never changed: a new field gets a new file beside the old ones."""

from datetime import UTC, datetime
from typing import Final

from shared.configuration.workstreams import Presence
from shared.intake.quarantine import Quarantined, Source
from shared.state.agents import Agent, AgentSkill
from shared.state.contact import Contact, Departure, Notice, NoticeKind, Timer
from shared.state.conversation import Closure, Conversation, NeededSkill
from shared.state.conversation_lists import ListRow
from shared.state.done_mark import Mark
from shared.state.outgoing import Held, Outgoing, StatusRecord, Unsent
from shared.vocabulary.message import Author, Choice, Content, Failure, Media, Message, Reaction, TemplateUse
from shared.vocabulary.words import (
    AuthorType,
    ClosureReason,
    ConversationStatus,
    Direction,
    HeldStatus,
    MessageKind,
    MessageStatus,
    Priority,
)

AT: Final = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER: Final = datetime(2026, 11, 24, 9, 0, 2, 500_000, tzinfo=UTC)
CONTACT: Final = "0123456789abcdef0123456789abcdef"
EPISODE: Final = "01JDF8ZJ000000000000000000"
CONVERSATION: Final = f"{CONTACT}-{EPISODE}"
OTHER: Final = "fedcba9876543210fedcba9876543210"
FAILURE: Final = Failure(code="131026", message="It can't be delivered", retryable=True, hint="Ask by phone.")
AGENT: Final = Author(type=AuthorType.AGENT, id="ana", name="Ana")
UPDATE: Final = TemplateUse(name="order_update", language="fr", parameters=("Ana", "A-17"))
UNSENT: Final = Unsent(
    id="01JDF8ZJ000000000000000001",
    message_key=f"message:{EPISODE}:8267557199999:999999998",
    at=AT,
    to="+33612345678",
    first_sent=AT,
    since=AT,
    attempt=2,
    tries=3,
    in_doubt=True,
    not_before=LATER,
    next_check=LATER,
)

VALUES: Final[dict[str, object]] = {
    "contact__new": Contact(id=CONTACT, channel_id="11111111-1111-1111-1111-111111111111", session_id="s"),
    "contact__full": Contact(
        id=CONTACT,
        channel_id="11111111-1111-1111-1111-111111111111",
        session_id="5e5510",
        phone="+33612345678",
        bsuid="FR.13491208655302741918",
        name="Zoé",
        language="pt_BR",
        window_from=AT,
        ping="01JDF8ZJ000000000000000002",
        pinged_at=AT,
        opted_out=True,
        conversation=Conversation(
            id=CONVERSATION,
            status=ConversationStatus.ACTIVE,
            workstream="support",
            queue="billing",
            created_at=AT,
            last_message_at=LATER,
            agent="ana",
            priority=Priority.URGENT,
            skills=(NeededSkill(name="billing", level=3), NeededSkill(name="french")),
            variables={"topic": "invoice", "orders": 2, "rate": 0.5, "vip": True},
            unread=4,
            previous_id=f"{CONTACT}-01JDF8ZH000000000000000000",
            answered_at=LATER,
        ),
        counter=7,
        version=12,
        timer=Timer(generation=3, fires_at=LATER),
        unsent=(UNSENT,),
        held=(
            Held(
                id="01JDF8ZJ000000000000000003",
                message_key=f"message:{EPISODE}:8267557199999:999999997",
                at=AT,
                expires_at=LATER,
                attempt=1,
            ),
        ),
        notices=(
            Notice(kind=NoticeKind.MERGED, contact_id=OTHER, session_id="s2", phone="+33612345678", at=AT),
            Notice(kind=NoticeKind.PHONE_MOVED, contact_id=OTHER, session_id="s2", phone="+33612345678", at=AT),
        ),
        departures=(Departure(queue="general", conversation_id=CONVERSATION, at=AT),),
        merged_from=(OTHER,),
    ),
    "contact__merged": Contact(
        id=OTHER, channel_id="11111111-1111-1111-1111-111111111111", session_id="s", merged_into=CONTACT
    ),
    "conversation__closed": Conversation(
        id=CONVERSATION,
        status=ConversationStatus.CLOSED,
        workstream="support",
        queue="general",
        created_at=AT,
        last_message_at=LATER,
        closure=Closure(reason=ClosureReason.MERGED, at=LATER),
    ),
    "message__inbound": Message(
        message_id="wamid.1",
        conversation_id=CONVERSATION,
        direction=Direction.IN,
        author=Author(type=AuthorType.CUSTOMER, id=CONTACT, name="Zoé"),
        kind=MessageKind.IMAGE,
        at=AT,
        media=Media(mime_type="image/png", id="media-1", file_name="a.png", caption="Ici", animated=True),
        context_id="wamid.0",
    ),
    "message__choice": Message(
        message_id="wamid.2",
        conversation_id=CONVERSATION,
        direction=Direction.IN,
        author=Author(type=AuthorType.CUSTOMER, id=CONTACT),
        kind=MessageKind.LIST,
        at=AT,
        text="Factures",
        choice=Choice(id="b", title="Factures", description="Tout", payload="p"),
    ),
    "message__reaction": Message(
        message_id="wamid.3",
        conversation_id=CONVERSATION,
        direction=Direction.IN,
        author=Author(type=AuthorType.CUSTOMER, id=CONTACT),
        kind=MessageKind.REACTION,
        at=AT,
        reaction=Reaction(message_id="wamid.1", emoji="👍"),
    ),
    "message__unsupported": Message(
        message_id="wamid.4",
        conversation_id=CONVERSATION,
        direction=Direction.IN,
        author=Author(type=AuthorType.CUSTOMER, id=CONTACT),
        kind=MessageKind.UNSUPPORTED,
        at=AT,
        original_kind="location",
        data={"latitude": 1.5},
    ),
    "message__outbound": Message(
        message_id="wamid.5",
        conversation_id=CONVERSATION,
        direction=Direction.OUT,
        author=AGENT,
        kind=MessageKind.TEMPLATE,
        at=AT,
        reply_id="01JDF8ZJ000000000000000001",
        text="Bonjour Ana",
        template=UPDATE,
        status=MessageStatus.FAILED,
        error=FAILURE,
    ),
    "outgoing__held": Outgoing(
        id="01JDF8ZJ000000000000000003",
        conversation_id=CONVERSATION,
        author=AGENT,
        content=Content(kind=MessageKind.IMAGE, media=Media(uri="https://example.org/a.png", caption="Ici")),
        status=MessageStatus.HELD,
        when_closed="template",
        ping_id="01JDF8ZJ000000000000000003-ping",
        held=HeldStatus.HELD,
        expires_at=LATER,
        fell_back=True,
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ),
    "outgoing__cancelled": Outgoing(
        id="01JDF8ZJ000000000000000004",
        conversation_id=CONVERSATION,
        author=AGENT,
        content=Content(kind=MessageKind.TEXT, text="Oui"),
        status=MessageStatus.CANCELLED,
        held=HeldStatus.CANCELLED,
        expires_at=LATER,
    ),
    "outgoing__expired": Outgoing(
        id="01JDF8ZJ000000000000000005",
        conversation_id=CONVERSATION,
        author=AGENT,
        content=Content(kind=MessageKind.TEXT, text="Oui"),
        status=MessageStatus.EXPIRED,
        error=FAILURE,
        held=HeldStatus.EXPIRED,
        expires_at=LATER,
    ),
    "outgoing__sent": Outgoing(
        id="01JDF8ZJ000000000000000001",
        conversation_id=CONVERSATION,
        author=Author(type=AuthorType.AUTOMATED, id="greeting"),
        content=Content(kind=MessageKind.TEXT, text="Bonjour"),
        status=MessageStatus.DELIVERED,
        message_id="wamid.5",
        error=FAILURE,
        taken=True,
    ),
    "outgoing__template": Outgoing(
        id="01JDF8ZJ000000000000000004",
        conversation_id=CONVERSATION,
        author=AGENT,
        content=Content(kind=MessageKind.TEMPLATE, text="Bonjour Ana", template=UPDATE),
        status=MessageStatus.PENDING,
    ),
    "status__early": StatusRecord(message_id="wamid.6", status=MessageStatus.FAILED, error=FAILURE),
    "status__known": StatusRecord(
        message_id="wamid.5",
        status=MessageStatus.READ,
        outgoing_id="01JDF8ZJ000000000000000001",
        sent_as=UNSENT,
    ),
    "mark__inbound": Mark(key="mark:0af7651916cd43dd8448eb211c80319c"),
    "mark__reply": Mark(
        key="mark:1af7651916cd43dd8448eb211c80319c",
        reply_id="01JDF8ZJ000000000000000001",
        body_hash="2af7651916cd43dd8448eb211c80319c",
    ),
    "inbox__listed": ListRow(
        version=12,
        conversation_id=CONVERSATION,
        contact_id=CONTACT,
        name="Zoé",
        phone="+33612345678",
        bsuid="FR.13491208655302741918",
        language="pt_BR",
        channel_id="11111111-1111-1111-1111-111111111111",
        workstream="support",
        queue="billing",
        status=ConversationStatus.ACTIVE,
        agent="ana",
        priority=Priority.URGENT,
        created_at=AT,
        last_message_at=LATER,
        window_closes_at=LATER,
        unread=4,
    ),
    "inbox__gone": ListRow(version=13, conversation_id=CONVERSATION, gone=True),
    "agent__new": Agent(id="bob", name="Bob"),
    "agent__full": Agent(
        id="ana",
        name="Ana",
        queues=("billing", "general"),
        capacity=50,
        skills=(AgentSkill(name="billing", level=3),),
        active=False,
        presence=Presence.AVAILABLE,
        load={CONVERSATION: 20},
        last_assigned_at=LATER,
    ),
}

QUARANTINED: Final = {
    "quarantine__event": Quarantined(
        id="2026-11-0af7651916cd43dd8448eb211c80319c",
        source=Source.EVENT,
        at=AT,
        kept_at=LATER,
        reasons=("data.from is missing", "too large for the queue"),
        body='{"id":"é"}',
    ),
    "quarantine__dead_letter": Quarantined(
        id="2026-11-1af7651916cd43dd8448eb211c80319c",
        source=Source.DEAD_LETTER,
        at=AT,
        kept_at=AT,
        reasons=("MaxDeliveryCountExceeded",),
        body='{"contact":"c"}',
        subject="check",
        session_id="s",
        replayed_at=LATER,
    ),
}
