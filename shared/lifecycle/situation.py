"""What a decision that a person asks for knows besides the contact: who asks, the configuration, the team. Pure."""

from dataclasses import dataclass
from typing import Final

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Distribution, Workstream
from shared.state.conversation import Conversation
from shared.state.team import NOBODY_ASKED, Team
from shared.vocabulary.actor import Actor

_USUAL: Final = Distribution()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Who asks, and what is known."""

    by: Actor
    configuration: Configuration
    team: Team = NOBODY_ASKED

    def workstream_of(self, conversation: Conversation) -> Workstream | None:
        """Return a conversation's workstream; None when the configuration does not have it any more."""
        return self.configuration.workstreams.get(conversation.workstream)

    def distribution_of(self, conversation: Conversation) -> Distribution:
        """Return how a conversation is given to agents."""
        workstream = self.workstream_of(conversation)
        return workstream.distribution if workstream else _USUAL

    def queue_of(self, conversation: Conversation) -> str:
        """Return the queue to which a conversation goes back: its own, or where that is gone its workstream's last."""
        workstream = self.workstream_of(conversation)
        if conversation.queue in self.configuration.queues or workstream is None:
            return conversation.queue
        return workstream.route_to_queue.fallback
