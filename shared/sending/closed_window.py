"""A reply whose window has closed between the agent's click and the phone: decided again by the policy.

The window may have closed while the reply waited for its turn, or WhatsApp says so (131047).
"""

from dataclasses import replace

from shared.configuration.workstreams import WhenWindowClosed
from shared.replies.pings import ping_for
from shared.replies.policy import MOST_HELD, Impossible, InItsPlace, KeptBack, Plan, plan_for
from shared.replies.templates import Circumstances, fallback_for, template_content
from shared.sending.failures import WINDOW_CLOSED, explain
from shared.state.contact import Due, Outgoing
from shared.state.draft import Draft
from shared.vocabulary.message import Failure
from shared.vocabulary.words import AuthorType, MessageStatus


def apply_closed_window_policy(draft: Draft, due: Due, row: Outgoing, around: Circumstances) -> None:
    """Replace a row that may not go out as written by what the policy wants; automated messages are given up.

    Where the customer has written meanwhile, it keeps its turn.
    """
    if draft.contact.window_open(draft.now):
        return
    plan = _plan_for_closed_window(draft, row, around)
    if isinstance(plan, InItsPlace):
        ping = ping_for(row, template_content(plan.template, around.configuration), in_its_place=False)
        row = replace(row, ping_id=ping.id)
        draft.add_unsent(ping, first=True)
        draft.count_as_ping(ping)
    hold = plan.hold if isinstance(plan, InItsPlace | KeptBack) else None
    if hold and len(draft.contact.held) < MOST_HELD:
        draft.move_to_held(due, row, draft.now + hold)
    else:
        draft.end_unsent(due, failed(row, explain(WINDOW_CLOSED, "")))


def _plan_for_closed_window(draft: Draft, row: Outgoing, around: Circumstances) -> Plan:
    conversation = draft.contact.conversation
    if row.author.type is not AuthorType.AGENT or conversation is None or conversation.closed:
        return Impossible("only an agent's reply to an open conversation has a policy")
    workstream = around.configuration.workstreams.get(conversation.workstream)
    if workstream is None:
        return Impossible("the configuration has no such workstream any more")
    when_closed = WhenWindowClosed(row.when_closed) if row.when_closed else None
    fallback = fallback_for(row, draft.contact, workstream, around)
    return plan_for(row.content, when_closed, draft.contact, workstream, fallback, draft.now)


def failed(row: Outgoing, failure: Failure) -> Outgoing:
    """The row as one that will not be tried again."""
    return replace(row, status=MessageStatus.FAILED, error=failure)
