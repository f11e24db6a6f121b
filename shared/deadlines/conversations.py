"""What most kinds of deadlines begin with: the conversation that is going on, and when a timer may close it. Pure."""

from datetime import datetime

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Workstream
from shared.state.contact import Contact
from shared.state.conversation import Conversation


def going_on(contact: Contact, configuration: Configuration) -> tuple[Conversation, Workstream] | None:
    """Return the conversation that is not closed, with its workstream; None without, or if the file has it no more."""
    conversation = contact.conversation
    if conversation is None or conversation.closed:
        return None
    workstream = configuration.workstreams.get(conversation.workstream)
    return (conversation, workstream) if workstream else None


def closes_at(due: datetime, contact: Contact, workstream: Workstream) -> datetime:
    """Return when a timer closes a conversation that it would close at `due`.

    Words that are held, and a template that was not answered, still wait for the customer: no timer ends that wait
    before its own time is over. Nor does one end the wait that an agent asked for.
    """
    conversation = contact.conversation
    asked_at = [contact.pinged_at if contact.ping else None]
    if conversation and conversation.silence:
        asked_at.append(conversation.silence.template_at)
    waits_until = [asked + workstream.replies.hold.expires_after for asked in asked_at if asked]
    waits_until += [held.expires_at for held in contact.held]
    if conversation and conversation.wait_until:
        waits_until.append(conversation.wait_until)
    return max(due, *waits_until) if waits_until else due
