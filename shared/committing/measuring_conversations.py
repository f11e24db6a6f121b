"""What a committed change means for the metrics of a conversation's life: from its wait to its survey. Pure."""

from collections.abc import Iterator
from datetime import datetime

from shared.state.contact import Contact
from shared.state.conversation import Conversation, SurveyStatus
from shared.telemetry import Measurement, Metric
from shared.vocabulary.words import ClosureReason, ConversationStatus, SegmentEnd

_CLOSED_BY_OVERFLOW = (ClosureReason.OVERFLOW_CLOSED, ClosureReason.WAITING_OVERFLOW_CLOSED)


def conversation_measurements(before: Contact | None, after: Contact, now: datetime) -> Iterator[Measurement]:
    """Return what happened to the contact's conversation in a change that was decided at `now`."""
    conversation = after.conversation
    if conversation is None:
        return
    was = before.conversation if before else None
    if was and was.id != conversation.id:
        was = None
    yield from _assigned(was, conversation, now)
    if was:
        yield from _declined(
            was, conversation, missed=before is not None and before.missed_offers != after.missed_offers
        )
    yield from _overflowed(was, conversation)
    yield from _surveyed(was, conversation)


def _assigned(was: Conversation | None, conversation: Conversation, now: datetime) -> Iterator[Measurement]:
    """Count that an agent was given the conversation, and how long it waited for that and for the first word."""
    queue, is_new = conversation.queue, was is None or was.status is ConversationStatus.OPEN
    if conversation.status is ConversationStatus.ACTIVE:
        if is_new:
            since = conversation.queued_since or conversation.created_at
            yield Metric.QUEUE_WAIT.of(_seconds(since, now), queue=queue)
        if is_new or (was and was.agent != conversation.agent):
            yield Metric.ASSIGNMENTS.of(queue=queue, reason=_how(conversation))
    if conversation.answered_at and not (was and was.answered_at):
        yield Metric.FIRST_RESPONSE.of(_seconds(conversation.created_at, conversation.answered_at), queue=queue)


def _how(conversation: Conversation) -> str:
    """Return why the segment before the agent's ended; there is none where the conversation began with the agent."""
    before = conversation.segments[-2:-1]
    return (before[0].reason if before else None) or SegmentEnd.ASSIGNED


def _declined(was: Conversation, conversation: Conversation, *, missed: bool) -> Iterator[Measurement]:
    for agent, declines in conversation.declines.items():
        earlier = was.declines.get(agent)
        if declines.times > (earlier.times if earlier else 0):
            yield Metric.DECLINES.of(queue=was.queue, reason="missed" if missed else "declined")


def _overflowed(was: Conversation | None, conversation: Conversation) -> Iterator[Measurement]:
    left = was.overflowed_from if was else ()
    for queue in conversation.overflowed_from[len(left) :]:
        yield Metric.OVERFLOW.of(queue=queue, action="transfer")
    closure = conversation.closure
    if closure and closure.reason in _CLOSED_BY_OVERFLOW and not (was and was.closed):
        yield Metric.OVERFLOW.of(queue=conversation.queue, action="close")


def _surveyed(was: Conversation | None, conversation: Conversation) -> Iterator[Measurement]:
    survey = conversation.survey
    if survey is None or (was and was.survey and was.survey.status is survey.status):
        return
    yield Metric.SURVEYS.of(change=survey.status, queue=conversation.queue)
    if survey.status is SurveyStatus.ANSWERED and survey.score:
        yield Metric.SURVEY_SCORE.of(survey.score, queue=conversation.queue)


def _seconds(start: datetime, end: datetime) -> float:
    """Return how long it took; by the clocks of two workers it may seem less than nothing."""
    return max((end - start).total_seconds(), 0)
