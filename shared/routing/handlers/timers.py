"""The timer of a contact has fired: what is over is decided."""

from shared.committing.committer import Committer
from shared.committing.reserving import NoRoom
from shared.configuration.document import Configuration
from shared.deadlines.timer import decide_timer, team_needs
from shared.queue.messages import TimerFired
from shared.settling.settler import Settler
from shared.state.contact_store import Stale, StoredContact
from shared.state.revise_row import MOST_TRIES
from shared.state.team_reading import ReadTeam
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock, sit_out


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
        for _ in range(MOST_TRIES):
            stored = await self._committer.contacts.load(message.contact_id)
            if stored is None:
                return None
            timer = stored.contact.timer
            if timer and timer.generation == message.generation:
                await sit_out(timer.fires_at, self._clock)
            try:
                stored = await self._decide(stored, message.generation)
            except (Stale, NoRoom):
                continue  # the contact, or the agent it was to return to, has changed: read both again
            return (await self._settler.settle(stored)).conversation_id
        raise Unavailable("a contact keeps changing")

    async def _decide(self, stored: StoredContact, generation: int) -> StoredContact:
        now = self._clock.now()
        # What the decision needs besides is read after the contact: if that changes meanwhile, the commit is stale.
        team = await self._read_team(team_needs(stored.contact, generation, self._configuration, now))
        draft = decide_timer(stored, generation, self._configuration, team, now)
        return await self._committer.commit(stored, draft) if draft else stored
