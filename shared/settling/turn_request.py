"""Settling: a turn is asked for where something changed that one could act on."""

from dataclasses import replace

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Mode
from shared.queue.turn_requests import TurnRequests
from shared.state.contact_store import Contacts, StoredContact


def found_waiting(stored: StoredContact) -> StoredContact:
    """Return the contact, with a turn due if its conversation waits: whoever was to ask for one may have died."""
    conversation = stored.contact.conversation
    return replace(stored, turn_due=True) if conversation and conversation.in_line else stored


class AskForTurn:
    """Asks for a turn when somebody joined a line, or an agent's load was freed, by what was settled before."""

    def __init__(self, turns: TurnRequests, contacts: Contacts, configuration: Configuration) -> None:
        self._turns = turns
        self._contacts = contacts
        self._pushes = any(each.distribution.mode is Mode.PUSH for each in configuration.workstreams.values())

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Ask once."""
        if not stored.turn_due:
            return stored
        if self._pushes:
            await self._turns.ask()
        stored = replace(stored, turn_due=False)
        self._contacts.keep(stored)
        return stored
