"""The moves of a conversation: from queue to agent, from agent to queue, aside, to its end. Pure.

Each changes status, queue and agent together with what hangs on them: segments, offer, moments. Who may make which
move, and from where, is for the caller (`shared.lifecycle.transitions`); what the history says of it, too.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.state.closed_failures import keep_listed
from shared.state.conversation import Closure, Conversation, Declines, Offer, Segment
from shared.state.draft import Draft, Room
from shared.state.silence import pass_over_customers_silence
from shared.vocabulary.words import ClosureReason, ConversationStatus, SegmentEnd

MOST_SEGMENTS: Final = 20
MOST_DECLINES: Final = 100


def to_agent(
    draft: Draft, agent: str, units: int, reason: SegmentEnd, room: Room = Room.ANY, *, accepted: bool = False
) -> None:
    """Give the conversation to an agent, who has it in hand from now on; whatever was offered is off.

    Args:
        units: What it takes of the agent's capacity.
        reason: Why the segment before this one ends.
        room: What is asked of the agent's load.
        accepted: Whether the agent said so, by taking or accepting it.
    """
    conversation = _conversation(draft)
    draft.room = room
    changed = replace(
        conversation,
        status=ConversationStatus.ACTIVE,
        status_since=_status_since(conversation, ConversationStatus.ACTIVE, draft.now),
        agent=agent,
        units=units,
        assigned_at=draft.now,
        accepted_at=draft.now if accepted else None,
        offer=None,
        wait_until=None,
        wrap_up_until=None,
    )
    draft.update(conversation=_in_segment(changed, conversation.queue, agent, reason, draft.now))
    if conversation.status is ConversationStatus.OPEN:
        pass_over_customers_silence(draft)


def take_up(draft: Draft, units: int, room: Room = Room.ANY) -> None:
    """Let the agent who has the conversation go on with it: it was set aside, or being wrapped up.

    Args:
        units: What it takes of the agent's capacity from now on.
        room: What is asked of the agent's load.
    """
    draft.room = room
    draft.update_conversation(
        status=ConversationStatus.ACTIVE,
        status_since=draft.now,
        units=units,
        accepted_at=draft.now,
        wait_until=None,
        wrap_up_until=None,
    )


def to_queue(draft: Draft, queue: str, reason: SegmentEnd, queued_since: datetime | None = None) -> None:
    """Put the conversation into a queue's line, without an agent.

    Args:
        queued_since: Its new place; None leaves it the one that it had.
    """
    conversation = _conversation(draft)
    changed = replace(
        conversation,
        status=ConversationStatus.OPEN,
        status_since=_status_since(conversation, ConversationStatus.OPEN, draft.now),
        queue=queue,
        agent=None,
        last_agent=conversation.agent or conversation.last_agent,
        units=0,
        offer=None,
        queued_since=queued_since or conversation.queued_since or conversation.created_at,
        wait_until=None,
        wrap_up_until=None,
    )
    draft.update(conversation=_in_segment(changed, queue, None, reason, draft.now))


def overflow_to(draft: Draft, queue: str) -> None:
    """Let the conversation overflow into another queue; its place in the line stays, and it does not come back so."""
    conversation = _conversation(draft)
    to_queue(draft, queue, SegmentEnd.OVERFLOW_TRANSFERRED)
    draft.update_conversation(overflowed_from=(*conversation.overflowed_from, conversation.queue))


def relabel(draft: Draft, queue: str, reason: SegmentEnd) -> None:
    """Let the conversation be in another queue, whoever has it; an offer is off, its place in the line stays."""
    conversation = _conversation(draft)
    changed = replace(conversation, queue=queue, offer=None, units=conversation.units if conversation.agent else 0)
    draft.update(conversation=_in_segment(changed, queue, conversation.agent, reason, draft.now))


def offer_to(draft: Draft, agent: str, units: int, expires_at: datetime) -> None:
    """Ask an agent whether to take the conversation; meanwhile it is in nobody's line, and takes its units."""
    draft.room = Room.CAPACITY
    draft.update_conversation(offer=Offer(agent=agent, at=draft.now, expires_at=expires_at), units=units)


def end_offer(draft: Draft, *, declined: bool) -> None:
    """Take an offer back: the conversation is in line again, at its place.

    Args:
        declined: Whether it counts against the agent, who said no or let it pass.
    """
    conversation = _conversation(draft)
    offer = conversation.offer
    if offer is None:
        return
    declines = conversation.declines
    if declined:
        declines = _with_decline(declines, offer.agent.lower(), draft.now)
    draft.update_conversation(offer=None, units=0, declines=declines)


def set_aside(draft: Draft, until: datetime | None = None) -> None:
    """Let the conversation wait for its customer; its agent keeps it, and has the capacity back."""
    draft.update_conversation(
        status=ConversationStatus.WAITING,
        status_since=draft.now,
        wait_until=until,
        waiting_since=None,
        waited_since=None,
        answers=(),
    )


def begin_wrap_up(draft: Draft, until: datetime) -> None:
    """Let the agent note what is left to note; the capacity stays taken."""
    draft.update_conversation(status=ConversationStatus.WRAP_UP, status_since=draft.now, wrap_up_until=until)


def close(draft: Draft, reason: ClosureReason) -> None:
    """End the conversation, for good; one whose message failed stays listed for a while."""
    conversation = _conversation(draft)
    segments = conversation.segments
    if segments:
        segments = (*segments[:-1], replace(segments[-1], ended_at=draft.now, reason=reason))
    draft.put_conversation(
        replace(
            conversation,
            status=ConversationStatus.CLOSED,
            closure=Closure(reason=reason, at=draft.now),
            offer=None,
            units=0,
            waiting_since=None,
            waited_since=None,
            answers=(),
            wait_until=None,
            wrap_up_until=None,
            segments=segments,
        )
    )
    if conversation.failed:
        keep_listed(draft, conversation)


def _with_decline(declines: Mapping[str, Declines], agent: str, now: datetime) -> Mapping[str, Declines]:
    """Return the declines with one more of an agent; of too many agents, the one is forgotten who declined first."""
    times = declines[agent].times if agent in declines else 0
    counted = {**declines, agent: Declines(times=times + 1, last=now)}
    newest = sorted(counted, key=lambda each: counted[each].last)[-MOST_DECLINES:]
    return {each: counted[each] for each in counted if each in newest}


def _conversation(draft: Draft) -> Conversation:
    conversation = draft.contact.conversation
    if conversation is None or conversation.closed:
        raise ValueError("there is no conversation that could move")
    return conversation


def _status_since(conversation: Conversation, status: ConversationStatus, now: datetime) -> datetime | None:
    return conversation.status_since if conversation.status is status else now


def _in_segment(
    conversation: Conversation, queue: str, agent: str | None, reason: SegmentEnd, now: datetime
) -> Conversation:
    """Return the conversation with a new segment, if queue or agent are others than in the last one."""
    segments = conversation.segments
    if segments and (segments[-1].queue, segments[-1].agent) == (queue, agent):
        return conversation
    if segments:
        segments = (*segments[:-1], replace(segments[-1], ended_at=now, reason=reason))
    segments = (*segments, Segment(queue=queue, agent=agent, started_at=now))
    if len(segments) > MOST_SEGMENTS:  # the two oldest become one
        segments = (replace(segments[1], started_at=segments[0].started_at), *segments[2:])
    return replace(conversation, segments=segments, overflow_after=None, overflow_again_at=None)
