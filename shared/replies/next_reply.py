"""What would become of a text reply that is sent now: the decision about a reply itself, asked beforehand. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared.configuration.placeholders import REPLY_TEXT, Placeholder
from shared.configuration.template_texts import MAX_TEMPLATE
from shared.configuration.workstreams import Workstream
from shared.lifecycle.assignment import take_by_reply
from shared.lifecycle.situation import Situation
from shared.replies.reply_context import ReplyContext
from shared.replies.reply_decision import ReplyRequest, add_reply, workstream_of
from shared.state.agent import Agent
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.holding import given, holding_of
from shared.state.loads import obstacle_to
from shared.state.session_window import window_closes_at
from shared.vocabulary.characters import characters
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.message import Content, Media
from shared.vocabulary.words import Delivery, MessageKind

WORDS: Final = "{reply}"
"""What stands for the agent's words in the text of a template."""
_REPLY_ID: Final = "next"
_TEXT: Final = Content(kind=MessageKind.TEXT, text=WORDS)
_FILE: Final = Content(kind=MessageKind.IMAGE, media=Media(uri="https://example.com/", caption=WORDS))


class NextDelivery(StrEnum):
    """How a reply would go out: as written, as a template, not yet, or not at all."""

    MESSAGE = "message"
    TEMPLATE = "template"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextReply:
    """What would become of it.

    Attributes:
        holds: Whether the words would wait for the customer.
        template: What would go out for it, the agent's words as `{reply}`.
        most_words: How many characters of the words that template has room for.
        reason: Why it would be refused.
        valid_until: When that changes by itself; None: not by time alone.
        media: The same of a file, where it fares otherwise.
    """

    delivery: NextDelivery
    holds: bool = False
    template: Content | None = None
    most_words: int = 0
    reason: Code | None = None
    valid_until: datetime | None = None
    media: "NextReply | None" = None


def next_reply(
    stored: StoredContact,
    conversation_id: str,
    situation: Situation,
    asker: Agent | None,
    context: ReplyContext,
    now: datetime,
) -> NextReply:
    """Return what would become of a reply of somebody's to a conversation of the contact.

    Args:
        asker: The record of whoever asks, who may have too much in hand to take the conversation by a reply.
    """
    of_text, of_file = (
        _asked(each, stored, conversation_id, situation, asker, context, now) for each in (_TEXT, _FILE)
    )
    return of_text if of_file == of_text else replace(of_text, media=of_file)


def _asked(
    content: Content,
    stored: StoredContact,
    conversation_id: str,
    situation: Situation,
    asker: Agent | None,
    context: ReplyContext,
    now: datetime,
) -> NextReply:
    draft = Draft.of(stored, now)
    try:
        take_by_reply(draft, conversation_id, situation)
        add_reply(draft, ReplyRequest(content=content), situation.by, _REPLY_ID, context)
    except Refused as refused:
        until = _first_expires_at(stored.contact) if refused.code is Code.TOO_MANY_HELD else None
        return NextReply(delivery=NextDelivery.REFUSED, reason=refused.code, valid_until=until)
    if asker and _is_full(asker, draft):
        return NextReply(delivery=NextDelivery.REFUSED, reason=Code.AGENT_FULL)
    written = {each.id: each for each in draft.written}
    reply = written[_REPLY_ID]
    going = written.get(reply.ping_id or "", reply).content
    conversation = draft.contact.conversation
    if conversation is None:
        raise ValueError("a reply to no conversation")
    workstream = workstream_of(draft.contact, conversation, context.configuration)
    if reply.delivery is Delivery.MESSAGE:
        closes = window_closes_at(stored.contact)
        until = closes - workstream.replies.margin if closes else None
        return NextReply(delivery=NextDelivery.MESSAGE, valid_until=until)
    return NextReply(
        delivery=NextDelivery(reply.delivery),
        holds=reply.held is not None,
        template=going if going.template else None,
        most_words=_most_words(going, workstream),
    )


def _is_full(asker: Agent, draft: Draft) -> bool:
    """Tell whether the reply would give the conversation to an agent who can't have one more."""
    before = draft.before.conversation if draft.before else None
    gives = given(holding_of(before), holding_of(draft.contact.conversation))
    return gives is not None and obstacle_to(asker, gives.conversation_id, gives.units, draft.room) is not None


def _first_expires_at(contact: Contact) -> datetime | None:
    return min((each.expires_at for each in contact.held), default=None)


def _most_words(going: Content, workstream: Workstream) -> int:
    """Return how many characters of the words a template takes, as its text and its parameters leave room for."""
    text, use = going.text or "", going.template
    places = text.count(WORDS)
    if use is None or not places:
        return 0
    limits = [
        part.limit
        for fallback in workstream.replies.fallback_template
        for parameter in fallback.parameters
        for part in parameter.parts
        if fallback.name == use.name and isinstance(part, Placeholder) and part.name == REPLY_TEXT and part.limit
    ]
    left = (MAX_TEMPLATE - characters(text)) // places + len(WORDS)
    return min([left, *limits])
