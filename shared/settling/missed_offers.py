"""Settling: the presence of an agent who let an offer pass shows it."""

from shared.committing.committer import Committer
from shared.configuration.document import Configuration
from shared.configuration.workstreams import Distribution, MissedOfferPresence, Presence
from shared.state.agent import Agent, PresenceBy
from shared.state.agents import Agents
from shared.state.contact import Contact, MissedOffer
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.presence import with_presence
from shared.vocabulary.time import Clock


class NoteMissedOffers:
    """Sets agents who missed an offer to what their workstream says, once."""

    def __init__(self, agents: Agents, committer: Committer, configuration: Configuration, clock: Clock) -> None:
        self._agents = agents
        self._committer = committer
        self._configuration = configuration
        self._clock = clock

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Set the presences, then forget the offers."""
        missed = stored.contact.missed_offers
        if not missed:
            return stored
        for each in missed:
            await self._note(each, self._distribution_of(stored.contact))
        return await self._committer.revise(
            stored, lambda current, now: Draft.without(current, now, missed_offers=missed)
        )

    async def _note(self, missed: MissedOffer, distribution: Distribution | None) -> None:
        if distribution is None or distribution.missed_offer_presence is MissedOfferPresence.NONE:
            return
        presence = Presence(distribution.missed_offer_presence)

        def noted(agent: Agent) -> Agent:
            if not _applies(agent, missed, distribution):
                return agent
            return with_presence(agent, presence, PresenceBy.SYSTEM, self._clock.now())

        await self._agents.revise(missed.agent, noted)

    def _distribution_of(self, contact: Contact) -> Distribution | None:
        name = contact.conversation.workstream if contact.conversation else ""
        workstream = self._configuration.workstreams.get(name)
        return workstream.distribution if workstream else None


def _applies(agent: Agent, missed: MissedOffer, distribution: Distribution) -> bool:
    """Tell whether the agent has said nothing since the offer, and would be given work."""
    said_before = agent.presence_since is None or agent.presence_since < missed.offered_at
    return said_before and agent.presence in distribution.presence
