"""What an agent's reply, or taking one back, does to the contact. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.configuration import preferred_languages
from shared.configuration.document import Configuration
from shared.configuration.workstreams import WhenWindowClosed, Workstream
from shared.replies.drafts import take_over
from shared.replies.fallback_template import NO_FALLBACK, fallback_for
from shared.replies.parts import held_of, in_parts
from shared.replies.pings import ping_for
from shared.replies.reply_context import ReplyContext
from shared.replies.template_filling import cleaned, template_content
from shared.replies.template_problems import problems_of
from shared.replies.window_policy import MOST_HELD, AsWritten, Impossible, InItsPlace, KeptBack, plan_for
from shared.state import outbox
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing
from shared.state.session_window import window_open
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.message import Content
from shared.vocabulary.words import MessageStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRequest:
    """A reply as it was asked for. A template's language may be empty: the contact's is taken then.

    Attributes:
        from_held: The held reply whose place it takes.
        split: Whether its text is longer than WhatsApp takes, and goes out in parts.
    """

    content: Content
    when_closed: WhenWindowClosed | None = None
    from_held: str | None = None
    split: bool = False


def add_reply(draft: Draft, request: ReplyRequest, by: Actor, reply_id: str, context: ReplyContext) -> None:
    """Add a reply to the contact's conversation, which is not closed.

    Raises:
        Refused: `channel_removed`, `opted_out`, `window_closed`, `too_many_held`, `template_not_approved`,
            `template_parameters`; `reply_already_sent` of the held reply whose place it takes.
    """
    conversation = _answerable(draft)
    workstream = workstream_of(draft.contact, conversation, context.configuration)
    if request.from_held:
        take_over(draft, request.from_held, by, context.configuration)
    content = completed(request.content, draft.contact, workstream, context)
    outgoing = Outgoing(
        id=reply_id,
        conversation_id=conversation.id,
        author=by.author,
        content=content,
        status=MessageStatus.PENDING,
        when_closed=request.when_closed,
    )
    parts = in_parts(outgoing) if request.split else (outgoing,)
    _carry_out(draft, outgoing, parts, workstream, context)


def decide_cancel(stored: StoredContact, reply_id: str, now: datetime) -> Draft | None:
    """Return the contact without a held reply, all its parts; None when none of it is held."""
    draft = Draft.of(stored, now)
    for held in held_of(stored.contact, reply_id):
        outbox.cancel_held(draft, held)
    return None if draft.untouched else draft


def _answerable(draft: Draft) -> Conversation:
    if draft.contact.conversation is None:
        raise ValueError("there is no conversation that could be answered")
    return draft.contact.conversation


def workstream_of(contact: Contact, conversation: Conversation, configuration: Configuration) -> Workstream:
    """Return by whose settings a reply goes out: where the conversation's workstream is gone, its channel's.

    Raises:
        Refused: `channel_removed`.
    """
    channel = configuration.channel_by_id(contact.channel_id)
    if channel is None:
        raise Refused(
            Code.CHANNEL_REMOVED,
            "The configuration does not have the conversation's channel any more: it can be read and closed.",
        )
    return configuration.workstreams.get(conversation.workstream) or configuration.workstreams[channel.workstream]


def completed(content: Content, contact: Contact, workstream: Workstream, context: ReplyContext) -> Content:
    """Return a template with its language chosen and its parameters clean, if it may go out.

    Raises:
        Refused: `template_not_approved`, `template_parameters`.
    """
    use = content.template
    if use is None:
        return content
    template = context.configuration.templates.get(use.name)
    languages = preferred_languages(template.languages if template else (), contact.language, workstream)
    language = use.language or (languages[0] if languages else "")
    use = cleaned(replace(use, language=context.spelling(use.name, language)))
    if found := problems_of(use, context):
        code, errors = found
        raise Refused(code, "The template can't be sent like this.", errors=errors)
    return template_content(use, context)


def _carry_out(
    draft: Draft,
    outgoing: Outgoing,
    parts: tuple[Outgoing, ...],
    workstream: Workstream,
    context: ReplyContext,
) -> None:
    when_closed = WhenWindowClosed(outgoing.when_closed) if outgoing.when_closed else None
    first, *others = parts
    match plan_or_refuse(draft, outgoing, when_closed, workstream, context, parts=len(parts)):
        case AsWritten():
            for part in parts:
                outbox.add_unsent(draft, part)
            if not outgoing.content.free_form and not window_open(draft.contact, draft.now, workstream.replies.margin):
                outbox.count_as_ping(draft, outgoing)
        case InItsPlace(template=template, hold=hold, passed_over=passed_over):
            outgoing = replace(outgoing, passed_over=passed_over)
            ping = ping_for(outgoing, template_content(template, context), in_its_place=hold is None)
            if hold:
                first = replace(first, passed_over=passed_over, ping_id=ping.id)
                _hold(draft, (first, *others), hold)
            outbox.add_unsent(draft, ping)
            outbox.count_as_ping(draft, ping)
        case KeptBack(hold=hold, passed_over=passed_over):
            _hold(draft, (replace(first, passed_over=passed_over), *others), hold)


def _hold(draft: Draft, parts: tuple[Outgoing, ...], hold: timedelta) -> None:
    for part in parts:
        outbox.add_held(draft, part, draft.now + hold)


def plan_or_refuse(
    draft: Draft,
    outgoing: Outgoing,
    when_closed: WhenWindowClosed | None,
    workstream: Workstream,
    context: ReplyContext,
    *,
    parts: int = 1,
) -> AsWritten | InItsPlace | KeptBack:
    """Plan what becomes of a reply now, new or sent again.

    Raises:
        Refused: `opted_out`, `window_closed`, `too_many_held`.
    """
    contact = draft.contact
    fallback = NO_FALLBACK
    if not window_open(contact, draft.now, workstream.replies.margin):  # most are open, and a fallback takes a while
        fallback = fallback_for(outgoing, contact, workstream, context)
    plan = plan_for(outgoing.content, when_closed, contact, workstream, fallback, draft.now)
    if isinstance(plan, Impossible):
        extra = {"templates": context.usable_templates()} if plan.code is Code.WINDOW_CLOSED else {}
        raise Refused(plan.code, f"Nothing was sent: {plan.why}.", extra=extra)
    if not isinstance(plan, AsWritten) and plan.hold and len(contact.held) + parts > MOST_HELD:
        raise Refused(
            Code.TOO_MANY_HELD, f"{MOST_HELD} replies are held for this contact; the customer has to write first."
        )
    return plan
