"""What a draft does with outgoing messages: to send now, to hold until the customer writes, and what became of them.

Each step keeps the message, its line of the history and the contact's own lists `unsent` and `held` in agreement.
Nothing is sent here: what is unsent goes out after the commit.
"""

from dataclasses import replace
from datetime import datetime

from shared.state import counts
from shared.state.draft import Draft
from shared.state.outgoing import Held, Outgoing, Unsent, released
from shared.state.rows import counter_of
from shared.state.silence import agent_broke_silence
from shared.vocabulary.message import Message
from shared.vocabulary.words import AuthorType, Direction, HeldStatus, MessageKind, MessageStatus


def add_unsent(draft: Draft, outgoing: Outgoing) -> None:
    """Add a new message to the unsent ones, and a line to the history."""
    _add_unsent(draft, outgoing)
    counts.reply_accepted(draft, outgoing)


def add_for_earlier(draft: Draft, outgoing: Outgoing, *, first: bool = False) -> None:
    """Add what goes out for a reply of an earlier time; `first` puts it before the other unsent ones."""
    _add_unsent(draft, outgoing, first=first)
    counts.goes_out_later(draft, outgoing)


def count_as_ping(draft: Draft, outgoing: Outgoing) -> None:
    """Let an outgoing template count as the one that asks the customer to write; the first one does."""
    if draft.contact.ping is None:
        draft.update(ping=outgoing.id, pinged_at=draft.now)


def add_held(draft: Draft, outgoing: Outgoing, expires_at: datetime) -> None:
    """Keep a new message back, with a line of the history."""
    outgoing = replace(outgoing, status=MessageStatus.HELD, held=HeldStatus.HELD, expires_at=expires_at)
    draft.write(outgoing)
    key = draft.add_line(line_of(outgoing, draft.now))
    held = Held(id=outgoing.id, message_key=key, at=draft.now, expires_at=expires_at)
    draft.update(held=(*draft.contact.held, held))
    touch(draft, outgoing)
    counts.reply_held(draft, outgoing)


def move_to_held(draft: Draft, unsent: Unsent, outgoing: Outgoing, expires_at: datetime) -> None:
    """Keep back a message that has a line already: it was unsent, or was refused because the window is closed."""
    outgoing = replace(
        outgoing, status=MessageStatus.HELD, held=HeldStatus.HELD, expires_at=expires_at, message_id=None, error=None
    )
    _end(draft, unsent, outgoing)
    held = Held(
        id=outgoing.id, message_key=unsent.message_key, at=unsent.at, expires_at=expires_at, attempt=unsent.attempt
    )
    draft.update(held=tuple(sorted((*draft.contact.held, held), key=lambda each: counter_of(each.message_key))))
    counts.sent_reply_held(draft, outgoing)


def release_held(draft: Draft) -> None:
    """Move the held messages to the unsent ones, in order, and their lines to now.

    A message itself is written when it is sent. One whose time is over stays for its deadline to end it, and a draft
    for a person to decide on it.
    """
    stays = tuple(held for held in draft.contact.held if held.draft or held.expires_at <= draft.now)
    for held in draft.contact.held:
        if held not in stays:
            draft.remove_line(held.message_key)
            outgoing = released(draft.outgoing(held.id))
            unsent = _unsent_from_now(draft, outgoing, held.attempt)
            draft.update(unsent=(*draft.contact.unsent, unsent))
            counts.held_released(draft, outgoing)
    draft.update(held=stays)


def keep_as_drafts(draft: Draft, conversation_id: str) -> None:
    """Let what is held of a conversation wait for a person from now on; messages and lines stay as they are."""
    draft.update(
        held=tuple(
            replace(each, draft=True) if draft.outgoing(each.id).conversation_id == conversation_id else each
            for each in draft.contact.held
        )
    )


def cancel_held(draft: Draft, held: Held) -> None:
    """Take a held message back."""
    cancelled = replace(draft.outgoing(held.id), status=MessageStatus.CANCELLED, held=HeldStatus.CANCELLED)
    end_held(draft, held, cancelled)


def end_held(draft: Draft, held: Held, outgoing: Outgoing) -> None:
    """Take a held message out; `outgoing` says what became of it."""
    draft.write(outgoing)
    draft.rewrite_line(held.message_key, line_of(outgoing, held.at))
    draft.update(held=tuple(each for each in draft.contact.held if each.id != held.id))
    counts.held_ended(draft, held, outgoing)


def end_unsent(draft: Draft, unsent: Unsent, outgoing: Outgoing) -> None:
    """Take a message out of the unsent ones; `outgoing` says what became of it. A failed ping does not count."""
    _end(draft, unsent, outgoing)
    if outgoing.status is MessageStatus.FAILED:
        counts.reply_failed(draft, outgoing)
        if outgoing.id == draft.contact.ping:
            draft.update(ping=None)
        return
    _answer(draft, outgoing)
    if outgoing.status is not MessageStatus.SENT:
        counts.reply_arrived(draft, outgoing)


def correct_failure(draft: Draft, unsent: Unsent, outgoing: Outgoing) -> None:
    """Say something else of why a message failed; that it failed is counted already."""
    draft.write(outgoing)
    draft.rewrite_line(unsent.message_key, line_of(outgoing, unsent.at))


def reschedule(draft: Draft, unsent: Unsent, outgoing: Outgoing) -> None:
    """Change when a message is sent next, or put it back among the unsent ones where its line has it."""
    draft.write(outgoing)
    draft.rewrite_line(unsent.message_key, line_of(outgoing, unsent.at))
    present = draft.contact.unsent
    if any(each.id == unsent.id for each in present):
        draft.update(unsent=tuple(unsent if each.id == unsent.id else each for each in present))
        return
    counter = counter_of(unsent.message_key)
    later = (place for place, each in enumerate(present) if counter_of(each.message_key) > counter)
    place = next(later, len(present))
    draft.update(unsent=(*present[:place], unsent, *present[place:]))


def touch(draft: Draft, outgoing: Outgoing) -> None:
    """Note that the conversation has a new message of the team's, or of the app's own."""
    conversation = draft.contact.conversation
    if conversation is None or conversation.id != outgoing.conversation_id:
        return
    draft.update_conversation(last_message_at=draft.now)
    if outgoing.author.type is AuthorType.AGENT:
        agent_broke_silence(draft, by_template=outgoing.content.kind is MessageKind.TEMPLATE)
        if awaited := draft.contact.awaited_survey:
            draft.update(awaited_survey=replace(awaited, team_wrote=True))


def line_of(outgoing: Outgoing, at: datetime) -> Message:
    """Return the line of the history that an outgoing message makes."""
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
        held=outgoing.held,
        error=outgoing.error,
        attempts=outgoing.attempts,
    )


def _add_unsent(draft: Draft, outgoing: Outgoing, *, first: bool = False) -> None:
    draft.write(outgoing)
    unsent = _unsent_from_now(draft, outgoing)
    others = draft.contact.unsent
    draft.update(unsent=(unsent, *others) if first else (*others, unsent))
    touch(draft, outgoing)


def _unsent_from_now(draft: Draft, outgoing: Outgoing, attempt: int = 0) -> Unsent:
    """Return a place among the unsent ones for a message, with a new line of the history.

    The time of the decision is `Repeatability-First-Sent`, so that it is committed before the first attempt.
    """
    key = draft.add_line(line_of(outgoing, draft.now))
    return Unsent(
        id=outgoing.id,
        message_key=key,
        at=draft.now,
        to=draft.contact.address,
        first_sent=draft.now,
        since=draft.now,
        retry=outgoing.retries,
        attempt=attempt,
    )


def _end(draft: Draft, unsent: Unsent, outgoing: Outgoing) -> None:
    draft.write(outgoing)
    draft.rewrite_line(unsent.message_key, line_of(outgoing, unsent.at))
    left = tuple(each for each in draft.contact.unsent if each.id != unsent.id)
    if left and left[0] != draft.contact.unsent[0] and not left[0].tries:
        # It could not have been sent before: what kept the first, such as a stopped channel, kept it as well.
        left = (replace(left[0], since=draft.now), *left[1:])
    draft.update(unsent=left)


def _answer(draft: Draft, outgoing: Outgoing) -> None:
    """Note that a message was sent: the first one of an agent's answers the conversation."""
    conversation = draft.contact.conversation
    if (
        outgoing.author.type is AuthorType.AGENT
        and conversation
        and conversation.id == outgoing.conversation_id
        and conversation.answered_at is None
    ):
        draft.update_conversation(answered_at=draft.now)
