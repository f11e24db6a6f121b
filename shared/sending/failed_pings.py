"""A ping that failed for its template: the next usable language or template goes out for the words, once. Pure."""

from dataclasses import replace

from shared.replies.fallback_template import fallback_for
from shared.replies.pings import reply_of
from shared.replies.reply_context import ReplyContext
from shared.replies.template_filling import template_content
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing
from shared.vocabulary.words import MessageStatus


def with_next_template(draft: Draft, ping: Outgoing, context: ReplyContext) -> Outgoing | None:
    """Return the ping with the next template, to be sent in the same place.

    None where somebody chose it, it stands for no words that still wait, was replaced before, or no other template is
    usable.
    """
    use, conversation, contact = ping.content.template, draft.contact.conversation, draft.contact
    if use is None or conversation is None or ping.fell_back or contact.opted_out:
        return None
    reply, workstream = _reply_behind(draft, ping), context.configuration.workstreams.get(conversation.workstream)
    if reply is None or workstream is None:
        return None
    found = fallback_for(reply, contact, workstream, context.without(use))
    if found.template is None:
        return None
    if reply.id != ping.id:
        draft.write(replace(reply, passed_over=found.passed_over))
    return replace(
        ping,
        content=template_content(found.template, context),
        status=MessageStatus.PENDING,
        message_id=None,
        fell_back=True,
        passed_over=found.passed_over if reply.id == ping.id else (),
    )


def _reply_behind(draft: Draft, ping: Outgoing) -> Outgoing | None:
    """Return the reply whose words the ping stands for: its own, else those that it announces and that are held."""
    if ping.in_place_of:
        return replace(ping, content=ping.in_place_of)
    if reply_of(ping.id) == ping.id:
        return None  # a template that somebody chose counts as the ping, but nothing else may go out in its name
    held = [draft.outgoing(each.id) for each in draft.contact.held if not each.draft]
    if ping.id != draft.contact.ping or not held:
        return None
    return next((each for each in held if each.ping_id == ping.id), held[0])
