"""Finds what is to be sent again: of a reply, or of one message of it, what failed, with its lines of the history."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from shared.commands.finding import contact_of
from shared.commands.history_lines import keyed_line, lines_of
from shared.commands.reply_files import ReplyFiles
from shared.replies.pings import is_outgoing_id
from shared.replies.reply_context import ReplyContext
from shared.replies.reply_decision import ReplyRequest
from shared.sending.retrying import FailedMessage
from shared.sending.template_list import TemplateLists
from shared.state.contact import Contact
from shared.state.contact_store import Contacts
from shared.state.outgoing import Outgoing
from shared.vocabulary.identity import is_digest, message_hash
from shared.vocabulary.words import AuthorType, MessageStatus


class Retries:
    """What a retry has to know. Every method raises Unavailable when storage is away."""

    def __init__(self, contacts: Contacts, templates: TemplateLists, files: ReplyFiles) -> None:
        self._contacts = contacts
        self._templates = templates
        self._files = files

    def context(self, channel_id: str) -> ReplyContext:
        """Return what a retry, as a reply, has to know of the channel's templates."""
        return self._templates.context(channel_id)

    async def outgoing_id(self, conversation_id: str, message_id: str) -> str:
        """Return the id of the outgoing message that has, or had in an earlier attempt, an id of the channel's.

        Args:
            message_id: That id or its hash; all else is taken for the id of an outgoing message.
        """
        contact_id = contact_of(conversation_id)
        record = await self._contacts.status(contact_id, message_id)
        if record is None and is_digest(message_id):
            statuses = await self._contacts.statuses(contact_id)
            record = next((each for each in statuses if message_hash(each.message_id) == message_id), None)
        return record.outgoing_id if record and record.outgoing_id else message_id

    async def failed_messages(
        self, contact: Contact, conversation_id: str, outgoing_id: str
    ) -> Sequence[FailedMessage] | None:
        """Return what failed of a reply: it, its parts, its ping as long as the words are held; of a part, that alone.

        None where the conversation has no such message.

        Raises:
            Refused: As `ReplyFiles`, of a file that can't be sent any more.
        """
        # Whatever else somebody calls a message can't be part of a row's key.
        first = await self._contacts.outgoing(contact.id, outgoing_id) if is_outgoing_id(outgoing_id) else None
        if first is None or first.conversation_id != conversation_id:
            return () if await keyed_line(self._contacts, conversation_id, outgoing_id) else None
        held = any(each.id == first.id for each in contact.held)
        ids = [*first.parts, first.ping_id] if held and first.ping_id else first.parts
        others = await asyncio.gather(*(self._contacts.outgoing(contact.id, each) for each in ids))
        failed = {each.id: each for each in (first, *others) if each and _has_failed(each)}
        if not failed:
            return ()
        await self._templates.refresh(contact.channel_id)
        lines = await lines_of(self._contacts, conversation_id, frozenset(failed))
        return [
            FailedMessage(outgoing=await self._as_written(contact, failed[each]), message_key=key, at=line.at)
            for each, (key, line) in lines.items()
        ]

    async def _as_written(self, contact: Contact, outgoing: Outgoing) -> Outgoing:
        """Return a message with the words that somebody wrote, whatever went out in their place, and its file."""
        request = ReplyRequest(content=outgoing.in_place_of or outgoing.content)
        request = await self._files.looked_at(request, contact.id, self._templates.context(contact.channel_id))
        return replace(outgoing, content=request.content, in_place_of=None)


def _has_failed(outgoing: Outgoing) -> bool:
    return outgoing.status is MessageStatus.FAILED and outgoing.author.type is AuthorType.AGENT
