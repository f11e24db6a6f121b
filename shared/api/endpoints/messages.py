"""The history of a conversation, newest first."""

import re
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, Field, ValidationInfo

from shared.api.call import Call
from shared.api.endpoints.draft_views import AuthorView, author_view
from shared.api.endpoints.replies import FailureView, TemplateView, failure_view, template_view
from shared.api.models import View, absent
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, encode_cursor, place_in
from shared.api.texts import Moment
from shared.commands.finding import find_conversation
from shared.replies.parts import part_number
from shared.replies.pings import reply_of
from shared.state.rows import history_range
from shared.vocabulary.codes import Code
from shared.vocabulary.identity import episode_of, fits_into_paths, message_hash
from shared.vocabulary.message import Media, Message
from shared.vocabulary.readable import readable_text
from shared.vocabulary.words import AuthorType, Direction, MediaProblem, MessageKind, MessageStatus

_ORDER = "messages"
_LINE = re.compile(r"[0-9]{13}:[0-9]{9}")


class MediaView(View):
    """A file; the type of a customer's is what the channel says, and its bytes may be of another."""

    mime_type: str | None = absent()
    file_name: str | None = absent()
    caption: str | None = absent()
    problem: MediaProblem | None = absent()


class ReactionView(View):
    """An emoji on a message (null: which one is not known); without an emoji the reaction was removed."""

    message_id: str | None
    emoji: str | None


class ChoiceView(View):
    """What the customer tapped."""

    id: str | None = absent()
    title: str | None = absent()
    payload: str | None = absent()


class ContextView(View):
    """The message that this one answers."""

    message_id: str


class AttemptView(View):
    """A try that failed, and why."""

    at: AwareDatetime
    code: str
    message: str


class MessageView(View):
    """A line of the history. Of a held reply the template and the words both carry the reply's `replyId`.

    `pathId`: in paths in place of `messageId`, where that has a number or slashes in it, as those of Meta's messages.

    `part`: of a text that goes out in parts, under one `replyId`, the number of this one, from the second on.

    `attempts`: the tries that failed, the newest ten, the oldest first.

    Of an `unsupported` message `originalKind` is the channel's word for its kind, and `data` what its event carried
    beyond the fields shown here; of other messages `data` is what could not be read. At most 4 KiB. Its `text` is the
    customer's, or what the data of a place, contacts, an order or a form come to, in one line each.
    """

    message_id: str | None = absent()
    path_id: str | None = absent()
    reply_id: str | None = absent()
    part: int | None = absent()
    conversation_id: str
    direction: Direction
    author: AuthorView
    kind: MessageKind
    at: AwareDatetime
    text: str | None = absent()
    media: MediaView | None = absent()
    reaction: ReactionView | None = absent()
    reply: ChoiceView | None = absent()
    context: ContextView | None = absent()
    template: TemplateView | None = absent()
    status: MessageStatus | None = absent()
    error: FailureView | None = absent()
    attempts: tuple[AttemptView, ...] | None = absent()
    original_kind: str | None = absent()
    data: dict[str, Any] | None = absent()


class Messages(Page[MessageView]):
    """Lines of a history, newest first; with `after` oldest first."""


def _one_way(after: datetime | None, info: ValidationInfo[Any]) -> datetime | None:
    if after is not None and info.data.get("before") is not None:
        raise ValueError("expected either before or after")
    return after


class MessagesQuery(PageQuery):
    """Which lines; both times are among those that are meant, so that what came late is found."""

    before: Moment | None = Field(default=None, description="No later ones.")
    after: Annotated[Moment | None, AfterValidator(_one_way)] = Field(default=None, description="No earlier ones.")
    cursor: Annotated[Place, place_in({_ORDER: (_LINE,)})] | None = None


async def find(call: Call) -> Messages:
    """List the messages of a conversation, newest first, or from a time on, oldest first."""
    query: MessagesQuery = call.query
    contacts = call.services.contacts
    visibility, conversation_id = await call.visibility(), call.request.params["conversationId"]
    stored, conversation = await find_conversation(contacts, conversation_id, visibility.sees)
    episode = episode_of(conversation.id)
    prefix, _ = history_range(episode)
    place = f"{prefix}{query.cursor[0]}" if query.cursor else None
    if query.after:  # a table is read in one direction only
        lines = await contacts.history(stored.contact.id, episode, limit=None, since=query.after)
        lines = [line for line in reversed(lines) if place is None or line[0] < place]
    else:
        lines = await contacts.history(
            stored.contact.id, episode, limit=query.limit + 1, after=place, until=query.before
        )
    page = lines[: query.limit]
    cursor = encode_cursor(_ORDER, (page[-1][0].removeprefix(prefix),)) if len(lines) > len(page) else None
    return Messages(items=tuple(message_view(message) for _, message in page), next_cursor=cursor)


def message_view(message: Message) -> MessageView:
    """Return a line of the history as the API shows it."""
    media, reaction, choice = message.media, message.reaction, message.choice
    reply_id = message.reply_id if message.author.type is AuthorType.AGENT else None
    return MessageView(
        message_id=message.message_id,
        path_id=_path_id(message),
        reply_id=reply_of(reply_id) if reply_id else None,
        part=part_number(reply_id) if reply_id else None,
        conversation_id=message.conversation_id,
        direction=message.direction,
        author=author_view(message.author),
        kind=message.kind,
        at=message.at,
        text=readable_text(message),
        media=_media_view(media) if media else None,
        reaction=ReactionView(message_id=reaction.message_id, emoji=reaction.emoji) if reaction else None,
        reply=ChoiceView(id=choice.id, title=choice.title, payload=choice.payload) if choice else None,
        context=ContextView(message_id=message.context_id) if message.context_id else None,
        template=template_view(message.template),
        status=message.status,
        error=failure_view(message.error),
        attempts=tuple(AttemptView(at=each.at, code=each.code, message=each.message) for each in message.attempts)
        or None,
        original_kind=message.original_kind,
        data=dict(message.data) if message.data else None,
    )


def _path_id(message: Message) -> str | None:
    """Return what names a message in paths if its id can't: of what goes out the name that stays when it goes again."""
    if message.message_id is None or fits_into_paths(message.message_id):
        return None
    return message.reply_id or message_hash(message.message_id)


def _media_view(media: Media) -> MediaView:
    return MediaView(mime_type=media.mime_type, file_name=media.file_name, caption=media.caption, problem=media.problem)


FIND: Final = Operation(endpoint=find, query=MessagesQuery, answer=Messages, codes=(Code.CONVERSATION_NOT_FOUND,))
