"""A message that failed is sent again."""

from collections.abc import Sequence
from typing import Final

from shared.api.call import Call
from shared.api.endpoints.conversation_changes import carry_out
from shared.api.endpoints.messages import MessageView, message_view
from shared.api.endpoints.reply_bodies import ABOUT_CONTENT
from shared.api.operations import Operation
from shared.api.preconditions import IF_MATCH_HEADER, KEY_HEADER, check_headers
from shared.commands.history_lines import keyed_line
from shared.lifecycle.situation import Situation
from shared.sending.retrying import FailedMessage, retry
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Unavailable


async def create(call: Call) -> MessageView:
    """Send a message that failed again, by its `messageId` or `replyId`, by the policy of now.

    Of a text in parts only those go that failed. A closed conversation stays closed.
    """
    retries = call.services.retries
    conversation_id, message_id = call.request.params["conversationId"], call.request.params["messageId"]
    outgoing_id = await retries.outgoing_id(conversation_id, message_id)
    failed: Sequence[FailedMessage] | None = None

    async def learn(contact: Contact) -> None:
        nonlocal failed
        failed = await retries.failed_messages(contact, conversation_id, outgoing_id)

    def decide(draft: Draft, conversation: Conversation, situation: Situation) -> None:
        retry(draft, conversation, situation, failed, retries.context(draft.contact.channel_id))

    await carry_out(call, "retry", decide, learn=learn, part=message_id)
    found = await keyed_line(call.services.contacts, conversation_id, outgoing_id)
    if found is None:
        raise Unavailable("the line of a message could not be read, although it is there")
    return message_view(found[1])


CREATE: Final = Operation(
    endpoint=create,
    check=check_headers,
    headers={**KEY_HEADER, **IF_MATCH_HEADER},
    answer=MessageView,
    codes=(
        Code.NOT_FOUND,
        Code.CONVERSATION_NOT_FOUND,
        Code.NOT_RETRYABLE,
        Code.WINDOW_CLOSED,
        Code.NOT_ASSIGNED_TO_YOU,
        Code.AGENT_FULL,
        Code.CHANNEL_REMOVED,
        Code.OPTED_OUT,
        Code.TOO_MANY_HELD,
        Code.CHANGED_MEANWHILE,
        Code.IDEMPOTENCY_KEY_REUSED,
        *ABOUT_CONTENT,
    ),
)
