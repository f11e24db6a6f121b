"""Settling: the desks are told what changed."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.state.changes import ChangeKind, Changes, LoggedChange
from shared.state.contact import ClosedWithFailure, Contact, Departure, Released
from shared.state.contact_store import Contacts, StoredContact
from shared.state.conversation import Conversation
from shared.state.line_changes import lines_changed_since
from shared.state.list_row import row_of
from shared.vocabulary.identity import conversation_id_of, episode_of

_REMEMBERED: Final = 5_000

type _Moved = Departure | Released | ClosedWithFailure


@dataclass(frozen=True, slots=True)
class _Told:
    """What this worker has told of a contact; `moved`: what left a list or an agent, or is shown after its end."""

    version: int = 0
    revision: int = 0
    moved: frozenset[_Moved] = frozenset()


class TellDesks:
    """Logs what lists and histories show differently: one row a settling, of most contacts.

    A worker may die between a list's row and this. So whoever does not know that the desks were told tells them.
    """

    def __init__(self, changes: Changes, contacts: Contacts) -> None:
        self._changes = changes
        self._contacts = contacts
        self._told: OrderedDict[str, _Told] = OrderedDict()

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Tell what this worker has not told."""
        contact = stored.contact
        told = self._told.get(contact.id, _Told())
        if contact.revision > told.revision:
            await self._tell(contact, told)
            self._remember(contact)
        return stored

    async def before_sending(self, stored: StoredContact) -> StoredContact:
        """Tell at once what needs no sending; the rest is told with what became of it."""
        return stored if stored.contact.unsent else await self(stored)

    async def _tell(self, contact: Contact, told: _Told) -> None:
        lines, moved = lines_changed_since(contact, told.revision), _moved(contact) - told.moved
        for conversation_id, is_shown in _concerned(contact, told, lines, moved).items():
            conversation = await self._contacts.conversation(contact, conversation_id)
            if conversation:
                lines_from = lines.get(episode_of(conversation_id))
                await self._changes.write(_change(contact, conversation, lines_from, moved, is_shown=is_shown))

    def _remember(self, contact: Contact) -> None:
        self._told[contact.id] = _Told(contact.version, contact.revision, _moved(contact))
        self._told.move_to_end(contact.id)
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)


def _concerned(
    contact: Contact, told: _Told, lines: Mapping[str, datetime], moved: Iterable[_Moved]
) -> dict[str, bool]:
    """Return the conversations to tell of, and whether lists may show them differently."""
    concerned = {conversation_id_of(contact.id, episode): False for episode in lines}
    if contact.version > told.version:
        current = (contact.conversation.id,) if contact.conversation else ()
        elsewhere = {each.conversation_id for each in moved if not isinstance(each, Released)}
        concerned |= dict.fromkeys((*sorted(elsewhere), *current), True)
    return concerned


def _moved(contact: Contact) -> frozenset[_Moved]:
    return frozenset((*contact.departures, *contact.released, *contact.closed_with_failure))


def _change(
    contact: Contact,
    conversation: Conversation,
    lines_from: datetime | None,
    moved: Iterable[_Moved],
    *,
    is_shown: bool,
) -> LoggedChange:
    offer = conversation.offer
    here = [each for each in moved if each.conversation_id == conversation.id]
    return LoggedChange(
        kind=ChangeKind.ROW if is_shown else ChangeKind.THREAD,
        conversation_id=conversation.id,
        version=contact.version,
        revision=contact.revision,
        queue=conversation.queue,
        agent=conversation.agent,
        offered_to=offer.agent if offer else None,
        left_queues=tuple(sorted({each.queue for each in here if isinstance(each, Departure)})),
        left_agents=tuple(sorted({each.agent for each in here if isinstance(each, Released)})),
        row=row_of(contact, conversation) if is_shown else None,
        lines_from=lines_from,
        committed_at=contact.committed_at,
    )
