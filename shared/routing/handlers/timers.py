"""The timer of a contact has fired: what is over is decided."""

from datetime import datetime

from shared.committing.committer import Committer
from shared.configuration.document import Configuration
from shared.deadlines.timer import decide_timer, team_needs
from shared.queue.messages import TimerFired
from shared.settling.settler import Settler
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.team import Team
from shared.state.team_reading import ReadTeam
from shared.vocabulary.time import Clock


class HandleTimer:
    """Decides the deadlines of a contact that are over, and settles it, also when there are none."""

    def __init__(
        self, committer: Committer, settler: Settler, configuration: Configuration, read_team: ReadTeam, clock: Clock
    ) -> None:
        self._committer = committer
        self._settler = settler
        self._configuration = configuration
        self._read_team = read_team
        self._clock = clock

    async def __call__(self, message: TimerFired) -> str | None:
        """See `Handler`."""
        contacts = self._committer.contacts
        stored = await contacts.load(message.contact_id)
        if stored is None:
            return None
        asked_at, team = await self._team_for(stored.contact)

        def decide(current: StoredContact, _now: datetime) -> Draft | None:
            # At the time for which the team was read: what is over since has not said yet what it has to know.
            return decide_timer(current, message.generation, self._configuration, team, asked_at)

        async def read_again() -> None:
            nonlocal asked_at, team
            if current := contacts.warm(message.contact_id):
                asked_at, team = await self._team_for(current.contact)

        return (await self._settler.settle(await self._committer.revise(stored, decide, read_again))).conversation_id

    async def _team_for(self, contact: Contact) -> tuple[datetime, Team]:
        now = self._clock.now()
        return now, await self._read_team(team_needs(contact, self._configuration, now))
