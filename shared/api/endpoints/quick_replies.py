"""Texts at an agent's hand: those of the file, and those that supervisors put over them."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import AfterValidator, Discriminator, Field, Tag

from shared.api.call import Call, Services
from shared.api.exchange import Request
from shared.api.models import ALONE, BY_LANGUAGE, Body, View, fits
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, cut, place_in
from shared.api.texts import ONE_LINE, VISIBLE, WITHOUT_NUL
from shared.commands.finding import find_conversation
from shared.configuration.placeholders import TextTemplate
from shared.configuration.reached_queues import queues_of
from shared.configuration.scalars import Language, Name
from shared.configuration.workstreams import Workstream
from shared.replies.placeholder_values import placeholder_values
from shared.replies.quick_replies import OfferedText, offered_texts
from shared.state.quick_replies import ANY_LANGUAGE, StoredQuickReply
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused

_ORDER: Final = "quick_replies"
_MOST_TAGS: Final = 20


def _parsable(text: str) -> str:
    TextTemplate.parse(text)
    return text


_Text = Annotated[str, Field(min_length=1, max_length=4096), WITHOUT_NUL, VISIBLE, AfterValidator(_parsable)]
_Tag = Annotated[str, Field(min_length=1, max_length=64), WITHOUT_NUL, VISIBLE, ONE_LINE]


def _shape(words: object) -> str:
    return BY_LANGUAGE if isinstance(words, dict) else ALONE


_Words = Annotated[
    Annotated[_Text, Tag(ALONE)] | Annotated[dict[Language, _Text], Field(min_length=1), Tag(BY_LANGUAGE)],
    Discriminator(_shape),
]


class QuickReplyView(View):
    """A text; `unfilled` names the placeholders that stand in it as they are written."""

    name: str
    tags: tuple[str, ...]
    text: str
    unfilled: tuple[str, ...]


class QuickRepliesView(Page[QuickReplyView]):
    """Texts by name."""


class QuickRepliesQuery(PageQuery):
    """Which texts: of the workstreams that lead to a queue, or of a conversation's, filled in for it."""

    queue: Name | None = None
    language: Language | None = Field(default=None, description="Left out: the contact's, else the workstream's first.")
    conversation: str | None = Field(default=None, description="The id of the conversation to fill them in for.")
    cursor: Annotated[Place, place_in({_ORDER: (str,)})] | None = None


class QuickReplyBody(Body):
    """A text, in one language each or for all, with placeholders as in the file."""

    text: _Words
    tags: Annotated[tuple[_Tag, ...], Field(max_length=_MOST_TAGS)] = ()


async def check_name(_services: Services, request: Request) -> tuple[tuple[str, str], ...]:
    """Name a name that the file could not have either."""
    if fits(Name, request.params["name"]):
        return ()
    return (("name", "expected at most 64 letters (without accents), digits, - and _"),)


async def find(call: Call) -> QuickRepliesView:
    """Return the texts that the caller can use, filled in if a conversation is named."""
    query: QuickRepliesQuery = call.query
    workstreams, language, values = await _asked(call, query)
    found = offered_texts(workstreams, await call.services.quick_replies.read(), query.language or language, values)
    page, cursor = cut(found, lambda offered: (offered.name,), _ORDER, query.limit, query.cursor)
    return QuickRepliesView(items=tuple(map(_view, page)), next_cursor=cursor)


async def put(call: Call) -> QuickReplyView:
    """Put a text at everybody's hand, over the file's of the same name."""
    body: QuickReplyBody = call.body
    name = call.request.params["name"]
    texts = {ANY_LANGUAGE: body.text} if isinstance(body.text, str) else body.text
    stored = StoredQuickReply(texts=texts, tags=tuple(dict.fromkeys(body.tags)))
    await call.services.quick_replies.put(name, stored)
    (offered,) = offered_texts((), {name: stored}, None, None)
    return _view(offered)


async def delete(call: Call) -> None:
    """Take a text that was put away; the file's of the same name counts again."""
    if not await call.services.quick_replies.delete(call.request.params["name"]):
        raise Refused(Code.NOT_FOUND, "There is no such text that was put over the API.")


async def _asked(
    call: Call, query: QuickRepliesQuery
) -> tuple[Sequence[Workstream], str | None, Mapping[str, str] | None]:
    """Return the workstreams whose texts are wanted, the contact's language, and what placeholders stand for."""
    configuration, visibility = call.services.configuration, await call.visibility()
    if query.conversation is None:
        return _leading_to(call, query.queue, visibility.queues), None, None
    stored, conversation = await find_conversation(call.services.contacts, query.conversation, visibility.sees)
    agent = await call.agent()
    values = placeholder_values(stored.contact, configuration, conversation)
    workstream = configuration.workstreams.get(conversation.workstream)
    its_own = [workstream] if workstream else []
    name = agent.name if agent else call.known_caller.name
    return its_own, stored.contact.language, values | {"agent.name": name or ""}


def _leading_to(call: Call, queue: str | None, visible: frozenset[str] | None) -> Sequence[Workstream]:
    """Return the workstreams whose conversations can come to a queue, or to any that the caller may see."""
    configuration = call.services.configuration
    wanted = {queue} if queue else set(configuration.queues)
    if visible is not None:
        wanted &= visible
    return [each for each in configuration.workstreams.values() if wanted & queues_of(each, configuration)]


def _view(offered: OfferedText) -> QuickReplyView:
    return QuickReplyView(name=offered.name, tags=offered.tags, text=offered.text, unfilled=offered.unfilled)


FIND: Final = Operation(
    endpoint=find, query=QuickRepliesQuery, answer=QuickRepliesView, codes=(Code.CONVERSATION_NOT_FOUND,)
)
PUT: Final = Operation(endpoint=put, body=QuickReplyBody, check=check_name, answer=QuickReplyView)
DELETE: Final = Operation(
    endpoint=delete, check=check_name, answer=None, status=HTTPStatus.NO_CONTENT, codes=(Code.NOT_FOUND,)
)
