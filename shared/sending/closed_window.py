"""A reply whose window has closed between the agent's click and the phone: decided again by the policy.

The window may have closed while the reply waited behind others, or WhatsApp says so (131047).
"""

from dataclasses import replace

from shared.configuration.workstreams import WhenWindowClosed
from shared.lifecycle.system_lines import Line, add_system_line
from shared.replies.fallback_template import fallback_for
from shared.replies.pings import ping_for
from shared.replies.reply_context import ReplyContext
from shared.replies.template_filling import template_content
from shared.replies.window_policy import MOST_HELD, Impossible, InItsPlace, KeptBack, Plan, plan_for
from shared.sending.failures import WINDOW_CLOSED, explain
from shared.state import outbox
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, Unsent
from shared.state.session_window import window_open
from shared.vocabulary.message import Failure
from shared.vocabulary.words import AuthorType, MessageStatus


def apply_closed_window_policy(draft: Draft, unsent: Unsent, outgoing: Outgoing, context: ReplyContext) -> None:
    """Replace a message that may not go out as written by what the policy wants; automated messages are given up.

    Where the customer has written meanwhile, it keeps its place.
    """
    if window_open(draft.contact, draft.now):
        return
    plan = _plan_for_closed_window(draft, outgoing, context)
    if isinstance(plan, InItsPlace | KeptBack):
        outgoing = replace(outgoing, passed_over=plan.passed_over)
    if isinstance(plan, InItsPlace):
        ping = ping_for(outgoing, template_content(plan.template, context), in_its_place=False)
        outgoing = replace(outgoing, ping_id=ping.id)
        outbox.add_for_earlier(draft, ping, first=True)  # it takes the place of the reply that it stands for
        outbox.count_as_ping(draft, ping)
    # The agent is gone by now, so nothing can be refused: what may not be held has failed, and says why.
    hold = plan.hold if isinstance(plan, InItsPlace | KeptBack) else None
    if hold and len(draft.contact.held) < MOST_HELD:
        outbox.move_to_held(draft, unsent, outgoing, draft.now + hold)
        line = Line.HELD_AFTER_ALL
    else:
        outbox.end_unsent(draft, unsent, failed(outgoing, explain(WINDOW_CLOSED, "")))
        line = Line.REPLACED_AFTER_ALL if isinstance(plan, InItsPlace) else Line.WINDOW_HAD_CLOSED
    _note(draft, outgoing, line, context)


def _note(draft: Draft, outgoing: Outgoing, line: Line, context: ReplyContext) -> None:
    """Say it in the conversation, since nobody waits for an answer of the channel any more."""
    conversation, author = draft.contact.conversation, outgoing.author
    if conversation and conversation.id == outgoing.conversation_id:
        by_agent = author.type is AuthorType.AGENT
        workstream = context.configuration.workstreams.get(conversation.workstream)
        add_system_line(draft, line if by_agent else Line.NOT_SENT, workstream, by=author.name or author.id)


def _plan_for_closed_window(draft: Draft, outgoing: Outgoing, context: ReplyContext) -> Plan:
    conversation = draft.contact.conversation
    under_way = conversation is not None and not conversation.closed and conversation.id == outgoing.conversation_id
    if outgoing.author.type is not AuthorType.AGENT or conversation is None or not under_way:
        return Impossible("only an agent's reply to the conversation that is under way has a policy")
    workstream = context.configuration.workstreams.get(conversation.workstream)
    if workstream is None:
        return Impossible("the configuration has no such workstream any more")
    when_closed = WhenWindowClosed(outgoing.when_closed) if outgoing.when_closed else None
    fallback = fallback_for(outgoing, draft.contact, workstream, context)
    return plan_for(outgoing.content, when_closed, draft.contact, workstream, fallback, draft.now)


def failed(outgoing: Outgoing, failure: Failure) -> Outgoing:
    """Return the message as one that will not be tried again."""
    return replace(outgoing, status=MessageStatus.FAILED, error=failure)
