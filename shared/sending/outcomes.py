"""What becomes of an outgoing message after an attempt: recorded as sent, tried again, replaced, or given up."""

from dataclasses import replace
from datetime import datetime

from shared.automated_messages.opt_out import mark_opted_out
from shared.replies.reply_context import ReplyContext
from shared.sending.channel import Accepted, NothingDone, Outcome, Postponed, Refusal
from shared.sending.closed_window import apply_closed_window_policy, failed
from shared.sending.failed_pings import with_next_template
from shared.sending.failures import IN_DOUBT, OPTED_OUT, Remedy, blames_template, explain, remedy_for
from shared.sending.pacing import keep_pace, slow_down
from shared.sending.pauses import GIVE_UP_AFTER, given_up, pause_after, pause_given
from shared.sending.waiting import wait_for_status
from shared.state import outbox
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, StatusRecord, Unsent, with_attempt
from shared.vocabulary.message import Failure
from shared.vocabulary.words import MessageStatus, moves_forward

FEW_ATTEMPTS = 3
_PASSES = (Remedy.RETRY, Remedy.BACK_OFF)


def apply_outcome(
    draft: Draft,
    unsent: Unsent,
    outgoing: Outgoing,
    outcome: Outcome,
    context: ReplyContext,
    early: StatusRecord | None = None,
) -> None:
    """Record the outcome of one attempt in the draft; `early` is a status that came before it."""
    match outcome:
        case Accepted(message_id=message_id):
            _record_sent(draft, unsent, outgoing, message_id, early, context)
        case NothingDone():
            # The first time another request id is all that it needs, and it goes at once.
            pause = draft.now + pause_after(unsent.attempt) if unsent.attempt else None
            _start_new_attempt(
                draft, unsent, outgoing, Failure(code="repeatability", message="The channel did nothing"), pause
            )
        case Refusal(code=code, message=message):
            apply_failure(draft, unsent, outgoing, code, message, context)
        case Postponed(code=code, message=message, retry_after=retry_after, in_doubt=in_doubt):
            if unsent.called_at and in_doubt:
                wait_for_status(draft, replace(unsent, tries=unsent.tries + 1), outgoing)
                return
            if unsent.called_at:
                # It was turned away. No call of before is answered by a repetition, so it may lead elsewhere.
                unsent = replace(unsent, called_at=None, called_by=None, in_doubt=False, to=draft.contact.address)
            unsent = replace(unsent, in_doubt=unsent.in_doubt or in_doubt)
            not_before = pause_given(code, unsent.attempt + unsent.tries, retry_after, draft.now)
            if remedy_for(code) is Remedy.SLOW_DOWN:
                slow_down(draft, not_before)
            _repeat_attempt_later(draft, unsent, outgoing, explain(code, message), not_before)


def _record_sent(
    draft: Draft, unsent: Unsent, outgoing: Outgoing, message_id: str, early: StatusRecord | None, context: ReplyContext
) -> None:
    sent = replace(outgoing, status=MessageStatus.SENT, message_id=message_id, error=None, taken=True)
    outbox.end_unsent(draft, unsent, sent)
    keep_pace(draft)
    record = StatusRecord(
        message_id=message_id,
        status=MessageStatus.SENT,
        outgoing_id=outgoing.id,
        sent_as=unsent.without_address,
    )
    # A status that overtook this record has inserted the row. Inserting it again makes the commit stale, which
    # is how it is found out: the row is read then, and comes in as `early`.
    draft.record_status(record, is_new=early is None)
    if early:
        apply_status(draft, record, sent, early.status, early.error, context)


def apply_failure(
    draft: Draft, unsent: Unsent, outgoing: Outgoing, code: str, message: str, context: ReplyContext
) -> None:
    """Record a refusal, given at once or by a status."""
    failure = explain(code, message)
    outgoing = with_attempt(outgoing, failure, draft.now)
    remedy = remedy_for(code)
    heed_opt_out(draft, code, context)
    falls_back = remedy is Remedy.FALL_BACK and outgoing.content.free_form and not outgoing.fell_back
    if falls_back and not unsent.doubts:
        _fall_back(draft, unsent, replace(outgoing, fell_back=True), failure, context)
    elif blames_template(code) and (another := with_next_template(draft, outgoing, context)):
        _start_new_attempt(draft, replace(unsent, since=draft.now), another, failure, None)
    elif remedy in _PASSES or (remedy is Remedy.RETRY_FEW and unsent.attempt + 1 < FEW_ATTEMPTS):
        _start_new_attempt(draft, unsent, outgoing, failure, draft.now + pause_after(unsent.attempt))
    elif remedy is Remedy.SLOW_DOWN:
        not_before = pause_given(code, unsent.attempt, None, draft.now)
        slow_down(draft, not_before)
        _start_new_attempt(draft, unsent, outgoing, failure, not_before)
    elif remedy is Remedy.STOP_CHANNEL:
        # It is due at once, however long it has been tried: where the channel is stopped, the dispatcher has it wait.
        since = draft.now if outgoing.taken else unsent.since
        waiting = replace(outgoing, status=MessageStatus.PENDING)
        attempt_anew(draft, replace(unsent, since=since), waiting, failure, None)
    else:
        outbox.end_unsent(draft, unsent, failed(outgoing, failure))


def heed_opt_out(draft: Draft, code: str, context: ReplyContext) -> None:
    """Take a refusal that says so for the customer's word."""
    if code == OPTED_OUT:
        conversation, workstreams = draft.contact.conversation, context.configuration.workstreams
        mark_opted_out(draft, workstreams.get(conversation.workstream) if conversation else None, code)


def _fall_back(draft: Draft, unsent: Unsent, outgoing: Outgoing, failure: Failure, context: ReplyContext) -> None:
    """Believe that the window was closed when the message was sent, unless the customer has written since."""
    opened = draft.contact.window_from
    # The refusal may be older than the message that opened the window since: then it goes out as written.
    if opened and opened > unsent.first_sent:
        _start_new_attempt(draft, unsent, outgoing, failure, None)
        return
    # WhatsApp knows better: its clock, not ours, decides when 24 hours are over.
    # Who sent it may have a clock that is ahead of this one: by this one, too, the window is closed now.
    draft.update(window_refused_at=min(unsent.first_sent, draft.now))
    apply_closed_window_policy(draft, replace(unsent, attempt=unsent.attempt + 1), outgoing, context)


def apply_status(
    draft: Draft,
    record: StatusRecord,
    outgoing: Outgoing,
    status: MessageStatus,
    failure: Failure | None,
    context: ReplyContext,
) -> bool:
    """Record a delivery status of a message whose send is recorded; whether it changed anything.

    The failure of an earlier attempt, or of a message that arrived, says nothing any more.
    """
    if record.sent_as is None or not moves_forward(record.status, status):
        return False
    draft.record_status(replace(record, status=status, error=failure))
    if status is MessageStatus.FAILED:
        # A message may have several ids, one an attempt that WhatsApp took: only the last one's failure is its own.
        if outgoing.message_id == record.message_id and moves_forward(outgoing.status, status):
            code = failure.code if failure else "unknown"
            apply_failure(draft, record.sent_as, outgoing, code, failure.message if failure else "", context)
    elif moves_forward(outgoing.status, status):
        updated = replace(outgoing, status=status, message_id=record.message_id, error=None)
        outbox.end_unsent(draft, record.sent_as, updated)
    return True


def give_up(draft: Draft, unsent: Unsent, outgoing: Outgoing, failure: Failure) -> None:
    """End an attempt that nothing more comes of."""
    outbox.end_unsent(draft, unsent, failed(with_attempt(outgoing, failure, draft.now), failure))


def _start_new_attempt(
    draft: Draft, unsent: Unsent, outgoing: Outgoing, failure: Failure, not_before: datetime | None
) -> None:
    """Make another attempt, unless there were too many."""
    if given_up(unsent, draft.now):
        outbox.end_unsent(draft, unsent, failed(outgoing, failure))
    else:
        attempt_anew(draft, unsent, outgoing, failure, not_before)


def attempt_anew(
    draft: Draft, unsent: Unsent, outgoing: Outgoing, failure: Failure, not_before: datetime | None
) -> None:
    """Make another attempt, under a request id of its own."""
    again = replace(
        unsent.next_attempt(draft.now),
        to=draft.contact.address,  # the number may have moved since, and a new request id may lead elsewhere
        file_uri=None,
        file_until=None,
        not_before=not_before,
        next_check=not_before,
    )
    outbox.reschedule(draft, again, replace(outgoing, error=replace(failure, retryable=True)))


def _repeat_attempt_later(
    draft: Draft, unsent: Unsent, outgoing: Outgoing, failure: Failure, not_before: datetime | None
) -> None:
    """Make the same attempt again, when a check comes or somebody else sends to the contact."""
    failure = replace(failure, retryable=True)
    if given_up(unsent, draft.now) and remedy_for(failure.code) is not Remedy.STOP_CHANNEL:
        give_up(draft, unsent, outgoing, explain(IN_DOUBT, "") if unsent.doubts else failure)
        return
    end = unsent.since + GIVE_UP_AFTER
    not_before = min(not_before, end) if not_before else None
    # A check that is on its way already serves, unless it comes before the time that the channel gave: each further one
    # would be a message for every sender that tries.
    next_check = unsent.next_check
    if next_check is None or next_check <= draft.now or (not_before and next_check < not_before):
        next_check = not_before or min(draft.now + pause_after(unsent.tries), end)
    again = replace(unsent, tries=unsent.tries + 1, not_before=not_before, next_check=next_check)
    outbox.reschedule(draft, again, replace(outgoing, error=failure))
