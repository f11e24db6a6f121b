"""What people note of a conversation: lines that no customer reads, and how far its agent has read."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import Field

from shared.api.call import Call
from shared.api.endpoints.conversation_answers import conversation_answer
from shared.api.endpoints.conversation_changes import NoteText, carry_out, changing
from shared.api.endpoints.messages import MessageView, message_view
from shared.api.exchange import WithHeaders
from shared.api.models import Body
from shared.api.operations import Operation
from shared.api.preconditions import KEY_HEADER, check_headers
from shared.api.texts import VISIBLE, WITHOUT_NUL
from shared.commands.history_lines import keyed_line, line_and_newer
from shared.lifecycle import notes
from shared.lifecycle.situation import Situation
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Unavailable, invalid_request
from shared.vocabulary.identity import ulid
from shared.vocabulary.message import Message


class NoteBody(Body):
    """What the others of the team should know."""

    text: NoteText


class ReadBody(Body):
    """The last message that was read."""

    up_to: Annotated[str, Field(min_length=1, max_length=512), WITHOUT_NUL, VISIBLE]


async def create(call: Call) -> MessageView:
    """Write an internal note, which is never sent."""
    conversation_id, text = call.request.params["conversationId"], call.body.text
    note_id = ulid(call.clock.now(), conversation_id, call.clock.new_id())
    decide = partial(notes.note, text=text, note_id=note_id)
    changed = await carry_out(call, "note", decide, note_id=note_id)
    found = await keyed_line(call.services.contacts, conversation_id, changed.note_id or note_id)
    if found is None:
        raise Unavailable("a note could not be read, although it is there")
    return message_view(found[1])


async def read(call: Call) -> WithHeaders:
    """Note how far the conversation's own agent has read."""
    newer, moved = 0, False
    up_to: Message | None = None

    async def count(_: Contact) -> None:
        nonlocal newer, up_to
        conversation_id = call.request.params["conversationId"]
        line, lines = await line_and_newer(call.services.contacts, conversation_id, call.body.up_to)
        if line is None:
            raise invalid_request(("upTo", "there is no such message"))
        newer, up_to = sum(each.by_customer for each in lines), line

    def decide(draft: Draft, conversation: Conversation, situation: Situation) -> None:
        nonlocal moved
        notes.read_up_to(draft, conversation, situation, newer)
        moved = newer < conversation.unread

    changed = await carry_out(call, "read", decide, learn=count)
    if moved and up_to:
        call.services.read_receipts.show(changed.stored.contact, changed.conversation.id, up_to)
    actor, _visibility = await call.standing()
    return await conversation_answer(call, actor, changed.stored, changed.conversation)


CREATE: Final = Operation(
    endpoint=create,
    body=NoteBody,
    check=check_headers,
    headers=KEY_HEADER,
    answer=MessageView,
    status=HTTPStatus.CREATED,
    codes=(
        Code.CONVERSATION_NOT_FOUND,
        Code.NOT_ASSIGNED_TO_YOU,
        Code.IDEMPOTENCY_KEY_REUSED,
        Code.TEXT_TOO_LONG,
    ),
)
READ: Final = changing(read, Code.INVALID_TRANSITION, body=ReadBody)
