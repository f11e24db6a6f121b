"""Shows customers that their messages were read, where their provider can do so and the team wants it.

WhatsApp marks what was written before as well, so that the newest message that was read is enough. The customer's blue
ticks are worth no wait and no error: they are set in the background, and where that fails, the next reading sets them.
"""

import asyncio
import logging
from typing import Final

from shared.at_once import Background
from shared.commands.history_lines import newest_of_customer
from shared.configuration.document import Configuration
from shared.logs import log
from shared.sending.channel import Channel
from shared.state.contact import Contact
from shared.state.contact_store import Contacts
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.message import Message
from shared.vocabulary.words import Provider

_LONGEST: Final = 10.0
"""Seconds for all of it."""


class ReadReceipts:
    """Tells a customer's provider what the team has read.

    Args:
        wanted: Whether customers are to see it; else nothing is asked of anybody.
    """

    def __init__(self, channel: Channel, contacts: Contacts, configuration: Configuration, *, wanted: bool) -> None:
        self._channel = channel
        self._contacts = contacts
        self._configuration = configuration
        self._wanted = wanted
        self._background = Background()

    def show(self, contact: Contact, conversation_id: str, up_to: Message) -> None:
        """Show in the background that a conversation was read up to a message of it, whoever wrote that."""
        if self._wanted and self._may_be_shown(contact, up_to):
            self._background.start(self._show(contact.channel_id, conversation_id, up_to))

    def _may_be_shown(self, contact: Contact, up_to: Message) -> bool:
        if up_to.by_customer:
            return up_to.provider is Provider.WHATSAPP_CLOUD
        channel = self._configuration.channel_by_id(contact.channel_id)
        return channel is not None and Provider.WHATSAPP_CLOUD in channel.providers

    async def _show(self, channel_id: str, conversation_id: str, up_to: Message) -> None:
        try:
            async with asyncio.timeout(_LONGEST):
                newest = up_to if up_to.by_customer else await self._newest(conversation_id, up_to)
                if newest and newest.message_id and newest.provider is Provider.WHATSAPP_CLOUD:
                    await self._channel.mark_read(channel_id, newest.message_id)
        except (Unavailable, TimeoutError) as error:
            reason = str(error) or "it took too long"
            log("read_receipt.unavailable", level=logging.WARNING, conversation_id=conversation_id, reason=reason)

    async def _newest(self, conversation_id: str, up_to: Message) -> Message | None:
        """Return the newest message of the customer's that is no newer than one of the team's."""
        name = up_to.message_id or up_to.reply_id
        return await newest_of_customer(self._contacts, conversation_id, name) if name else None
