"""The deadline of an offer: an agent who does not answer lets it pass. Pure."""

from datetime import datetime

from shared.configuration.document import Configuration
from shared.configuration.workstreams import MissedOfferPresence, Presence
from shared.lifecycle import moves
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state.contact import Contact, MissedOffer
from shared.state.draft import Draft
from shared.state.team import Team, TeamNeeds


def offer_ends_at(contact: Contact, _configuration: Configuration) -> datetime | None:
    """Return until when the agent may take the conversation that is offered."""
    offer = contact.conversation.offer if contact.conversation else None
    return offer.expires_at if offer else None


def offer_needs(contact: Contact, _configuration: Configuration) -> TeamNeeds:
    """Ask for the agent to whom it is offered."""
    offer = contact.conversation.offer if contact.conversation else None
    return TeamNeeds(agents=frozenset((offer.agent,)) if offer else frozenset())


def end_missed_offer(draft: Draft, configuration: Configuration, team: Team) -> None:
    """Put the conversation back in line, and note that the agent's presence is to show the missed offer.

    Going offline ends offers without a decline; whoever was to see to it may have died before.
    """
    conversation = draft.contact.conversation
    offer = conversation.offer if conversation else None
    if conversation is None or offer is None:
        return
    workstream = configuration.workstreams.get(conversation.workstream)
    agent = team.agent(offer.agent)
    name = agent.name if agent else offer.agent
    if agent and (agent.presence is Presence.OFFLINE or not agent.active):
        moves.end_offer(draft, declined=False)
        add_system_line(draft, Line.OFFER_WITHDRAWN, workstream, agent=name)
        return
    moves.end_offer(draft, declined=True)
    add_system_line(draft, Line.OFFER_MISSED, workstream, agent=name)
    if workstream and workstream.distribution.missed_offer_presence is not MissedOfferPresence.NONE:
        missed = MissedOffer(agent=offer.agent, offered_at=offer.at)
        draft.update(missed_offers=(*draft.contact.missed_offers, missed))
