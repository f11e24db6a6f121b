"""What the placeholders of the configuration's texts stand for: those of automated messages and fallback templates."""

from shared.configuration.document import Configuration
from shared.state.contact import Contact
from shared.state.conversation import Conversation


def placeholder_values(
    contact: Contact, configuration: Configuration, conversation: Conversation | None = None
) -> dict[str, str]:
    """Return the value of each placeholder, empty where it is not known.

    Args:
        conversation: The one that is written in; None: the contact's current one.
    """
    channel = configuration.channel_by_id(contact.channel_id)
    conversation = conversation or contact.conversation
    values: dict[str, str] = {
        "contact.name": contact.shown_name or "",
        "contact.phone": contact.phone or "",
        "contact.language": contact.language or "",
        "channel.name": channel.name if channel else "",
        "queue.name": conversation.queue if conversation else "",
    }
    variables = conversation.variables if conversation else {}
    return values | {f"var.{name}": str(value) for name, value in variables.items()}
