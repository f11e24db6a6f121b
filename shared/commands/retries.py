"""Finds what is to be sent again: of a reply, or of one message of it, what failed, with its lines of the history."""

from collections.abc import Sequence

from shared.commands.finding import contact_of
from shared.commands.history_lines import line_and_newer, lines_of
from shared.sending.retrying import FailedMessage
from shared.state.contact_store import Contacts
from shared.state.outgoing import Outgoing
from shared.vocabulary.words import AuthorType, MessageStatus


async def outgoing_id_of(contacts: Contacts, conversation_id: str, message_id: str) -> str:
    """Return the id of the outgoing message that has, or had in an earlier attempt, an id of the channel's; else it."""
    record = await contacts.status(contact_of(conversation_id), message_id)
    return record.outgoing_id if record and record.outgoing_id else message_id


async def failed_messages(contacts: Contacts, conversation_id: str, outgoing_id: str) -> Sequence[FailedMessage] | None:
    """Return what failed of a reply, its parts and its ping among it; of a part, or a ping, that alone.

    None where the conversation has no such message.
    """
    contact_id = contact_of(conversation_id)
    first = await contacts.outgoing(contact_id, outgoing_id)
    if first is None or first.conversation_id != conversation_id:
        line, _ = await line_and_newer(contacts, conversation_id, outgoing_id)
        return () if line else None
    others = [await contacts.outgoing(contact_id, each) for each in (*first.parts, first.ping_id) if each]
    failed = {each.id: each for each in (first, *others) if each and _has_failed(each)}
    lines = await lines_of(contacts, conversation_id, frozenset(failed))
    return [FailedMessage(outgoing=failed[each], message_key=key, at=line.at) for each, (key, line) in lines.items()]


def _has_failed(outgoing: Outgoing) -> bool:
    return outgoing.status is MessageStatus.FAILED and outgoing.author.type is AuthorType.AGENT
