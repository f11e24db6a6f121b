"""What a drain of its queue does to a conversation. Pure."""

from datetime import datetime

from shared.configuration.document import Configuration
from shared.lifecycle.moves import relabel
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.vocabulary.words import SegmentEnd


def decide_drained(
    stored: StoredContact, queue: str, to: str, began_at: datetime, configuration: Configuration, now: datetime
) -> Draft | None:
    """Return the contact with its conversation in another queue; None unless that was in the queue when it began."""
    conversation = stored.contact.conversation
    if conversation is None or conversation.closed or conversation.queue != queue:
        return None
    if _in_queue_since(conversation) > began_at:
        return None
    draft = Draft.of(stored, now)
    relabel(draft, to, SegmentEnd.DRAINED)
    add_system_line(draft, Line.DRAINED, configuration.workstreams.get(conversation.workstream))
    return draft


def _in_queue_since(conversation: Conversation) -> datetime:
    """Return since when a conversation has been in its queue, whoever had it meanwhile."""
    since = conversation.created_at
    for segment in reversed(conversation.segments):
        if segment.queue != conversation.queue:
            break
        since = segment.started_at
    return since
