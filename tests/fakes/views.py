"""What can be seen from outside the app: what its tables, its queues and the channel hold, read as a test needs it."""

import json
from collections.abc import Mapping
from typing import Any

from shared.queue.sender import TIMERS, QueueMessage
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.outgoing import Outgoing
from shared.state.rows import decode, decode_erased
from shared.state.tables import Table
from shared.vocabulary.message import Message
from shared.vocabulary.words import AuthorType
from tests.fakes.channel import FakeChannel
from tests.fakes.sender import FakeSender
from tests.fakes.tables import FakeTables


class Views:
    """Tables, queues and channel in memory, and ways to look at them."""

    def __init__(self) -> None:
        self.tables = FakeTables()
        self.sender = FakeSender()
        self.channel = FakeChannel()

    @property
    def phone(self) -> list[str | None]:
        """The texts that the channel took, in order."""
        return [shipment.content.text for shipment in self.channel.sent]

    @property
    def timers(self) -> list[QueueMessage]:
        """Every message that was sent to `timers`."""
        return [message for message in self.sender.sent if message.queue == TIMERS]

    @property
    def contacts(self) -> list[Contact]:
        """All contacts, as stored; those that were erased are none."""
        found = []
        for partition in self.tables.partitions(Table.CONTACTS):
            found += [
                decode(Contact, row.body)
                for row in self.tables.rows(Table.CONTACTS, partition)
                if row.key == "contact" and not decode_erased(row.body)
            ]
        return found

    @property
    def contact(self) -> Contact:
        """The only contact."""
        (contact,) = self.contacts
        return contact

    def contact_with(self, name: str) -> Contact:
        """The only contact with a phone number (without `+`), a BSUID or an id."""
        (contact,) = [each for each in self.contacts if name in ((each.phone or "")[1:], each.bsuid, each.id)]
        return contact

    @property
    def conversation(self) -> Conversation:
        """The conversation of the only contact."""
        conversation = self.contact.conversation
        assert conversation is not None
        return conversation

    def history(self, contact_id: str | None = None) -> list[Message]:
        """The history of the only contact, or of the one given, oldest first."""
        rows = self.tables.rows(Table.CONTACTS, contact_id or self.contact.id)
        lines = [row for row in reversed(rows) if row.key.startswith("message:")]
        return [decode(Message, row.body) for row in sorted(lines, key=lambda row: row.key.split(":")[1])]

    def said(self, contact_id: str | None = None) -> list[Message]:
        """The history without what the app itself notes there."""
        return [line for line in self.history(contact_id) if line.author.type is not AuthorType.SYSTEM]

    def line(self, text: str) -> Message:
        """The one line of the only contact's history with this text."""
        (found,) = [line for line in self.history() if line.text == text]
        return found

    def outgoing(self, outgoing_id: str) -> Outgoing:
        """An outgoing message of the only contact."""
        rows = self.tables.rows(Table.CONTACTS, self.contact.id)
        (found,) = [decode(Outgoing, row.body) for row in rows if row.key == f"outgoing:{outgoing_id}"]
        return found

    def channel_id_of(self, text: str) -> str:
        """The message id that the channel gave when it last took a message with this text."""
        newest = [shipment for shipment in self.channel.sent if shipment.content.text == text][-1]
        return self.channel.message_id(newest)

    def texts(self) -> list[tuple[str, str | None]]:
        """What was said, as (direction, text), oldest first."""
        return [(message.direction, message.text) for message in self.said()]

    def listed(self, queue: str = "general") -> list[Mapping[str, Any]]:
        """The rows of a queue's list, tombstones included."""
        return [json.loads(row.body) for row in self.tables.rows(Table.INBOX, queue) if row.key < "g"]

    def waiting(self, queue: str = "general") -> list[str]:
        """The ids of the conversations in a queue's line, the first to be served first."""
        rows = self.tables.rows(Table.INBOX, queue)
        return [json.loads(row.body)["conversation_id"] for row in rows if row.key.startswith("line:")]
