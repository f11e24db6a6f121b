"""An agent's message that failed is sent again: in its old place, by the policy of now. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.configuration.workstreams import WhenWindowClosed, Workstream
from shared.lifecycle.assignment import take_by_reply
from shared.lifecycle.situation import Situation
from shared.lifecycle.transitions import refuse_others
from shared.replies.parts import as_sent
from shared.replies.pings import is_ping, ping_for
from shared.replies.reply_context import ReplyContext
from shared.replies.reply_decision import completed, plan_or_refuse, workstream_of
from shared.replies.template_filling import template_content
from shared.replies.window_policy import AsWritten, InItsPlace, KeptBack
from shared.sending.failures import is_retryable
from shared.state import counts, outbox
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, Unsent
from shared.state.session_window import window_open
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.message import Content, Failure
from shared.vocabulary.words import MessageStatus

_UNKNOWN: Final = Failure(code="unknown", message="The channel did not say why")


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMessage:
    """An agent's message that failed, with its line of the history: that line's key and time."""

    outgoing: Outgoing
    message_key: str
    at: datetime


def retry(
    draft: Draft,
    conversation: Conversation,
    situation: Situation,
    failed: Sequence[FailedMessage] | None,
    context: ReplyContext,
) -> None:
    """Send messages of a conversation again, as whoever may reply there; one that is closed stays so.

    Args:
        failed: None: the conversation has no such message.

    Raises:
        Refused: `not_assigned_to_you`; `not_found`; `not_retryable` where nothing failed, or trying again would not
            help; `channel_removed`, `opted_out`, `window_closed`, `too_many_held`, `template_not_approved`,
            `template_parameters`.
    """
    if conversation.closed:
        refuse_others(conversation, situation.by)
        draft.know(conversation)
    else:
        take_by_reply(draft, conversation.id, situation)
    if failed is None:
        raise Refused(Code.NOT_FOUND, "There is no such message.")
    if not failed:
        raise _not_retryable("no message of an agent's has failed here")
    failed = [each for each in failed if not _asks_twice(draft.contact, each.outgoing)]
    if not failed:
        raise _not_retryable("another template has asked the customer to write since")
    failures = [each.outgoing.error or _UNKNOWN for each in failed]
    if refused := sorted({failure.code for failure in failures if not is_retryable(failure)}):
        raise _not_retryable(f"WhatsApp would refuse it again ({', '.join(refused)})")
    workstream = workstream_of(draft.contact, conversation, context.configuration)
    for each in failed:
        _send_again(draft, conversation, each, workstream, context)


def _not_retryable(why: str) -> Refused:
    return Refused(Code.NOT_RETRYABLE, f"Nothing was sent again: {why}.")


def _asks_twice(contact: Contact, outgoing: Outgoing) -> bool:
    """Tell whether a message is a ping, and the next one went out after it had failed: one is enough in a window."""
    return is_ping(outgoing.id) and contact.ping not in (None, outgoing.id)


def _send_again(
    draft: Draft, conversation: Conversation, failed: FailedMessage, workstream: Workstream, context: ReplyContext
) -> None:
    content = completed(failed.outgoing.content, draft.contact, workstream, context)
    outgoing = _anew(failed.outgoing, content)
    when_closed = WhenWindowClosed(outgoing.when_closed) if outgoing.when_closed else None
    place = _place(draft, failed, outgoing)
    first, *others = as_sent(outgoing)  # a template went out for the whole of a long text
    match plan_or_refuse(draft, outgoing, when_closed, workstream, context, parts=1 + len(others)):
        case AsWritten():
            outbox.reschedule(draft, place, first)
            for part in others:
                outbox.add_for_earlier(draft, part)
            if not content.free_form and not window_open(draft.contact, draft.now, workstream.replies.margin):
                outbox.count_as_ping(draft, outgoing)
        case InItsPlace(template=template, hold=hold, passed_over=passed_over):
            outgoing = replace(outgoing, passed_over=passed_over)
            ping = ping_for(outgoing, template_content(template, context), in_its_place=hold is None)
            if hold:
                _hold(draft, place, replace(first, passed_over=passed_over, ping_id=ping.id), others, draft.now + hold)
                outbox.add_for_earlier(draft, ping)
            else:
                outgoing = ping
                outbox.reschedule(draft, place, outgoing)
            outbox.count_as_ping(draft, ping)
        case KeptBack(hold=hold, passed_over=passed_over):
            _hold(draft, place, replace(first, passed_over=passed_over), others, draft.now + hold)
    counts.retry_accepted(draft, outgoing)
    if not conversation.closed:
        outbox.touch(draft, outgoing)


def _hold(draft: Draft, place: Unsent, first: Outgoing, others: Sequence[Outgoing], expires_at: datetime) -> None:
    outbox.move_to_held(draft, place, first, expires_at)
    for part in others:
        outbox.add_held(draft, part, expires_at)


def _anew(outgoing: Outgoing, content: Content) -> Outgoing:
    """Return a message as if it had never been sent; what was tried stays readable."""
    return replace(
        outgoing,
        content=content,
        status=MessageStatus.PENDING,
        message_id=None,
        error=None,
        held=None,
        expires_at=None,
        fell_back=False,
        passed_over=(),
        retries=outgoing.retries + 1,
    )


def _place(draft: Draft, failed: FailedMessage, outgoing: Outgoing) -> Unsent:
    """Return its place where its line has it, with its time and its few attempts counted anew."""
    return Unsent(
        id=outgoing.id,
        message_key=failed.message_key,
        at=failed.at,
        to=draft.contact.address,
        first_sent=draft.now,
        since=draft.now,
        retry=outgoing.retries,
    )
