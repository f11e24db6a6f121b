"""The places where a person is stored, in the order in which they are emptied: a step each.

A step is idempotent: after a crash it goes on where it was. One that has much to do does some of it, and is asked
again.
"""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Final

from shared.at_once import each_of
from shared.committing.committer import COMES_LATER, Committer
from shared.erasure.person import RETENTION, Person, names_of
from shared.media.blobs import Blobs, copies_of, uploads_of
from shared.queue.erasure_messages import EraseChanges, ForgetErasure, TellErasure
from shared.queue.messages import Buried, Check
from shared.queue.turn_requests import TurnRequests
from shared.state.agent import LoadEntry, LoadKind
from shared.state.agents import Agents
from shared.state.aliases import Alias, Aliases
from shared.state.changes import ChangeKind, Changes, LoggedChange
from shared.state.closed_conversations import ClosedConversations, MessageCounts, closed_row, counts_of
from shared.state.contact import Contact
from shared.state.contact_store import Contacts
from shared.state.conversation import Conversation
from shared.state.conversation_lists import ConversationLists
from shared.state.erased_contacts import ErasedContacts
from shared.state.holding import holding_of
from shared.state.rows import conversation_key
from shared.state.versions import HIGHEST_VERSION
from shared.vocabulary.identity import alias_of, contact_id_in, episode_of
from shared.vocabulary.time import Clock

type Step = Callable[[Person], Awaitable[bool]]
"""Empties one place; whether nothing is left there. Raises Unavailable when a dependency is away."""

NAMES_SAY_SO_FOR: Final = timedelta(days=30)
"""Well above how late an event comes: Event Grid tries for a day, its dead letters are kept for 30."""
_TOMBSTONES_STAND: Final = timedelta(minutes=15)
_SETTLING_ENDS_WITHIN: Final = timedelta(minutes=6)
"""A minute above the time that the host leaves any call."""
_MOST_PAGES: Final = 20
_FILES: Final = 100


class EraseNames:
    """The names of the person lead nowhere, and refuse what was written before."""

    def __init__(self, aliases: Aliases, committer: Committer, clock: Clock) -> None:
        self._aliases = aliases
        self._committer = committer
        self._clock = clock

    async def __call__(self, person: Person) -> bool:
        """See `Step`."""
        contacts = [each.contact for each in person.contacts]
        names = [(contact.channel_id, name) for contact in contacts for name in names_of(contact)]
        found = {name: await self._aliases.find(*name) for name in names}
        marked = [name for name, alias in found.items() if alias and _says_so(alias, person)]
        if marked:
            # Before the rows are marked, like all that brings somebody back: nobody else would clear them.
            keys = tuple(sorted({alias_of(*each) for each in marked}))
            forget = ForgetErasure(aliases=keys, erased_at=person.erasing.at)
            await self._committer.send_to_session(forget, person.id, self._clock.now() + NAMES_SAY_SO_FOR)
        for channel_id, name in marked:
            await self._aliases.erase(channel_id, name, person.ids, person.erasing.at)
        return True


def _says_so(alias: Alias, person: Person) -> bool:
    """Tell whether a name is to say that the person was erased, or does: whoever wrote meanwhile has claimed it."""
    claimed = alias.contact_id is not None and alias.erased_at == person.erasing.at
    return claimed or alias.contact_id in person.ids


class EraseFromLists:
    """No list and no line shows the person's conversations; tombstones keep late writers from bringing them back."""

    def __init__(self, conversation_lists: ConversationLists, committer: Committer, clock: Clock) -> None:
        self._conversation_lists = conversation_lists
        self._committer = committer
        self._clock = clock

    async def __call__(self, person: Person) -> bool:
        """See `Step`."""
        for contact in (each.contact for each in person.contacts):
            for queue, conversation_id in _listed(contact):
                await self._conversation_lists.erase(queue, conversation_id, self._clear_later)
        return True

    async def _clear_later(self, queue: str, conversation_id: str) -> None:
        contact_id = contact_id_in(conversation_id)
        check = Check(contact_id=contact_id, buried=Buried(queue=queue, conversation_id=conversation_id))
        at = self._clock.now() + _TOMBSTONES_STAND + COMES_LATER
        await self._committer.send_to_session(check, contact_id, at)


def _listed(contact: Contact) -> set[tuple[str, str]]:
    """Return in which queues' lists a contact may be: (queue, conversation id)."""
    current = contact.conversation
    listed = {(current.queue, current.id)} if current and not current.closed else set()
    listed |= {(each.queue, each.conversation_id) for each in contact.departures}
    return listed | {(each.queue, each.conversation_id) for each in contact.closed_with_failure}


class EraseLoads:
    """No agent has a conversation of the person's any more."""

    def __init__(self, agents: Agents, turns: TurnRequests, clock: Clock) -> None:
        self._agents = agents
        self._turns = turns
        self._clock = clock

    async def __call__(self, person: Person) -> bool:
        """See `Step`."""
        freed = False
        for contact in (each.contact for each in person.contacts):
            has = holding_of(contact.conversation)
            had = {(each.agent, each.conversation_id) for each in contact.released}
            for agent, conversation_id in had | ({(has.agent, has.conversation_id)} if has else set()):
                gone = LoadEntry(kind=LoadKind.GONE, version=HIGHEST_VERSION, queue="", at=self._clock.now())
                freed |= await self._agents.settle_entry(agent, conversation_id, gone)
        if freed:
            await self._turns.ask()
        return True


class EraseRows:
    """Nothing is left of the contacts but their own rows; the reports' rows of their conversations name nobody."""

    def __init__(self, erased: ErasedContacts, contacts: Contacts, closed_conversations: ClosedConversations) -> None:
        self._erased = erased
        self._contacts = contacts
        self._closed_conversations = closed_conversations

    async def __call__(self, person: Person) -> bool:
        """See `Step`."""
        for stored in person.contacts:
            contact = stored.contact
            await self._erased.delete_unsent(contact)
            current = contact.conversation
            if current and current.closed:
                await self._erase_closed(contact, current)
            for _ in range(_MOST_PAGES):
                # While their rows are there, they tell where the reports' rows are.
                closed = await self._erased.closed(contact.id)
                await each_of(closed, partial(self._erase_closed, contact))
                await self._erased.delete(contact.id, [conversation_key(episode_of(each.id)) for each in closed])
                if not closed and not await self._erased.delete_rows(contact.id):
                    break
            else:
                return False
        return True

    async def _erase_closed(self, contact: Contact, conversation: Conversation) -> None:
        if conversation.closure is None:
            return
        episode = episode_of(conversation.id)
        unreported, counts = episode in contact.unreported, MessageCounts()
        if unreported:
            lines = await self._contacts.history(contact.id, episode, limit=None)
            counts = counts_of(line for _, line in lines)
        row = closed_row(contact, conversation, conversation.closure, counts)
        await self._closed_conversations.erase(row, unreported=unreported)


class HaveOthersTold:
    """Other systems are told of the erasure by a message of its own: it waits for none of them."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer

    async def __call__(self, person: Person) -> bool:
        """See `Step`."""
        for contact_id in sorted(person.ids):
            tell = TellErasure(contact_id=contact_id, erased_at=person.erasing.at)
            await self._committer.send_to_session(tell, contact_id)
        return True


class EraseFiles:
    """No copy of a file that the person sent or was to be sent is left."""

    def __init__(self, blobs: Blobs | None) -> None:
        self._blobs = blobs

    async def __call__(self, person: Person) -> bool:
        """See `Step`."""
        blobs = self._blobs
        if blobs is None:
            return True
        for contact_id in sorted(person.ids):
            for prefix in (copies_of(contact_id), uploads_of(contact_id)):
                for _ in range(_MOST_PAGES):
                    names = await blobs.names(prefix, _FILES)
                    await each_of(names, blobs.delete)
                    if len(names) < _FILES:
                        break
                else:
                    return False
        return True


class EraseFromChanges:
    """What desks were told of the person is gone, and so is what they show.

    Whoever was settling when the person was marked may tell once more: what they wrote is erased a little later.
    """

    def __init__(self, changes: Changes, committer: Committer, clock: Clock) -> None:
        self._changes = changes
        self._committer = committer
        self._clock = clock

    async def __call__(self, person: Person) -> bool:
        """See `Step`."""
        # Of who was silent for so long little was told lately, and hours go by themselves; to read them takes long.
        named = person.ids if person.erasing.by != RETENTION else ()
        for contact_id in sorted(named):
            at = self._clock.now() + _SETTLING_ENDS_WITHIN
            await self._committer.send_to_session(EraseChanges(contact_id=contact_id), contact_id, at)
            await self._changes.erase(contact_id)
        for contact in (each.contact for each in person.contacts):
            for change in _gone(contact):
                await self._changes.write(change)
        return True


def _gone(contact: Contact) -> Iterator[LoggedChange]:
    """Yield what takes from desks all that they may show: what was told of an end is erased, and may not be known."""
    current, listed = contact.conversation, _listed(contact)
    for conversation_id in sorted({each for _, each in listed} | ({current.id} if current else set())):
        shown = current if current and current.id == conversation_id else None
        offer = shown.offer if shown else None
        yield LoggedChange(
            kind=ChangeKind.GONE,
            conversation_id=conversation_id,
            version=HIGHEST_VERSION,
            queue=shown.queue if shown else "",
            agent=shown.agent if shown else None,
            offered_to=offer.agent if offer else None,
            left_queues=tuple(sorted(queue for queue, each in listed if each == conversation_id)),
            left_agents=tuple(
                sorted({each.agent for each in contact.released if each.conversation_id == conversation_id})
            ),
        )
