"""A change in the making: the steps of which every decision about a contact is made.

A draft starts from a contact and its waiting messages and ends in one `Change`. It keeps the history, the outgoing
messages and the contact's own lists in agreement. It does no I/O.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from shared.state.change import Change, Mark
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.inbox import versioned
from shared.state.outgoing import Held, Outgoing, StatusRecord, Unsent
from shared.state.rows import counter_of, message_key
from shared.vocabulary.identity import split_conversation_id
from shared.vocabulary.message import Message
from shared.vocabulary.words import AuthorType, Direction, HeldStatus, MessageStatus


class Draft:
    """Collects what one decision changes.

    Args:
        before: The contact as it is stored; None for a new one.
        contact: The contact to start from.
        outgoing: The messages that `contact.unsent` and `contact.held` name.
        now: The time of the decision.
    """

    def __init__(
        self, before: Contact | None, contact: Contact, outgoing: Mapping[str, Outgoing], now: datetime
    ) -> None:
        self.before = before
        self.contact = contact
        self.now = now
        self._outgoing = dict(outgoing)
        self._written: dict[str, Outgoing] = {}
        self._messages: dict[str, Message] = {}
        self._moved: list[str] = []
        self._closed: Conversation | None = None
        self._status: StatusRecord | None = None
        self._status_is_new = False

    @classmethod
    def of(cls, stored: StoredContact, now: datetime, **fields: Any) -> Self:
        """A draft that starts from a contact as it is known, with `fields` of it changed already."""
        return cls(stored.contact, replace(stored.contact, **fields), stored.outgoing, now)

    def update(self, **fields: Any) -> None:
        """Change fields of the contact."""
        self.contact = replace(self.contact, **fields)

    def update_conversation(self, **fields: Any) -> None:
        """Change fields of the conversation."""
        if self.contact.conversation:
            self.update(conversation=replace(self.contact.conversation, **fields))

    def outgoing(self, outgoing_id: str) -> Outgoing:
        """An outgoing message as it stands in this draft."""
        outgoing = self._outgoing[outgoing_id]
        if outgoing.held is HeldStatus.HELD and any(each.id == outgoing_id for each in self.contact.unsent):
            return released(outgoing)
        return outgoing

    def write(self, outgoing: Outgoing) -> None:
        """Write an outgoing message."""
        self._outgoing[outgoing.id] = outgoing
        self._written[outgoing.id] = outgoing

    def add_line(self, message: Message) -> str:
        """Append a line to the history; its row key."""
        ids = split_conversation_id(message.conversation_id)
        self.update(counter=self.contact.counter + 1)
        key = message_key(ids[1] if ids else "", message.at, self.contact.counter)
        self._messages[key] = message
        return key

    def rewrite_line(self, key: str, outgoing: Outgoing, at: datetime) -> None:
        """Let a line of the history say what became of its outgoing message."""
        self._messages[key] = line_of(outgoing, at)

    def add_unsent(self, outgoing: Outgoing, *, first: bool = False) -> None:
        """Add a new message to the unsent ones, and a line to the history; `first` puts it before the others."""
        self.write(outgoing)
        unsent = self._unsent_from_now(outgoing)
        others = self.contact.unsent
        self.update(unsent=(unsent, *others) if first else (*others, unsent))
        self._touch(outgoing)

    def count_as_ping(self, outgoing: Outgoing) -> None:
        """Let an outgoing template count as the one that asks the customer to write; the first one does."""
        if self.contact.ping is None:
            self.update(ping=outgoing.id, pinged_at=self.now)

    def add_held(self, outgoing: Outgoing, expires_at: datetime) -> None:
        """Keep a new outgoing message back, with a line of the history."""
        outgoing = replace(outgoing, status=MessageStatus.HELD, held=HeldStatus.HELD, expires_at=expires_at)
        self.write(outgoing)
        key = self.add_line(line_of(outgoing, self.now))
        self.update(
            held=(*self.contact.held, Held(id=outgoing.id, message_key=key, at=self.now, expires_at=expires_at))
        )
        self._touch(outgoing)

    def move_to_held(self, unsent: Unsent, outgoing: Outgoing, expires_at: datetime) -> None:
        """Keep back a message that has a line already: it was unsent, or was refused because the window is closed."""
        outgoing = replace(
            outgoing,
            status=MessageStatus.HELD,
            held=HeldStatus.HELD,
            expires_at=expires_at,
            message_id=None,
            error=None,
        )
        self.write(outgoing)
        self.rewrite_line(unsent.message_key, outgoing, unsent.at)
        self.drop_unsent(unsent.id)
        held = Held(
            id=outgoing.id, message_key=unsent.message_key, at=unsent.at, expires_at=expires_at, attempt=unsent.attempt
        )
        self.update(held=tuple(sorted((*self.contact.held, held), key=lambda each: counter_of(each.message_key))))

    def release_held(self) -> None:
        """Move the held messages to the unsent ones, in order, and their lines to now.

        A message itself is written when it is sent. One whose time is over stays for the timer to end it.
        """
        over = tuple(held for held in self.contact.held if held.expires_at <= self.now)
        for held in self.contact.held:
            if held not in over:
                self._moved.append(held.message_key)
                unsent = self._unsent_from_now(released(self._outgoing[held.id]), held.attempt)
                self.update(unsent=(*self.contact.unsent, unsent))
        self.update(held=over)

    def _unsent_from_now(self, outgoing: Outgoing, attempt: int = 0) -> Unsent:
        """A place among the unsent ones for a message, and its line of the history."""
        key = self.add_line(line_of(outgoing, self.now))
        return Unsent(
            id=outgoing.id,
            message_key=key,
            at=self.now,
            to=self.contact.address,
            first_sent=self.now,
            since=self.now,
            attempt=attempt,
        )

    def end_held(self, held: Held, outgoing: Outgoing) -> None:
        """Take a held message out; `outgoing` says what became of it."""
        self.write(outgoing)
        self.rewrite_line(held.message_key, outgoing, held.at)
        self.update(held=tuple(each for each in self.contact.held if each.id != held.id))

    def end_unsent(self, unsent: Unsent, outgoing: Outgoing) -> None:
        """Take a message out of the unsent ones; `outgoing` says what became of it. A failed ping does not count."""
        self.write(outgoing)
        self.rewrite_line(unsent.message_key, outgoing, unsent.at)
        self.drop_unsent(unsent.id)
        if outgoing.status is MessageStatus.FAILED:
            if outgoing.id == self.contact.ping:
                self.update(ping=None)
        else:
            self._answer(outgoing)

    def reschedule(self, unsent: Unsent, outgoing: Outgoing) -> None:
        """Change when a message is sent next, or put it back among the unsent ones where its line has it."""
        self.write(outgoing)
        self.rewrite_line(unsent.message_key, outgoing, unsent.at)
        present = self.contact.unsent
        if any(each.id == unsent.id for each in present):
            self.update(unsent=tuple(unsent if each.id == unsent.id else each for each in present))
            return
        counter = counter_of(unsent.message_key)
        later = (place for place, each in enumerate(present) if counter_of(each.message_key) > counter)
        place = next(later, len(present))
        self.update(unsent=(*present[:place], unsent, *present[place:]))

    def drop_unsent(self, outgoing_id: str) -> None:
        """Take a message out of the unsent ones."""
        self.update(unsent=tuple(each for each in self.contact.unsent if each.id != outgoing_id))

    def close_conversation(self, conversation: Conversation) -> None:
        """Keep the closed conversation under its own id as well."""
        self.update(conversation=conversation)
        self._closed = conversation

    def record_status(self, record: StatusRecord, *, is_new: bool = False) -> None:
        """Write the delivery status of a message id; `is_new` makes the change stale if there is one already."""
        self._status, self._status_is_new = record, is_new

    def _touch(self, outgoing: Outgoing) -> None:
        """The conversation has a new message of the team's."""
        self.update_conversation(last_message_at=self.now)
        if outgoing.author.type is AuthorType.AGENT:
            self.update_conversation(unread=0)

    def _answer(self, outgoing: Outgoing) -> None:
        """A message was sent: the first one of an agent's answers the conversation."""
        conversation = self.contact.conversation
        if (
            outgoing.author.type is AuthorType.AGENT
            and conversation
            and conversation.id == outgoing.conversation_id
            and conversation.answered_at is None
        ):
            self.update_conversation(answered_at=self.now)

    def change(self, mark: Mark | None = None, traceparent: str | None = None) -> Change:
        """The change, with the contact's version raised if a list shows it differently.

        Args:
            traceparent: The trace of messages that have none yet.
        """
        return Change(
            contact=versioned(self.before, self.contact, self.now),
            messages=self._messages,
            moved=tuple(self._moved),
            outgoing=tuple(_traced(outgoing, traceparent) for outgoing in self._written.values()),
            closed=self._closed,
            status=self._status,
            status_is_new=self._status_is_new,
            mark=mark,
        )


def released(outgoing: Outgoing) -> Outgoing:
    """A held message once its contact lists it as unsent; the message itself is not written before it was sent."""
    return replace(outgoing, status=MessageStatus.PENDING, held=HeldStatus.RELEASED)


def _traced(outgoing: Outgoing, traceparent: str | None) -> Outgoing:
    return replace(outgoing, traceparent=traceparent) if traceparent and not outgoing.traceparent else outgoing


def line_of(outgoing: Outgoing, at: datetime) -> Message:
    """The line of the history that an outgoing message makes."""
    return Message(
        message_id=outgoing.message_id,
        conversation_id=outgoing.conversation_id,
        direction=Direction.OUT,
        author=outgoing.author,
        kind=outgoing.content.kind,
        at=at,
        reply_id=outgoing.id,
        text=outgoing.content.text,
        media=outgoing.content.media,
        template=outgoing.content.template,
        status=outgoing.status,
        error=outgoing.error,
    )
