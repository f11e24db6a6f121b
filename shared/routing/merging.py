"""What a contact does when its phone number turns out to be another contact's. Pure.

`merged`: both are one person and the other one stays. This one points to it, closes its conversation, and releases its
held replies, since the customer has written, or takes them back, where that was an opt-out; what a person is to decide
on stays where it is, and expires. `phone_moved`: the number
has a new owner; only the BSUID is left.
"""

from dataclasses import replace
from datetime import datetime

from shared.automated_messages.opt_out import take_held_back
from shared.configuration.document import Configuration
from shared.lifecycle import moves
from shared.lifecycle.system_lines import Line, add_system_line
from shared.replies.drafts import asks_first
from shared.state import outbox
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.outgoing import Unsent
from shared.state.session_window import window_open, with_window_opened
from shared.vocabulary.identity import alias_of
from shared.vocabulary.words import ClosureReason


def decide_merged(
    stored: StoredContact,
    into: str,
    at: datetime,
    configuration: Configuration,
    now: datetime,
    *,
    alias: str = "",
    opted_out: bool = False,
) -> Draft | None:
    """Return the contact after it was merged; None when it was before, or a BSUID has shown it to be somebody else.

    Args:
        into: The contact that stays.
        alias: The key of the name that leads there from now on.
        opted_out: Whether that one wants no more messages.
    """
    contact = stored.contact
    is_somebody_else = contact.bsuid and alias_of(contact.channel_id, contact.bsuid) != alias
    if contact.merged_into or contact.id == into or is_somebody_else:
        return None
    draft = Draft.of(stored, now, merged_into=into)
    conversation = contact.conversation
    if conversation and not conversation.closed:
        moves.close(draft, ClosureReason.MERGED)
        add_system_line(draft, Line.MERGED, configuration.workstreams.get(conversation.workstream))
    draft.contact = with_window_opened(draft.contact, min(at, now))
    if opted_out:
        take_held_back(draft)
    elif window_open(draft.contact, now) and not asks_first(conversation, configuration):
        outbox.release_held(draft)
    return draft


def decide_phone_moved(stored: StoredContact, alias: str, owner_id: str, now: datetime) -> Draft | None:
    """Take a number, which is another contact's, from this one; None when it does not have it, or has nothing else.

    `alias` is the number's key. The owner was not merged into this one either, even if it seemed so for a moment.
    """
    contact = stored.contact
    merged_from = tuple(each for each in contact.merged_from if each != owner_id)
    has_it = contact.phone is not None and alias_of(contact.channel_id, contact.phone) == alias
    former = tuple(each for each in contact.former_phones if alias_of(contact.channel_id, each) != alias)
    if not (has_it or (former, merged_from) != (contact.former_phones, contact.merged_from)):
        return None
    if contact.bsuid is None and (has_it or contact.phone is None):
        return None
    without = replace(contact, merged_from=merged_from, former_phones=former)
    if has_it and contact.bsuid:
        redirected = tuple(
            _to_bsuid(each, contact.bsuid, now) if each.to == contact.phone else each for each in contact.unsent
        )
        without = replace(without, phone=None, unsent=redirected)
    return Draft(contact, without, stored.outgoing, now)


def _to_bsuid(unsent: Unsent, bsuid: str, now: datetime) -> Unsent:
    """Return a place that no longer leads to the number: another attempt, whatever became of the one before.

    What became of one that may not be repeated is waited for; only the next one leads elsewhere.
    """
    if unsent.called_at:
        return unsent
    return replace(unsent.next_attempt(now), to=bsuid)
