"""Attempts at a provider that does not know a repetition again: nobody can tell whether one without an answer arrived.

        claimed ── called ── answered: as everywhere
                      └── no answer, or a dead worker ── a status names the attempt: sent, or failed
                                                     └── none in time ── others came: once more
                                                                     └── none did, or in doubt again: failed

The claim is committed before the call, so that one sender alone makes it, and whoever finds it later knows of the call.
What a status says is found by the request id, also when nobody waits for it any more
(docs/adr/0029-an-attempt-in-doubt.md). Pure.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.replies.reply_context import ReplyContext
from shared.sending.channel import Accepted
from shared.sending.failures import IN_DOUBT, explain
from shared.sending.outcomes import apply_outcome, attempt_anew, give_up, heed_opt_out
from shared.sending.pacing import keep_pace
from shared.state import counts, outbox
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, StatusRecord, Unsent, with_attempt
from shared.state.session_window import window_open
from shared.vocabulary.message import Failure
from shared.vocabulary.words import MessageStatus, moves_forward

DOUBT: Final = timedelta(minutes=10)
"""So long a status may tell. Most come within seconds."""
SHORT_DOUBT: Final = timedelta(seconds=10)
"""Where somebody tries things out."""


def call_ends(called_at: datetime, doubt: timedelta) -> datetime:
    """Return when a claimed call is cut off: early enough that its end is recorded before the doubt is over."""
    return called_at + doubt / 2


def claim(stored: StoredContact, unsent: Unsent, by: str, doubt: timedelta, now: datetime) -> Draft | None:
    """Make an attempt one's own, just before the call; None where it is not any more as it was found.

    It is not due again before the doubt would be over. No check is sent for that: who is cut off is come back for, as
    between any call and its record, and has it sent.
    """
    if unsent not in stored.contact.unsent:
        return None
    called = replace(unsent, called_at=now, called_by=by, not_before=now + doubt, next_check=None)
    return Draft.of(stored, now, unsent=tuple(called if each == unsent else each for each in stored.contact.unsent))


def may_be_repeated(contact: Contact, outgoing: Outgoing, now: datetime) -> bool:
    """Tell whether what may have arrived may go out as it was written: nothing else may be made of it."""
    return window_open(contact, now) if outgoing.content.free_form else not contact.opted_out


def end_doubt(draft: Draft, unsent: Unsent, outgoing: Outgoing, heard_at: datetime | None) -> None:
    """Decide on an attempt of which no status has told in time: once more, or failed. It stays watched.

    Args:
        heard_at: When what a webhook of its channel told last had happened.
    """
    if unsent.called_at is None:
        return
    draft.watch(unsent)
    failure = explain(IN_DOUBT, "")
    heard = heard_at is not None and heard_at > unsent.called_at
    if heard and not unsent.doubts and may_be_repeated(draft.contact, outgoing, draft.now):
        # The time in doubt was nobody's time to send it.
        since = unsent.since + (draft.now - unsent.called_at)
        again = replace(unsent, doubts=unsent.doubts + 1, since=since)
        attempt_anew(draft, again, with_attempt(outgoing, failure, draft.now), failure, None)
    else:
        give_up(draft, unsent, outgoing, failure)


def apply_arrival(draft: Draft, attempt: Unsent, outgoing: Outgoing, told: StatusRecord, context: ReplyContext) -> None:
    """Record that an attempt, of which nobody knew, was taken under an id, and what a status of that id says.

    Whatever else is under way for the message, nothing more is sent once one attempt has arrived.
    """
    due = next((each for each in draft.contact.unsent if each.id == attempt.id), None)
    if due and due.attempt_id == attempt.attempt_id:
        apply_outcome(draft, due, outgoing, Accepted(message_id=told.message_id), context, told)
        return
    draft.record_status(replace(told, outgoing_id=outgoing.id, sent_as=attempt.without_address, request_id=None))
    if told.status is MessageStatus.FAILED:
        _learn_failure(draft, attempt, outgoing, told.error, context)
        return
    arrived = replace(
        outgoing, status=told.status, message_id=told.message_id, error=None, taken=True, held=None, expires_at=None
    )
    held = next((each for each in draft.contact.held if each.id == attempt.id), None)
    if due:
        if due.called_at:
            draft.watch(due)
        outbox.end_unsent(draft, due, arrived)
        keep_pace(draft)
    elif held:
        outbox.end_held(draft, held, arrived)
    elif given_up_in_doubt(outgoing):
        counts.failure_lifted(draft, outgoing)
        outbox.end_unsent(draft, attempt, arrived)
    elif moves_forward(outgoing.status, told.status):
        outbox.end_unsent(draft, attempt, arrived)


def _learn_failure(
    draft: Draft, attempt: Unsent, outgoing: Outgoing, told: Failure | None, context: ReplyContext
) -> None:
    """Say why a message failed that was given up in doubt, once no attempt at it is in doubt any more.

    Of one that is not given up, the later attempts have their own end.
    """
    failure = explain(told.code if told else "unknown", told.message if told else "")
    heed_opt_out(draft, failure.code, context)
    if given_up_in_doubt(outgoing):
        attempts = list(outgoing.attempts)
        doubtful = [place for place, each in enumerate(attempts) if each.code == IN_DOUBT]
        for place in doubtful[:1]:
            attempts[place] = replace(attempts[place], code=failure.code, message=failure.message)
        error = failure if len(doubtful) <= 1 else outgoing.error
        outbox.correct_failure(draft, attempt, replace(outgoing, attempts=tuple(attempts), error=error))


def given_up_in_doubt(outgoing: Outgoing) -> bool:
    """Tell whether a message has failed for nothing but that nobody knew."""
    return outgoing.status is MessageStatus.FAILED and outgoing.error is not None and outgoing.error.code == IN_DOUBT
