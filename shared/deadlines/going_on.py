"""What most kinds of deadlines begin with: the conversation that is going on. Pure."""

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
