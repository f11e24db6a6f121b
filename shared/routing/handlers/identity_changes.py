"""A customer has another number or BSUID from now on: the names lead to the contact, no message is made of it."""

from datetime import datetime

from shared.committing.committer import Committer
from shared.committing.reserving import NoRoom
from shared.configuration.document import Configuration
from shared.intake.events import IdentityChange
from shared.intake.identification import Identification, Renamed
from shared.lifecycle.affinity import give_back_to
from shared.lifecycle.takeover import takeover_needs
from shared.logs import log
from shared.routing.contact_identity import with_new_names
from shared.routing.taking_over import take_over
from shared.settling.settler import Settler
from shared.settling.turn_request import found_waiting
from shared.state.contact import NoticeKind
from shared.state.contact_store import Stale, StoredContact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.revise_row import MOST_TRIES
from shared.state.team import Team, TeamNeeds
from shared.state.team_reading import ReadTeam
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.identity import conversation_id_of, ulid
from shared.vocabulary.time import Clock


class FollowIdentity:
    """Lets the new names lead to whoever had the old ones. Names are claimed before the contact is committed."""

    def __init__(
        self,
        committer: Committer,
        settler: Settler,
        identification: Identification,
        configuration: Configuration,
        read_team: ReadTeam,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._settler = settler
        self._identification = identification
        self._configuration = configuration
        self._read_team = read_team
        self._clock = clock

    async def __call__(self, event: IdentityChange) -> str | None:
        """Follow a customer to other names; the id of the conversation. Of nobody known, nothing is kept.

        Raises:
            WrittenBeforeErasure: The customer was erased since.
        """
        for _ in range(MOST_TRIES):
            renamed = (
                await self._identification.rename(event.customer, event.now, event.at) if event.now.sender else None
            )
            if renamed is None:
                log("identity.ignored", event_id=event.event_id)
                return None
            try:
                stored = await self._write(event, renamed)
            except (Stale, NoRoom):
                continue
            return (await self._settler.settle(stored)).conversation_id
        raise Unavailable("the contact that is known by another name keeps changing")

    async def _write(self, event: IdentityChange, renamed: Renamed) -> StoredContact:
        stored = renamed.owner.stored
        joined = joined_conversation(renamed)
        team = await self._read_team(takeover_needs(joined) if joined else TeamNeeds())
        draft = decide_new_names(event, renamed, joined, self._configuration, team, self._clock.now())
        if stored and draft.contact == stored.contact:
            return found_waiting(stored)
        return await self._committer.commit(stored, draft)


def joined_conversation(renamed: Renamed) -> Conversation | None:
    """Return the conversation that is under way with the same person under the name of before."""
    known = renamed.owner.stored.contact.merged_from if renamed.owner.stored else ()
    for _, former in renamed.former:
        conversation = former.contact.conversation if former.contact else None
        is_new = former.kind is NoticeKind.MERGED and former.contact_id not in known
        if is_new and conversation and not conversation.closed:
            return conversation
    return None


def decide_new_names(
    event: IdentityChange,
    renamed: Renamed,
    joined: Conversation | None,
    configuration: Configuration,
    team: Team,
    now: datetime,
) -> Draft:
    """Return the contact under its new names, going on with what the other contact of the same person had."""
    stored, contact_id = renamed.owner.stored, renamed.owner.contact_id
    at = min(event.at or now, now)
    contact = with_new_names(stored.contact if stored else None, event, contact_id, renamed.former, at)
    outgoing, surveyed = (stored.outgoing, stored.surveyed) if stored else ({}, None)
    draft = Draft(stored.contact if stored else None, contact, outgoing, now, surveyed)
    if joined:
        new_id = conversation_id_of(contact_id, ulid(now, contact_id, event.event_id))
        take_over(draft, joined, new_id, at, configuration)
        give_back_to(draft, team.agent(joined.agent), configuration)
    return draft
