"""What a team knows of a contact beyond its events: a name, a language."""

from collections.abc import Mapping
from datetime import datetime

from shared.commands.checked_commit import CheckedCommit
from shared.commands.finding import load_contact
from shared.committing.committer import Committer
from shared.retry import retry_while_unavailable
from shared.settling.settler import Settler
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.done_mark import Mark
from shared.state.draft import Draft
from shared.state.rows import mark_key
from shared.vocabulary.time import Clock


class ContactChanges:
    """Carries out what the API says of contacts."""

    def __init__(self, committer: Committer, settler: Settler, clock: Clock) -> None:
        self._committer = committer
        self._settler = settler
        self._clock = clock

    async def update(self, contact_id: str, fields: Mapping[str, str | None], until: datetime) -> Contact:
        """Change fields of a contact that exists; the contact as it is now.

        Raises:
            Unavailable: Storage or queue are away.
        """
        mark = Mark(key=mark_key("call", self._clock.new_id()))
        command = CheckedCommit(self._committer, self._clock, contact_id, mark)

        def decide(current: StoredContact, now: datetime) -> Draft:
            return Draft.of(current, now, **fields)

        async def attempt() -> Contact:
            done = await command.attempt(await load_contact(self._committer.contacts, contact_id), decide)
            return (await self._settler.settle(done.stored)).contact

        return await retry_while_unavailable(attempt, self._clock, until)
