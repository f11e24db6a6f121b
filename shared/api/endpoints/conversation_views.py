"""A conversation as the API shows it: as lists have it, and with all that is known of it."""

from datetime import datetime

from pydantic import AwareDatetime, Field

from shared.api.endpoints.draft_views import DraftView
from shared.api.endpoints.next_reply_views import NextReplyView
from shared.api.models import View
from shared.configuration.document import Configuration
from shared.configuration.workstreams import Workstream
from shared.distribution.wait_reasons import WaitReason
from shared.lifecycle.situation import Situation
from shared.lifecycle.transitions import Action, allowed
from shared.state.contact import Contact
from shared.state.conversation import Closure, Conversation, Offer, Segment, Survey, SurveyStatus
from shared.state.list_row import ListRow, row_of
from shared.vocabulary.words import ClosureReason, ConversationStatus, Direction, MessageKind, Priority, SegmentEnd


class WindowView(View):
    """The session window; `closesAt` is null when the contact never wrote."""

    open: bool
    closes_at: AwareDatetime | None


class ChannelView(View):
    """A channel; the name is null when the configuration does not have it any more."""

    id: str
    name: str | None


class ContactSummary(View):
    """Who the customer is."""

    contact_id: str
    name: str | None
    phone: str | None
    bsuid: str | None
    language: str | None


class SkillView(View):
    """A skill that the agent should have; the level is null when any will do."""

    name: str
    level: int | None


class ClosureView(View):
    """Why and when it was closed."""

    reason: ClosureReason
    at: AwareDatetime


class OfferView(View):
    """Who is asked to take it, and until when."""

    agent: str
    expires_at: AwareDatetime


class LastMessageView(View):
    """The newest message that a person wrote; `preview` has at most 120 characters."""

    direction: Direction
    kind: MessageKind
    preview: str
    at: AwareDatetime


class SegmentView(View):
    """A stretch in one queue, with one agent or none; `to` and `reason` are null as long as it lasts."""

    queue: str
    agent: str | None
    from_: AwareDatetime = Field(serialization_alias="from")
    to: AwareDatetime | None
    reason: ClosureReason | SegmentEnd | None


class SurveyView(View):
    """What the customer was asked after the end, and said; `reason` is why nobody was asked."""

    status: SurveyStatus
    score: int | None
    text: str | None
    reason: str | None
    at: AwareDatetime


class ConversationSummary(View):
    """A conversation as lists show it.

    `waitingSince`: the customer's oldest message without an answer. `queuedSince`: its place in the line. `waitReason`:
    why nobody has it yet.
    """

    conversation_id: str
    status: ConversationStatus
    channel: ChannelView
    workstream: str
    queue: str
    agent: str | None
    contact: ContactSummary
    priority: Priority
    created_at: AwareDatetime | None
    last_message_at: AwareDatetime | None
    last_message: LastMessageView | None
    unread: int
    waiting_since: AwareDatetime | None
    queued_since: AwareDatetime | None
    wait_reason: WaitReason | None
    window: WindowView
    offer: OfferView | None
    failed: int
    held: int
    tags: tuple[str, ...]
    closure: ClosureView | None
    version: int


class EndingView(View):
    """What may be noted at the end: codes by their names in each language, and tags; without tags any will do."""

    codes: dict[str, dict[str, str]]
    required: bool = Field(description="Whether it can't be closed without a code.")
    tags: tuple[str, ...]


class ConversationView(ConversationSummary):
    """A conversation with all that is known of it."""

    skills: tuple[SkillView, ...]
    variables: dict[str, str | int | float | bool]
    previous_conversation_id: str | None
    last_agent: str | None
    wrap_up_code: str | None
    ending: EndingView | None = Field(description="Null when the configuration has its workstream no more.")
    survey: SurveyView | None
    segments: tuple[SegmentView, ...]
    allowed: tuple[Action, ...] = Field(description="What the caller may do to it now.")
    next_reply: NextReplyView | None = Field(
        default=None, description="What a reply of the caller's would do now; null in lists."
    )
    drafts: tuple[DraftView, ...] = Field(
        default=(), description="Held replies of an earlier conversation that wait for a person."
    )
    revision: int


def window_of(closes_at: datetime | None, now: datetime) -> WindowView:
    """Return the window as the API shows it."""
    return WindowView(open=closes_at is not None and now < closes_at, closes_at=closes_at)


def contact_summary(contact: Contact | ListRow) -> ContactSummary:
    """Return a contact as conversations show it."""
    if isinstance(contact, ListRow):
        contact_id, name = contact.contact_id, contact.name
    else:
        contact_id, name = contact.id, contact.shown_name
    return ContactSummary(
        contact_id=contact_id,
        name=name,
        phone=contact.phone,
        bsuid=contact.bsuid,
        language=contact.language,
    )


def channel_view(channel_id: str, configuration: Configuration) -> ChannelView:
    """Return a channel as the API shows it."""
    channel = configuration.channel_by_id(channel_id)
    return ChannelView(id=channel_id, name=channel.name if channel else None)


def conversation_view(
    contact: Contact,
    conversation: Conversation,
    situation: Situation,
    now: datetime,
    *,
    wait_reason: WaitReason | None = None,
) -> ConversationView:
    """Return a conversation as the API shows it to somebody."""
    row = row_of(contact, conversation)
    summary = summary_of(row, situation.configuration, now, wait_reason=wait_reason)
    return ConversationView(
        **dict(summary),
        skills=tuple(SkillView(name=skill.name, level=skill.level) for skill in conversation.skills),
        variables=dict(conversation.variables),
        previous_conversation_id=conversation.previous_id,
        last_agent=conversation.last_agent,
        wrap_up_code=conversation.wrap_up_code,
        ending=_ending_view(situation.workstream_of(conversation)),
        survey=_survey_view(conversation.survey),
        segments=segment_views(conversation),
        allowed=allowed(contact, conversation, situation, now),
        revision=contact.revision,
    )


def summary_of(
    row: ListRow, configuration: Configuration, now: datetime, *, wait_reason: WaitReason | None = None
) -> ConversationSummary:
    """Return a conversation as lists show it."""
    last = row.last_message
    return ConversationSummary(
        conversation_id=row.conversation_id,
        status=row.status,
        channel=channel_view(row.channel_id, configuration),
        workstream=row.workstream,
        queue=row.queue,
        agent=row.agent,
        contact=contact_summary(row),
        priority=row.priority,
        created_at=row.created_at,
        last_message_at=row.last_message_at,
        last_message=LastMessageView(direction=last.direction, kind=last.kind, preview=last.preview, at=last.at)
        if last
        else None,
        unread=row.unread,
        waiting_since=row.waiting_since,
        queued_since=row.queued_since,
        wait_reason=wait_reason,
        window=window_of(row.window_closes_at, now),
        offer=_offer_view(row.offer),
        failed=row.failed,
        held=row.held,
        tags=row.tags,
        closure=_closure_view(row.closure),
        version=row.version,
    )


def segment_views(conversation: Conversation) -> tuple[SegmentView, ...]:
    """Return where a conversation has been, the oldest stretch first."""
    return tuple(_segment_view(segment) for segment in conversation.segments)


def _segment_view(segment: Segment) -> SegmentView:
    return SegmentView(
        queue=segment.queue,
        agent=segment.agent,
        from_=segment.started_at,
        to=segment.ended_at,
        reason=segment.reason,
    )


def _offer_view(offer: Offer | None) -> OfferView | None:
    return OfferView(agent=offer.agent, expires_at=offer.expires_at) if offer else None


def _closure_view(closure: Closure | None) -> ClosureView | None:
    return ClosureView(reason=closure.reason, at=closure.at) if closure else None


def _ending_view(workstream: Workstream | None) -> EndingView | None:
    if workstream is None:
        return None
    wrap_up = workstream.wrap_up
    codes = {code: dict(names) for code, names in wrap_up.codes.items()}
    return EndingView(codes=codes, required=wrap_up.required, tags=wrap_up.tags)


def _survey_view(survey: Survey | None) -> SurveyView | None:
    if survey is None:
        return None
    return SurveyView(status=survey.status, score=survey.score, text=survey.text, reason=survey.reason, at=survey.at)
