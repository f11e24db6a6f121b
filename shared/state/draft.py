"""A change in the making: the steps of which every decision about a contact is made.

A draft starts from a contact and its waiting rows and ends in one `Change`. It keeps the history, the outgoing rows and
the contact's own lists in agreement. It does no I/O.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from shared.state.contact import Change, Contact, Conversation, Due, Held, Mark, Outgoing, StatusRecord
from shared.state.contacts import Known
from shared.state.inbox import versioned
from shared.state.rows import counter_of, message_key
from shared.vocabulary.identity import split_conversation_id
from shared.vocabulary.message import Message
from shared.vocabulary.words import AuthorType, Direction, HeldStatus, MessageStatus


class Draft:
    """Collects what one decision changes.

    Args:
        before: The contact as it is stored; None for a new one.
        contact: The contact to start from.
        outgoing: The rows that `contact.unsent` and `contact.held` name.
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
    def of(cls, known: Known, now: datetime, **fields: Any) -> Self:
        """A draft that starts from a contact as it is known, with `fields` of it changed already."""
        return cls(known.contact, replace(known.contact, **fields), known.outgoing, now)

    def update(self, **fields: Any) -> None:
        """Change fields of the contact."""
        self.contact = replace(self.contact, **fields)

    def update_conversation(self, **fields: Any) -> None:
        """Change fields of the conversation."""
        if self.contact.conversation:
            self.update(conversation=replace(self.contact.conversation, **fields))

    def row(self, outgoing_id: str) -> Outgoing:
        """An outgoing row as it stands in this draft."""
        row = self._outgoing[outgoing_id]
        if row.held is HeldStatus.HELD and any(due.id == outgoing_id for due in self.contact.unsent):
            return released(row)
        return row

    def write(self, row: Outgoing) -> None:
        """Write an outgoing row."""
        self._outgoing[row.id] = row
        self._written[row.id] = row

    def add_line(self, message: Message) -> str:
        """Append a line to the history; its row key."""
        ids = split_conversation_id(message.conversation_id)
        self.update(counter=self.contact.counter + 1)
        key = message_key(ids[1] if ids else "", message.at, self.contact.counter)
        self._messages[key] = message
        return key

    def rewrite_line(self, key: str, row: Outgoing, at: datetime) -> None:
        """Let a line of the history say what became of its outgoing row."""
        self._messages[key] = line_of(row, at)

    def add_unsent(self, row: Outgoing, *, first: bool = False) -> None:
        """Make a new outgoing row due, and a line of the history; `first` puts it before the others that are due."""
        self.write(row)
        due = self._unsent_from_now(row)
        unsent = self.contact.unsent
        self.update(unsent=(due, *unsent) if first else (*unsent, due))
        self._touch(row)

    def count_as_ping(self, row: Outgoing) -> None:
        """Let an outgoing template count as the one that asks the customer to write; the first one does."""
        if self.contact.ping is None:
            self.update(ping=row.id, pinged_at=self.now)

    def add_held(self, row: Outgoing, expires_at: datetime) -> None:
        """Keep a new outgoing row back, with a line of the history."""
        row = replace(row, status=MessageStatus.HELD, held=HeldStatus.HELD, expires_at=expires_at)
        self.write(row)
        key = self.add_line(line_of(row, self.now))
        self.update(held=(*self.contact.held, Held(id=row.id, message_key=key, at=self.now, expires_at=expires_at)))
        self._touch(row)

    def move_to_held(self, due: Due, row: Outgoing, expires_at: datetime) -> None:
        """Keep back a row that has a line already: it was due, or was refused because the window is closed."""
        row = replace(
            row,
            status=MessageStatus.HELD,
            held=HeldStatus.HELD,
            expires_at=expires_at,
            message_id=None,
            error=None,
        )
        self.write(row)
        self.rewrite_line(due.message_key, row, due.at)
        self.drop_unsent(due.id)
        held = Held(id=row.id, message_key=due.message_key, at=due.at, expires_at=expires_at, attempt=due.attempt)
        self.update(held=tuple(sorted((*self.contact.held, held), key=lambda each: counter_of(each.message_key))))

    def release_held(self) -> None:
        """Make the held rows due, in order; their lines move to now. A row itself is written when it is sent.

        One whose time is over stays for the timer to end it.
        """
        over = tuple(held for held in self.contact.held if held.expires_at <= self.now)
        for held in self.contact.held:
            if held not in over:
                self._moved.append(held.message_key)
                due = self._unsent_from_now(released(self._outgoing[held.id]), held.attempt)
                self.update(unsent=(*self.contact.unsent, due))
        self.update(held=over)

    def _unsent_from_now(self, row: Outgoing, attempt: int = 0) -> Due:
        """A turn for a row from now on, and its line of the history."""
        key = self.add_line(line_of(row, self.now))
        return Due(
            id=row.id,
            message_key=key,
            at=self.now,
            to=self.contact.address,
            first_sent=self.now,
            since=self.now,
            attempt=attempt,
        )

    def end_held(self, held: Held, row: Outgoing) -> None:
        """Take a held row out; `row` says what became of it."""
        self.write(row)
        self.rewrite_line(held.message_key, row, held.at)
        self.update(held=tuple(each for each in self.contact.held if each.id != held.id))

    def end_unsent(self, due: Due, row: Outgoing) -> None:
        """Take a row out of those that are due; `row` says what became of it. A ping that failed does not count."""
        self.write(row)
        self.rewrite_line(due.message_key, row, due.at)
        self.drop_unsent(due.id)
        if row.status is MessageStatus.FAILED:
            if row.id == self.contact.ping:
                self.update(ping=None)
        else:
            self._answer(row)

    def reschedule(self, due: Due, row: Outgoing) -> None:
        """Change a row's turn, in place or where its line of the history has it; the line says what the matter is."""
        self.write(row)
        self.rewrite_line(due.message_key, row, due.at)
        unsent = self.contact.unsent
        if any(each.id == due.id for each in unsent):
            self.update(unsent=tuple(due if each.id == due.id else each for each in unsent))
            return
        counter = counter_of(due.message_key)
        later = (place for place, each in enumerate(unsent) if counter_of(each.message_key) > counter)
        place = next(later, len(unsent))
        self.update(unsent=(*unsent[:place], due, *unsent[place:]))

    def drop_unsent(self, outgoing_id: str) -> None:
        """Take a row out of those that are due."""
        self.update(unsent=tuple(each for each in self.contact.unsent if each.id != outgoing_id))

    def close_conversation(self, conversation: Conversation) -> None:
        """Keep the closed conversation under its own id as well."""
        self.update(conversation=conversation)
        self._closed = conversation

    def record_status(self, record: StatusRecord, *, is_new: bool = False) -> None:
        """Write the delivery status of a message id; `is_new` makes the change stale if there is one already."""
        self._status, self._status_is_new = record, is_new

    def _touch(self, row: Outgoing) -> None:
        """The conversation has a new message of the team's."""
        self.update_conversation(last_message_at=self.now)
        if row.author.type is AuthorType.AGENT:
            self.update_conversation(unread=0)

    def _answer(self, row: Outgoing) -> None:
        """A message was sent: the first one of an agent's answers the conversation."""
        conversation = self.contact.conversation
        if (
            row.author.type is AuthorType.AGENT
            and conversation
            and conversation.id == row.conversation_id
            and conversation.answered_at is None
        ):
            self.update_conversation(answered_at=self.now)

    def change(self, mark: Mark | None = None, traceparent: str | None = None) -> Change:
        """The change, with the contact's version raised if a list shows it differently.

        Args:
            traceparent: The trace of rows that have none yet.
        """
        return Change(
            contact=versioned(self.before, self.contact, self.now),
            messages=self._messages,
            moved=tuple(self._moved),
            outgoing=tuple(_traced(row, traceparent) for row in self._written.values()),
            closed=self._closed,
            status=self._status,
            status_is_new=self._status_is_new,
            mark=mark,
        )


def released(row: Outgoing) -> Outgoing:
    """A held row once its contact lists it as due; the row itself is not written before it was sent."""
    return replace(row, status=MessageStatus.PENDING, held=HeldStatus.RELEASED)


def _traced(row: Outgoing, traceparent: str | None) -> Outgoing:
    return replace(row, traceparent=traceparent) if traceparent and not row.traceparent else row


def line_of(row: Outgoing, at: datetime) -> Message:
    """The line of the history that an outgoing row makes."""
    return Message(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        direction=Direction.OUT,
        author=row.author,
        kind=row.content.kind,
        at=at,
        reply_id=row.id,
        text=row.content.text,
        media=row.content.media,
        template=row.content.template,
        status=row.status,
        error=row.error,
    )
