"""Drafts: words that were held when a person closed their conversation, and wait for a person since. Pure.

The customer has written again, in another conversation: whether they still fit, its agent decides, who takes them over,
takes them back, or lets them expire.
"""

from typing import Final

from shared.configuration.document import Configuration
from shared.configuration.workstreams import AfterClose, Hold
from shared.lifecycle.system_lines import Line, add_system_line
from shared.replies.parts import held_of
from shared.state import counts, outbox
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.words import ClosureReason

_USUAL: Final = Hold()
_BY_A_PERSON: Final = (ClosureReason.AGENT_CLOSED, ClosureReason.AGENT_ENDED, ClosureReason.SUPERVISOR_CLOSED)


def asks_first(conversation: Conversation | None, configuration: Configuration) -> bool:
    """Tell whether what a conversation held is a person's to decide on when its customer writes again."""
    closure = conversation.closure if conversation else None
    if conversation is None or closure is None or closure.reason not in _BY_A_PERSON:
        return False
    workstream = configuration.workstreams.get(conversation.workstream)
    return (workstream.replies.hold if workstream else _USUAL).after_close is AfterClose.ASK


def hand_over_held(draft: Draft, former: Conversation | None, configuration: Configuration) -> None:
    """Let a conversation that has just opened have what is held since the one before, which counts nothing any more.

    Where a person is to decide, the words become drafts; drafts of earlier conversations stay what they are.
    """
    contact = draft.contact
    if former is None or not contact.held:
        return
    if asks_first(former, configuration):
        outbox.keep_as_drafts(draft, former.id)
    counts.held_handed_over(draft, former)


def take_over(draft: Draft, reply_id: str, by: Actor, configuration: Configuration) -> None:
    """Take a held reply back, since another one says now what is to be said.

    Raises:
        Refused: `reply_already_sent`, also when there is no such reply.
    """
    parts = held_of(draft.contact, reply_id)
    if not parts:
        raise Refused(Code.REPLY_ALREADY_SENT, "The reply that this one comes from is not held, or not any more.")
    author = draft.outgoing(parts[0].id).author
    for held in parts:
        outbox.cancel_held(draft, held)
    if conversation := draft.contact.conversation:
        workstream = configuration.workstreams.get(conversation.workstream)
        add_system_line(draft, Line.TAKEN_OVER, workstream, agent=author.name or author.id, by=by.shown)
