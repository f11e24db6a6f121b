"""What an agent's reply, or taking one back, does to the contact. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.configuration import preferred_languages
from shared.configuration.workstreams import WhenWindowClosed, Workstream
from shared.replies.fallback_template import fallback_for
from shared.replies.pings import ping_for
from shared.replies.reply_context import ReplyContext
from shared.replies.template_filling import clean, problems_of, template_content
from shared.replies.window_policy import MOST_HELD, AsWritten, Impossible, InItsPlace, KeptBack, plan_for
from shared.state import outbox
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing
from shared.state.session_window import window_open
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import same_agent
from shared.vocabulary.message import Author, Content, TemplateUse
from shared.vocabulary.words import AuthorType, ConversationStatus, HeldStatus, MessageStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRequest:
    """A reply as it was asked for. A template's language may be empty: the contact's is taken then."""

    content: Content
    when_closed: WhenWindowClosed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replier:
    """Who replies; an agent takes an unassigned conversation by it, a supervisor does not."""

    id: str
    name: str | None
    is_agent: bool


def decide_reply(
    stored: StoredContact,
    conversation_id: str,
    request: ReplyRequest,
    replier: Replier,
    reply_id: str,
    context: ReplyContext,
    now: datetime,
) -> Draft:
    """Return the contact with one more reply.

    Raises:
        Refused: `conversation_closed`, `not_assigned_to_you`, `opted_out`, `window_closed`, `too_many_held`,
            `template_not_approved`, `template_parameters`.
    """
    conversation = _open_conversation(stored.contact, conversation_id, replier, now)
    workstream = context.configuration.workstreams.get(conversation.workstream)
    if workstream is None:
        raise Refused(Code.MISCONFIGURED, f"The configuration has no workstream {conversation.workstream}.")
    content = _complete(request.content, stored.contact, workstream, context)
    outgoing = Outgoing(
        id=reply_id,
        conversation_id=conversation.id,
        author=Author(type=AuthorType.AGENT, id=replier.id, name=replier.name),
        content=content,
        status=MessageStatus.PENDING,
        when_closed=request.when_closed,
    )
    draft = Draft.of(stored, now)
    if replier.is_agent and conversation.agent is None:
        draft.update_conversation(agent=replier.id, status=ConversationStatus.ACTIVE)
    _carry_out(draft, outgoing, request.when_closed, workstream, context)
    return draft


def refuse_others(conversation: Conversation, replier: Replier) -> None:
    """Keep agents from what another agent has in hand.

    Raises:
        Refused: `not_assigned_to_you`.
    """
    if replier.is_agent and conversation.agent is not None and not same_agent(conversation.agent, replier.id):
        raise Refused(Code.NOT_ASSIGNED_TO_YOU, f"The conversation is {conversation.agent}'s.")


def decide_cancel(stored: StoredContact, reply_id: str, now: datetime) -> Draft | None:
    """Return the contact without a held reply; None when the reply is not held."""
    held = next((each for each in stored.contact.held if each.id == reply_id), None)
    if held is None:
        return None
    draft = Draft.of(stored, now)
    outgoing = replace(stored.outgoing[reply_id], status=MessageStatus.CANCELLED, held=HeldStatus.CANCELLED)
    outbox.end_held(draft, held, outgoing)
    return draft


def _open_conversation(contact: Contact, conversation_id: str, replier: Replier, now: datetime) -> Conversation:
    conversation = contact.conversation
    if conversation is None or conversation.id != conversation_id or conversation.closed:
        raise Refused(
            Code.CONVERSATION_CLOSED, "The conversation is closed; the customer's next message starts a new one."
        )
    refuse_others(conversation, replier)
    if contact.opted_out and not window_open(contact, now):
        raise Refused(Code.OPTED_OUT, "The customer opted out, and the session window is closed.")
    return conversation


def _complete(content: Content, contact: Contact, workstream: Workstream, context: ReplyContext) -> Content:
    """Return a template with its language chosen and its parameters clean, if it may go out."""
    use = content.template
    if use is None:
        return content
    template = context.configuration.templates.get(use.name)
    languages = preferred_languages(template.languages if template else (), contact.language, workstream)
    language = use.language or (languages[0] if languages else "")
    spelled = context.spelling(use.name, language)
    use = TemplateUse(name=use.name, language=spelled, parameters=tuple(clean(value) for value in use.parameters))
    if found := problems_of(use, context):
        code, errors = found
        raise Refused(code, "The template can't be sent like this.", errors=errors)
    return template_content(use, context)


def _carry_out(
    draft: Draft,
    outgoing: Outgoing,
    when_closed: WhenWindowClosed | None,
    workstream: Workstream,
    context: ReplyContext,
) -> None:
    contact = draft.contact
    fallback = None
    if not window_open(contact, draft.now, workstream.replies.margin):  # most are open, and a fallback takes a while
        fallback = fallback_for(outgoing, contact, workstream, context)
    plan = plan_for(outgoing.content, when_closed, contact, workstream, fallback, draft.now)
    if isinstance(plan, InItsPlace | KeptBack) and plan.hold and len(contact.held) >= MOST_HELD:
        raise Refused(
            Code.TOO_MANY_HELD, f"{MOST_HELD} replies are held for this contact; the customer has to write first."
        )
    match plan:
        case AsWritten():
            outbox.add_unsent(draft, outgoing)
            if not outgoing.content.free_form and not window_open(contact, draft.now, workstream.replies.margin):
                outbox.count_as_ping(draft, outgoing)
        case InItsPlace(template=template, hold=hold):
            ping = ping_for(outgoing, template_content(template, context), in_its_place=hold is None)
            if hold:
                outbox.add_held(draft, replace(outgoing, ping_id=ping.id), draft.now + hold)
            outbox.add_unsent(draft, ping)
            outbox.count_as_ping(draft, ping)
        case KeptBack(hold=hold):
            outbox.add_held(draft, outgoing, draft.now + hold)
        case Impossible(why=why):
            raise Refused(
                Code.WINDOW_CLOSED, f"Nothing was sent: {why}.", extra={"templates": context.usable_templates()}
            )
