"""A change in the making: what every decision about a contact is made of.

A draft starts from a contact and its waiting messages and ends in one `Change`. What concerns outgoing messages is in
`shared.state.outbox`. It does no I/O.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from shared.state.change import Change
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.done_mark import Mark
from shared.state.last_message import newest_message
from shared.state.line_changes import with_line_changes
from shared.state.outgoing import Outgoing, StatusRecord, Unsent, released
from shared.state.rows import message_key
from shared.state.versions import versioned
from shared.vocabulary.identity import episode_of, repeatability_id
from shared.vocabulary.message import Message
from shared.vocabulary.words import AuthorType, HeldStatus, MessageStatus


class Room(StrEnum):
    """How much load an agent may have with the conversation that a draft gives to that agent."""

    CAPACITY = "capacity"
    TWICE = "twice"
    ANY = "any"


class Draft:
    """Collects what one decision changes.

    Args:
        before: The contact as it is stored; None for a new one.
        contact: The contact to start from.
        outgoing: The messages that `contact.unsent` and `contact.held` name.
        now: The time of the decision.
        surveyed: The closed conversation whose survey is awaited, where the contact has another one since.

    Attributes:
        room: What is asked of the agent's load if the draft gives the conversation to an agent.
        failed_elsewhere: The earlier conversations, unknown to the draft, of which a message failed, once for each.
    """

    def __init__(
        self,
        before: Contact | None,
        contact: Contact,
        outgoing: Mapping[str, Outgoing],
        now: datetime,
        surveyed: Conversation | None = None,
    ) -> None:
        self.before = before
        self.contact = contact
        self.now = now
        self.room = Room.ANY
        self._outgoing = dict(outgoing)
        self._written: dict[str, Outgoing] = {}
        self._messages: dict[str, Message] = {}
        self._moved: list[str] = []
        self._surveyed = surveyed
        self.failed_elsewhere: list[str] = []
        self._earlier: dict[str, Conversation] = {}
        self._closed: dict[str, Conversation] = {}
        self._status: StatusRecord | None = None
        self._status_is_new = False
        self._watched: list[StatusRecord] = []

    @classmethod
    def of(cls, stored: StoredContact, now: datetime, **fields: Any) -> Self:
        """Start from a contact as it is stored, with `fields` of it changed already."""
        return cls(stored.contact, replace(stored.contact, **fields), stored.outgoing, now, stored.surveyed)

    @classmethod
    def without(cls, stored: StoredContact, now: datetime, **done: Collection[object]) -> Self | None:
        """Start from a contact as it is stored, without what is done; None where it is gone already.

        Args:
            done: By a field that names what is still to do.
        """
        rest = {
            field: tuple(each for each in getattr(stored.contact, field) if each not in over)
            for field, over in done.items()
        }
        unchanged = all(rest[field] == getattr(stored.contact, field) for field in rest)
        return None if unchanged else cls.of(stored, now, **rest)

    def update(self, **fields: Any) -> None:
        """Change fields of the contact."""
        self.contact = replace(self.contact, **fields)

    @property
    def untouched(self) -> bool:
        """Whether there is nothing to write."""
        return self.contact == self.before and not (self._messages or self._written or self._closed)

    def update_conversation(self, **fields: Any) -> None:
        """Change fields of the conversation; one that is closed changes under its own id as well."""
        if self.contact.conversation:
            self.put_conversation(replace(self.contact.conversation, **fields))

    @property
    def surveyed(self) -> Conversation | None:
        """The closed conversation whose survey is awaited, as it stands in this draft."""
        awaited, current = self.contact.awaited_survey, self.contact.conversation
        if awaited is None:
            return None
        known = (current, self._surveyed, self.before.conversation if self.before else None)
        found = next((each for each in known if each and each.id == awaited.conversation_id), None)
        return self._closed.get(found.id, found) if found else None

    def know(self, conversation: Conversation) -> None:
        """Take in an earlier conversation of the contact as it is stored."""
        self._earlier[conversation.id] = conversation

    def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation of the contact as it stands in this draft; None for one that it does not know."""
        current = self.contact.conversation
        if current and current.id == conversation_id:
            return current
        return self._closed.get(conversation_id) or self._earlier.get(conversation_id)

    def put_conversation(self, conversation: Conversation) -> None:
        """Change one of the contact's conversations: the current one, or an earlier one that is closed.

        A closed one is kept under its own id as well.
        """
        current = self.contact.conversation
        if current is None or current.id == conversation.id:
            self.update(conversation=conversation)
        if conversation.closed:
            self._closed[conversation.id] = conversation
            self._note_unreported(conversation.id)

    def outgoing(self, outgoing_id: str) -> Outgoing:
        """Return an outgoing message that waits, as it stands in this draft."""
        outgoing = self._outgoing[outgoing_id]
        # A release writes the contact alone: with their lines moved, the rows of forty held replies would not fit into
        # one transaction of 100 entities.
        if outgoing.held is HeldStatus.HELD and any(each.id == outgoing_id for each in self.contact.unsent):
            return released(outgoing)
        return outgoing

    @property
    def written(self) -> Iterable[Outgoing]:
        """The outgoing messages that this draft writes."""
        return self._written.values()

    @property
    def lines(self) -> Mapping[str, Message]:
        """The lines of the history that this draft writes, by their row keys."""
        return self._messages

    def adds_message_of(self, author: AuthorType) -> bool:
        """Tell whether this draft writes a message of such an author that was not to be sent before."""
        sent_before = {each.id for each in self.before.unsent} if self.before else set()
        return any(each.author.type is author and each.id not in sent_before for each in self.written)

    def write(self, outgoing: Outgoing) -> None:
        """Write an outgoing message."""
        self._outgoing[outgoing.id] = outgoing
        self._written[outgoing.id] = outgoing

    def add_line(self, message: Message) -> str:
        """Append a line to the history; its row key."""
        self.update(counter=self.contact.counter + 1)
        key = message_key(episode_of(message.conversation_id), message.at, self.contact.counter)
        self._messages[key] = message
        conversation = self.contact.conversation
        if conversation and conversation.id == message.conversation_id:
            newest = newest_message(conversation.last_message, message)
            if newest != conversation.last_message:
                self.update_conversation(last_message=newest)
        self._note_unreported(message.conversation_id)
        return key

    def rewrite_line(self, key: str, message: Message) -> None:
        """Let a line of the history say something else."""
        self._messages[key] = message
        if message.status is MessageStatus.FAILED:
            self._note_unreported(message.conversation_id)

    def _note_unreported(self, conversation_id: str) -> None:
        """Have the conversation reported, if it is closed: it ended, or what is reported of it changed afterwards."""
        current, episode = self.contact.conversation, episode_of(conversation_id)
        under_way = current is not None and current.id == conversation_id and not current.closed
        if not under_way and episode not in self.contact.unreported:
            self.update(unreported=(*self.contact.unreported, episode))

    def remove_line(self, key: str) -> None:
        """Take a line out of the history, since its message is written under another key now."""
        self._moved.append(key)

    def record_status(self, record: StatusRecord, *, is_new: bool = False) -> None:
        """Write the delivery status of a message id; `is_new` makes the change stale if there is one already."""
        self._status, self._status_is_new = record, is_new

    def watch(self, unsent: Unsent) -> None:
        """Let a status that names an attempt find its message, although nobody waits for it any more."""
        request_id, sent_as = repeatability_id(*unsent.attempt_id), unsent.without_address
        self._watched.append(
            StatusRecord(message_id=request_id, status=MessageStatus.PENDING, outgoing_id=unsent.id, sent_as=sent_as)
        )

    def change(self, mark: Mark | None = None, traceparent: str | None = None) -> Change:
        """Return the change, with the contact's version raised if a list shows it differently.

        Args:
            traceparent: The trace of messages that have none yet.
        """
        contact = versioned(self.before, self.contact, self.now)
        return Change(
            contact=with_line_changes(contact, (*self._messages, *self._moved), self.now),
            messages=self._messages,
            moved=tuple(self._moved),
            outgoing=tuple(_traced(outgoing, traceparent) for outgoing in self._written.values()),
            closed=tuple(self._closed.values()),
            status=self._status,
            status_is_new=self._status_is_new,
            watched=tuple(self._watched),
            mark=mark,
        )


def _traced(outgoing: Outgoing, traceparent: str | None) -> Outgoing:
    return replace(outgoing, traceparent=traceparent) if traceparent and not outgoing.traceparent else outgoing
