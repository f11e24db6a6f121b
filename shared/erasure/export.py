"""All that is stored of a person, a page at a time: every row as it is, and the files by their addresses."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.configuration.document import Configuration
from shared.erasure.erasing import months_kept
from shared.erasure.person import names_of, sessions_of
from shared.intake.quarantine import Quarantine
from shared.media.uploads import file_in
from shared.state.aliases import Aliases
from shared.state.closed_conversations import ClosedConversations
from shared.state.contact import Contact
from shared.state.contact_store import Contacts
from shared.state.conversation import Conversation
from shared.state.conversation_lists import ConversationLists
from shared.state.erased_contacts import ErasedContacts
from shared.state.rows import CONTACT, decode, encode
from shared.state.tables import Row
from shared.vocabulary.message import Message
from shared.vocabulary.time import rfc3339

_QUARANTINE: Final = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Something that is stored.

    Attributes:
        place: The table.
        kind: What it is: of a contact's rows the beginning of their keys.
        value: What the row holds.
        beside: What is stored of it in other tables, by their names.
        media: Where the API gives the file of a message.
    """

    place: str
    contact_id: str
    kind: str
    key: str
    value: Any
    beside: Mapping[str, Any]
    media: str | None = None


type Place = tuple[int, str]
"""After which row the next page starts: the number of the contact among those of the person, and the row's key.

The number after the last contact's stands for the quarantine, where the key is an item's id.
"""


class Export:
    """Reads what is stored of a person. Every method raises Unavailable when storage is away."""

    def __init__(
        self,
        *,
        contacts: Contacts,
        erased: ErasedContacts,
        aliases: Aliases,
        conversation_lists: ConversationLists,
        closed_conversations: ClosedConversations,
        quarantine: Quarantine,
        configuration: Configuration,
    ) -> None:
        self._contacts = contacts
        self._erased = erased
        self._aliases = aliases
        self._conversation_lists = conversation_lists
        self._closed_conversations = closed_conversations
        self._quarantine = quarantine
        self._configuration = configuration
        self._months = months_kept(configuration)

    async def page(self, contact_id: str, after: Place, limit: int) -> tuple[Sequence[Stored], Place | None] | None:
        """Return some of what is stored, and after which place there is more; None when there is no such contact.

        A page may be empty although there is more.
        """
        stored = await self._contacts.load(contact_id)
        while stored and stored.contact.merged_into:
            stored = await self._contacts.load(stored.contact.merged_into)
        if stored is None:
            return None
        ids = (stored.contact.id, *stored.contact.merged_from)
        number, key = after
        if number >= len(ids):
            return await self._of_quarantine(ids, key)
        rows = await self._erased.rows(ids[number], key, limit)
        items = [await self._item(ids[number], row) for row in rows]
        return items, (number, rows[-1].key) if len(rows) == limit else (number + 1, "")

    async def _item(self, contact_id: str, row: Row) -> Stored:
        kind = row.key.partition(":")[0]
        beside: Mapping[str, Any] = {}
        media = None
        if kind == CONTACT:
            beside = await self._beside_contact(decode(Contact, row.body))
        elif kind == "conversation":
            beside = await self._report(decode(Conversation, row.body))
        elif kind == "message":
            media = _address(decode(Message, row.body))
        value = json.loads(row.body)
        return Stored(
            place="contacts", contact_id=contact_id, kind=kind, key=row.key, value=value, beside=beside, media=media
        )

    async def _beside_contact(self, contact: Contact) -> Mapping[str, Any]:
        """Return what leads to a contact, and what lists and reports show of its conversation."""
        names = {name: await self._aliases.find(contact.channel_id, name) for name in names_of(contact)}
        aliases = [
            {"name": name, "contactId": found.contact_id, "erasedAt": found.erased_at and rfc3339(found.erased_at)}
            for name, found in names.items()
            if found
        ]
        conversation = contact.conversation
        if conversation is None:
            return {"aliases": aliases}
        listed = await self._conversation_lists.find(conversation.queue, conversation.id)
        inbox = {"inbox": json.loads(encode(listed))} if listed else {}
        return {"aliases": aliases, **inbox, **await self._report(conversation)}

    async def _report(self, conversation: Conversation) -> Mapping[str, Any]:
        if conversation.closure is None:
            return {}
        row = await self._closed_conversations.find(conversation.closure.at, conversation.id)
        return {"closed": json.loads(encode(row))} if row else {}

    async def _of_quarantine(self, ids: Sequence[str], after: str) -> tuple[Sequence[Stored], Place | None]:
        known = [await self._contacts.load(each) for each in ids]
        sessions = {session for each in known if each for session in sessions_of(each.contact, self._configuration)}
        found, at = await self._quarantine.of_sessions(sessions, after, self._months)
        items = [
            Stored(
                place=_QUARANTINE,
                contact_id=ids[0],
                kind=item.source,
                key=item.id,
                value={"at": rfc3339(item.at), "reasons": item.reasons, "body": item.body},
                beside={},
            )
            for item in found
        ]
        return items, (len(ids), at) if at else None


def _address(message: Message) -> str | None:
    media, name = file_in(message), message.message_id or message.reply_id
    kept = media is not None and bool(media.id or media.upload)  # else it lies at an address of others
    return f"/api/conversations/{message.conversation_id}/media/{name}" if kept and name else None
