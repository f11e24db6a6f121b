"""A customer's message: found whose it is, decided, committed once, settled."""

from shared.committing.committer import Committer
from shared.committing.reserving import NoRoom
from shared.configuration.channels import Channel
from shared.configuration.document import Configuration
from shared.intake.events import InboundMessage
from shared.intake.identification import Identification, Identified, Owner
from shared.logs import log
from shared.media.copying import MediaCopies
from shared.routing.inbound import Reception, decide_inbound, inbound_needs, only_a_line
from shared.rules import Rules
from shared.settling.settler import Settler
from shared.settling.turn_request import found_waiting
from shared.state.contact_store import AlreadyDone, Stale, StoredContact
from shared.state.done_mark import Mark
from shared.state.draft import Draft
from shared.state.revise_row import MOST_TRIES
from shared.state.rows import mark_key
from shared.state.team_reading import ReadTeam
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock


class TakeInbound:
    """Writes what a customer's message does. A message that was taken before is known by its mark."""

    def __init__(
        self,
        *,
        committer: Committer,
        settler: Settler,
        identification: Identification,
        configuration: Configuration,
        rules: Rules,
        read_team: ReadTeam,
        copies: MediaCopies,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._committer = committer
        self._settler = settler
        self._identification = identification
        self._configuration = configuration
        self._rules = rules
        self._read_team = read_team
        self._copies = copies
        self._clock = clock
        self._telemetry = telemetry

    async def __call__(self, event: InboundMessage, channel: Channel) -> str | None:
        """Take a message of a channel; the id of its conversation.

        Raises:
            WrittenBeforeErasure: Its customer was erased since.
        """
        mark = Mark(key=mark_key("inbound", event.message_id))
        # A warm contact saves the reads: it serves a decision that ends in a commit, which fails if it is out of date.
        warm = self._identification.warm(event.customer, event.at)
        if only_a_line(event) and not await self._has_conversation(event, warm):
            return None
        for _ in range(MOST_TRIES):
            if warm:
                found = Identified(owner=Owner(contact_id=warm.contact.id, stored=warm))
            else:
                found = await self._identification.identify(event.customer, event.event_id, event.at)
            owner = found.owner
            if owner.stored and await self._done_before_merge(owner.stored, mark):
                return await self._settle_stored(owner.contact_id)
            reception = Reception(
                event=event, channel=channel, contact_id=owner.contact_id, stored=owner.stored, former=found.former
            )
            draft = await self._decide(reception)
            await self._copies.ask_for(draft)
            try:
                committed = await self._committer.commit(owner.stored, draft, mark)
            except AlreadyDone:
                return await self._settle_stored(owner.contact_id)
            except (Stale, NoRoom):
                warm = None
            else:
                return (await self._settler.settle(committed)).conversation_id
        raise Unavailable("the contact of a message keeps changing")

    async def _decide(self, reception: Reception) -> Draft:
        now = self._clock.now()
        team = await self._read_team(inbound_needs(reception, self._configuration, self._rules, now))
        return decide_inbound(reception, self._configuration, self._rules, team, now)

    async def _has_conversation(self, event: InboundMessage, warm: StoredContact | None) -> bool:
        """Tell whether there is a history for what is only a line; else it is ignored, and a reaction counted."""
        known = [warm] if warm else await self._identification.find(event.customer, event.at)
        if any(each.contact.conversation for each in known):
            return True
        log("message.ignored", event_id=event.event_id, message_id=event.message_id, kind=event.kind)
        if not event.by_system:
            self._telemetry.record(Metric.MESSAGES_IN.of(kind=event.kind, channel=event.customer.channel_id))
        return False

    async def _done_before_merge(self, stored: StoredContact, mark: Mark) -> bool:
        """Tell whether a contact that was merged into this one has handled the message: marks do not move."""
        for merged_id in stored.contact.merged_from:
            if await self._committer.contacts.mark(merged_id, mark.key):
                return True
        return False

    async def _settle_stored(self, contact_id: str) -> str | None:
        """Settle without a commit, which would have shown that a warm contact is out of date: read first."""
        stored = await self._committer.contacts.load(contact_id)
        return (await self._settler.settle(found_waiting(stored))).conversation_id if stored else None
