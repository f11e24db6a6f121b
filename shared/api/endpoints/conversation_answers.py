"""What has to be asked before a conversation can be shown: why it waits, what the next reply would do, what is held."""

from collections.abc import Iterable, Mapping, Sequence

from shared.api.call import Call
from shared.api.endpoints.conversation_views import ConversationSummary, conversation_view, summary_of
from shared.api.endpoints.draft_views import draft_views
from shared.api.endpoints.next_reply_views import next_reply_view
from shared.api.exchange import WithHeaders
from shared.api.preconditions import etag_of
from shared.distribution.wait_reasons import WaitReason
from shared.replies.next_reply import next_reply
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.list_row import ListRow, row_of
from shared.state.session_window import window_open
from shared.vocabulary.actor import Actor


async def conversation_answer(
    call: Call, actor: Actor, stored: StoredContact, conversation: Conversation
) -> WithHeaders:
    """Return a conversation as the API answers with it to a call, with its ETag."""
    contact = stored.contact
    reasons = await wait_reasons(call, [row_of(contact, conversation)])
    situation, now = call.situation(actor), call.clock.now()
    view = conversation_view(contact, conversation, situation, now, wait_reason=reasons.get(conversation.id))
    is_current = contact.conversation is not None and contact.conversation.id == conversation.id
    if is_current and not window_open(contact, now):
        await call.services.templates.refresh(contact.channel_id)  # as stored: nobody waits for the channel
    context = call.services.templates.context(contact.channel_id)
    asker = await call.services.agents.recent(actor.id) if actor.is_agent else None  # known: it was just let in
    shown = {
        "next_reply": next_reply_view(next_reply(stored, conversation.id, situation, asker, context, now)),
        "drafts": draft_views(contact, stored.outgoing) if is_current else (),
    }
    view = view.model_copy(update=shown)
    return WithHeaders(view, {"ETag": etag_of(contact.version)})


async def summaries(call: Call, rows: Sequence[ListRow]) -> tuple[ConversationSummary, ...]:
    """Return conversations as lists show them."""
    configuration, now, reasons = call.services.configuration, call.clock.now(), await wait_reasons(call, rows)
    return tuple(summary_of(row, configuration, now, wait_reason=reasons.get(row.conversation_id)) for row in rows)


async def wait_reasons(call: Call, rows: Iterable[ListRow]) -> Mapping[str, WaitReason]:
    """Return why conversations wait, of those that are in line; the team is read only if any is."""
    in_line = [(row.queue, row.waiting) for row in rows if row.waiting]
    if not in_line:
        return {}
    reasons = await call.services.queue_overview.reasons()
    return {waiting.conversation_id: reasons.of(queue, waiting) for queue, waiting in in_line}
