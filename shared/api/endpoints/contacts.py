"""Contacts: who they are, what the team notes of them, and their conversations, closed ones too."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field

from shared.api.access import require
from shared.api.call import Call
from shared.api.endpoints.conversation_answers import wait_reasons
from shared.api.endpoints.conversation_views import (
    ChannelView,
    ContactSummary,
    ConversationView,
    WindowView,
    channel_view,
    contact_summary,
    conversation_view,
    window_of,
)
from shared.api.endpoints.recipients import ChannelId, Recipient
from shared.api.models import Body
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, cut, place_in
from shared.api.texts import VISIBLE, WITHOUT_NUL, HttpsAddress
from shared.commands.finding import no_contact
from shared.configuration.scalars import Language
from shared.intake.events import CustomerIdentity
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.list_row import row_of
from shared.state.session_window import window_closes_at
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import is_contact_id
from shared.vocabulary.limits import LONGEST_NAME
from shared.vocabulary.time import microseconds
from shared.vocabulary.words import Role

_ORDER = "contact"


class ContactView(ContactSummary):
    """A contact. `mergedInto` is the contact that took this one's place."""

    channel: ChannelView
    window: WindowView
    opted_out: bool
    external_url: str | None
    conversation_id: str | None
    merged_into: str | None


class ContactBody(Body):
    """What to change; null forgets it. Only a supervisor takes an opt-out back."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), WITHOUT_NUL, VISIBLE] | None = None
    language: Language | None = None
    opted_out: bool = False
    external_url: HttpsAddress | None = Field(default=None, description="The person in the team's own system.")


class FindBody(Recipient):
    """Whom to find: by number, in any spelling, or by BSUID; on one channel, or on all."""

    channel: ChannelId | None = None


class ContactsFound(Page[ContactView]):
    """One contact a channel at most."""


class ContactConversations(Page[ConversationView]):
    """Conversations of one contact, newest first."""


class ContactConversationsQuery(PageQuery):
    """Which conversations."""

    cursor: Annotated[Place, place_in({_ORDER: (int, str)})] | None = None


async def read(call: Call) -> ContactView:
    """Read a contact."""
    contact, _ = await _find(call)
    return _view(call, contact)


async def find(call: Call) -> ContactsFound:
    """Find the contacts that a number or a BSUID leads to, out of those that the caller may see."""
    body: FindBody = call.body
    visibility, contacts = await call.visibility(), call.services.contacts
    found: dict[str, Contact] = {}
    for customer in _customers(call, body):
        for stored in await call.services.identification.find(customer):
            if visibility.queues is None or any(map(visibility.sees, await contacts.conversations(stored.contact))):
                found[stored.contact.id] = stored.contact
    return ContactsFound(items=tuple(_view(call, contact) for contact in found.values()), next_cursor=None)


def _customers(call: Call, body: FindBody) -> list[CustomerIdentity]:
    """Return whom a request means on each channel; a number without its country is one where a channel has a country.

    Raises:
        Refused: `invalid_request`: on no channel it is a number.
    """
    customers: list[CustomerIdentity] = []
    refused: Refused | None = None
    for channel in call.services.configuration.channels.values():
        if body.channel in (None, channel.key):
            try:
                customers.append(body.customer(channel))
            except Refused as error:
                refused = error
    if refused and not customers:
        raise refused
    return customers


async def update(call: Call) -> ContactView:
    """Note what the team knows of the contact: name, language, address elsewhere, and whether messages are wanted."""
    body: ContactBody = call.body
    fields = body.model_dump(exclude_unset=True)
    opted_out = fields.pop("opted_out", None)
    if opted_out is False:
        require(call.known_caller, Role.SUPERVISOR)
    contact, _ = await _find(call)
    if not fields and opted_out in (None, contact.opted_out):
        return _view(call, contact)
    changes = call.services.contact_changes
    return _view(call, await changes.update(contact.id, fields, call.until, opted_out=opted_out))


async def find_conversations(call: Call) -> ContactConversations:
    """Return all conversations of a contact that the caller may see."""
    query: ContactConversationsQuery = call.query
    contact, found = await _find(call)
    actor, _ = await call.standing()
    page, cursor = cut(found, _by_age, _ORDER, query.limit, query.cursor)
    situation, now = call.situation(actor), call.clock.now()
    reasons = await wait_reasons(call, (row_of(contact, each) for each in page))
    items = tuple(conversation_view(contact, each, situation, now, wait_reason=reasons.get(each.id)) for each in page)
    return ContactConversations(items=items, next_cursor=cursor)


async def _find(call: Call) -> tuple[Contact, Sequence[Conversation]]:
    """Return a contact, and those of its conversations that the caller may see, also from before it was merged.

    An agent may see a contact that has or had a conversation in the agent's queues.

    Raises:
        Refused: `not_found`.
    """
    visibility, contacts = await call.visibility(), call.services.contacts
    contact_id = call.request.params["contactId"]
    stored = await contacts.load(contact_id) if is_contact_id(contact_id) else None
    if stored is None:
        raise no_contact()
    found = await contacts.conversations(stored.contact)
    visible = [conversation for conversation in found if visibility.sees(conversation)]
    if visibility.queues is not None and not visible:
        raise no_contact()
    return stored.contact, visible


def _by_age(conversation: Conversation) -> tuple[int, str]:
    return -microseconds(conversation.created_at), conversation.id


def _view(call: Call, contact: Contact) -> ContactView:
    conversation = contact.conversation
    return ContactView(
        **contact_summary(contact).model_dump(),
        channel=channel_view(contact.channel_id, call.services.configuration),
        window=window_of(window_closes_at(contact), call.clock.now()),
        opted_out=contact.opted_out,
        external_url=contact.external_url,
        conversation_id=conversation.id if conversation and not conversation.closed else None,
        merged_into=contact.merged_into,
    )


READ: Final = Operation(endpoint=read, answer=ContactView, codes=(Code.NOT_FOUND,))
FIND: Final = Operation(endpoint=find, body=FindBody, answer=ContactsFound, most_a_minute=30)
UPDATE: Final = Operation(endpoint=update, body=ContactBody, answer=ContactView, codes=(Code.NOT_FOUND,))
FIND_CONVERSATIONS: Final = Operation(
    endpoint=find_conversations, query=ContactConversationsQuery, answer=ContactConversations, codes=(Code.NOT_FOUND,)
)
