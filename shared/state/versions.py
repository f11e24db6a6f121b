"""The version of a contact: when a commit raises it, and what is noted of the queue and the agent that it leaves.

Lists, agents' rows and callers of the API keep the newer of two versions, whoever comes last.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.state.contact import Contact, Departure, Released
from shared.state.holding import Holding, holding_of, same_hands
from shared.state.session_window import window_closes_at
from shared.vocabulary.identity import same_agent

HIGHEST_VERSION: Final = 2**53 - 1
"""What is written of a contact that is erased: nobody who is late has a newer one."""


def versioned(before: Contact | None, after: Contact, now: datetime) -> Contact:
    """Return `after` as a commit makes it: its revision and time noted, its version raised if anything shown differs.

    What left a queue or an agent by it is noted.
    """
    after = replace(after, revision=after.revision + 1, committed_at=now)
    if before and _shown(before) == _shown(after):
        return after
    old, new = before.conversation if before else None, after.conversation
    if old and not old.closed and (new is None or new.closed or (new.queue, new.id) != (old.queue, old.id)):
        left = Departure(queue=old.queue, conversation_id=old.id, at=now)
        after = replace(after, departures=(*after.departures, left))
    released = _released(after.released, holding_of(old), holding_of(new), now)
    return replace(after, version=after.version + 1, released=released)


def _released(
    before: tuple[Released, ...], had: Holding | None, has: Holding | None, now: datetime
) -> tuple[Released, ...]:
    """Return from whom conversations were taken; an agent who has the conversation again is not among them."""
    if same_hands(had, has):
        return before
    taken = (*before, Released(agent=had.agent, conversation_id=had.conversation_id, at=now)) if had else before
    if has is None:
        return taken
    return tuple(
        each
        for each in taken
        if not (same_agent(each.agent, has.agent) and each.conversation_id == has.conversation_id)
    )


def _shown(contact: Contact) -> tuple[object, ...]:
    """Return what lists, the waiting line and the conversation itself show of a contact."""
    conversation = contact.conversation
    return (
        replace(
            conversation,
            answered_at=None,
            waited_since=None,
            answers=(),
            silence=None,
            status_since=None,
            agent_seen_at=None,
            staffing_checked_at=None,
            overflow_after=None,
            overflow_again_at=None,
        )
        if conversation
        else None,
        contact.shown_name,
        contact.phone,
        contact.bsuid,
        contact.language,
        contact.opted_out,
        contact.closed_with_failure,
        window_closes_at(contact),
    )
