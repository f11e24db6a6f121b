"""What a conversation counts: the customer's messages nobody answered, and the team's that failed or are held. Pure.

Each function is one event, called where it is decided. Of a conversation that is not the contact's current one nothing
counts any more but what failed.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.state.closed_failures import end_listing, keep_listed
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.outgoing import Held, Outgoing
from shared.vocabulary.words import AuthorType, HeldStatus

_MOST_ANSWERS: Final = 20
"""Of so many replies one has arrived: the question is answered for good."""


def customer_wrote(draft: Draft, at: datetime) -> None:
    """Count a message of the customer's; the oldest that nobody answered says since when the customer waits."""
    conversation = draft.contact.conversation
    if conversation:
        waiting_since = conversation.waiting_since or at
        draft.update_conversation(unread=conversation.unread + 1, waiting_since=waiting_since)


def reply_accepted(draft: Draft, outgoing: Outgoing) -> None:
    """Count an agent's reply, or the template in its place, that goes out."""
    if conversation := _counted(draft, outgoing):
        draft.update_conversation(unread=0, failed=0)
        _answer(draft, conversation, outgoing)


def goes_out_later(draft: Draft, outgoing: Outgoing) -> None:
    """Count what goes out for a reply that was counted at an earlier time: it answers, and changes nothing else."""
    if conversation := _counted(draft, outgoing):
        _answer(draft, conversation, outgoing)


def retry_accepted(draft: Draft, outgoing: Outgoing) -> None:
    """Count a reply that failed, and goes out or is held once more; the draft knows its conversation."""
    if conversation := draft.conversation(outgoing.conversation_id):
        put_failed(draft, conversation, max(conversation.failed - 1, 0))
    if conversation := _counted(draft, outgoing):
        _answer(draft, conversation, outgoing)


def reply_held(draft: Draft, outgoing: Outgoing) -> None:
    """Count an agent's reply that waits for the customer: its agent has read what it answers."""
    if conversation := _counted(draft, outgoing):
        draft.update_conversation(unread=0, held_count=conversation.held_count + 1)
        _answer(draft, conversation, outgoing)


def sent_reply_held(draft: Draft, outgoing: Outgoing) -> None:
    """Count that a reply which was on its way is held after all."""
    if conversation := _counted(draft, outgoing):
        draft.update_conversation(held_count=conversation.held_count + 1)


def held_released(draft: Draft, outgoing: Outgoing) -> None:
    """Count a held reply that goes out now."""
    if conversation := _counted(draft, outgoing):
        draft.update_conversation(held_count=max(conversation.held_count - 1, 0))


def held_handed_over(draft: Draft, former: Conversation) -> None:
    """Count what is held in the conversation that has opened, if it waits for a person; where it was, it is no more."""
    if former.held_count:
        draft.put_conversation(replace(former, held_count=0))
    draft.update_conversation(held_count=sum(each.draft for each in draft.contact.held))


def held_ended(draft: Draft, held: Held, outgoing: Outgoing) -> None:
    """Count a held reply that was taken back, or has expired: it answered nothing."""
    counted = draft.contact.conversation if held.draft else _counted(draft, outgoing)
    if counted:
        draft.update_conversation(held_count=max(counted.held_count - 1, 0))
        _take_answer_back(draft, counted, outgoing)
    if outgoing.held is HeldStatus.EXPIRED:
        _count_failure(draft, outgoing, counted.id if counted else outgoing.conversation_id)


def reply_failed(draft: Draft, outgoing: Outgoing) -> None:
    """Count a reply that failed for good: it answered nothing."""
    if conversation := _counted(draft, outgoing):
        _take_answer_back(draft, conversation, outgoing)
    _count_failure(draft, outgoing, outgoing.conversation_id)


def failure_lifted(draft: Draft, outgoing: Outgoing) -> None:
    """Count that a reply which was given up has arrived after all; the draft knows its conversation."""
    conversation = draft.conversation(outgoing.conversation_id)
    if conversation and conversation.failed and outgoing.author.type is AuthorType.AGENT:
        put_failed(draft, conversation, conversation.failed - 1)


def reply_arrived(draft: Draft, outgoing: Outgoing) -> None:
    """Forget since when the customer had waited: one of the answers is there."""
    conversation = _counted(draft, outgoing)
    if conversation and outgoing.id in conversation.answers:
        draft.update_conversation(waited_since=None, answers=())


def put_failed(draft: Draft, conversation: Conversation, failed: int) -> None:
    """Let a conversation count so many failed messages; a closed one is listed as long as there are any."""
    draft.put_conversation(replace(conversation, failed=failed))
    if conversation.closed and failed > conversation.failed:
        keep_listed(draft, conversation)
    elif failed == 0:
        end_listing(draft, conversation.id)


def _count_failure(draft: Draft, outgoing: Outgoing, conversation_id: str) -> None:
    """Count an agent's message that failed, whatever has become of the conversation that it is to be seen in."""
    if outgoing.author.type is not AuthorType.AGENT:
        return
    conversation = draft.conversation(conversation_id)
    if conversation is None:
        draft.failed_elsewhere.append(conversation_id)
    else:
        put_failed(draft, conversation, conversation.failed + 1)


def _counted(draft: Draft, outgoing: Outgoing) -> Conversation | None:
    """Return the current conversation if the message is an agent's of it."""
    conversation = draft.contact.conversation
    of_agent = outgoing.author.type is AuthorType.AGENT
    return conversation if conversation and of_agent and conversation.id == outgoing.conversation_id else None


def _answer(draft: Draft, conversation: Conversation, outgoing: Outgoing) -> None:
    """Let the customer wait no longer; since when, is kept for the case that no answer arrives."""
    draft.update_conversation(waiting_since=None)
    if conversation.waiting_since:
        draft.update_conversation(waited_since=conversation.waiting_since, answers=(outgoing.id,))
    elif conversation.waited_since and len(conversation.answers) < _MOST_ANSWERS:
        draft.update_conversation(answers=(*conversation.answers, outgoing.id))
    else:
        draft.update_conversation(waited_since=None, answers=())


def _take_answer_back(draft: Draft, conversation: Conversation, outgoing: Outgoing) -> None:
    """Let the customer wait again as before, if nothing else answered."""
    if outgoing.id not in conversation.answers:
        return
    answers = tuple(each for each in conversation.answers if each != outgoing.id)
    draft.update_conversation(answers=answers)
    if not answers and conversation.waited_since:
        waiting_since = min(conversation.waited_since, conversation.waiting_since or conversation.waited_since)
        draft.update_conversation(waiting_since=waiting_since, waited_since=None)
