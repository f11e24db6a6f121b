"""What a team knows of a contact beyond its events: a name, a language, whether messages are wanted."""

from collections.abc import Mapping
from datetime import datetime

from shared.automated_messages.opt_out import opt_out, resume
from shared.commands.checked_commit import CheckedCommit
from shared.commands.finding import load_contact
from shared.committing.committer import Committer
from shared.configuration.document import Configuration
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

    def __init__(self, committer: Committer, settler: Settler, configuration: Configuration, clock: Clock) -> None:
        self._committer = committer
        self._settler = settler
        self._configuration = configuration
        self._clock = clock

    async def update(
        self, contact_id: str, fields: Mapping[str, str | None], until: datetime, *, opted_out: bool | None = None
    ) -> Contact:
        """Change fields of a contact that exists; the contact as it is now.

        Args:
            opted_out: Whether the customer wants no more messages; None leaves that as it is.

        Raises:
            Unavailable: Storage or queue are away.
        """
        mark = Mark(key=mark_key("call", self._clock.new_id()))
        command = CheckedCommit(self._committer, self._clock, contact_id, mark)

        def decide(current: StoredContact, now: datetime) -> Draft:
            draft = Draft.of(current, now, **fields)
            if opted_out is not None and opted_out != draft.contact.opted_out:
                self._note_opt_out(draft, opted_out)
            return draft

        async def attempt() -> Contact:
            done = await command.attempt(await load_contact(self._committer.contacts, contact_id), decide)
            return (await self._settler.settle(done.stored)).contact

        return await retry_while_unavailable(attempt, self._clock, until)

    def _note_opt_out(self, draft: Draft, opted_out: bool) -> None:
        """Do what the customer's own word would have done."""
        channel = self._configuration.channel_by_id(draft.contact.channel_id)
        workstream = self._configuration.workstreams.get(channel.workstream) if channel else None
        if workstream is None:
            draft.update(opted_out=opted_out, opted_out_code=None)
        elif opted_out:
            opt_out(draft, workstream, self._configuration)
        else:
            resume(draft, workstream, self._configuration)
