"""What a customer tells WhatsApp itself of a business's messages: no more of them, or again."""

from datetime import datetime

from shared.automated_messages.opt_out import lift_opt_out, mark_opted_out
from shared.committing.committer import Committer
from shared.configuration.channels import Channel
from shared.configuration.document import Configuration
from shared.configuration.workstreams import Workstream
from shared.intake.events import PreferenceChange
from shared.intake.identification import Identification
from shared.logs import log
from shared.routing.revising import revise_and_settle
from shared.sending.failures import OPTED_OUT
from shared.settling.settler import Settler
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft


class HeedPreference:
    """Marks the customer as opted out, as WhatsApp's refusal of a message does, or takes that back.

    Of whoever is no contact nothing is kept: WhatsApp itself refuses what the customer does not want.
    """

    def __init__(
        self,
        committer: Committer,
        settler: Settler,
        identification: Identification,
        configuration: Configuration,
    ) -> None:
        self._committer = committer
        self._settler = settler
        self._identification = identification
        self._configuration = configuration

    async def __call__(self, event: PreferenceChange, channel: Channel) -> str | None:
        """Heed a wish; the id of the conversation of whoever it is.

        Raises:
            WrittenBeforeErasure: The customer was erased since.
        """
        stops = event.stops
        found = await self._identification.find(event.customer, event.at) if stops is not None else []
        if stops is None or not found:
            log("preference.ignored", event_id=event.event_id, known=bool(found))
            return None
        workstream = self._configuration.workstreams[channel.workstream]
        conversation_id = None
        for stored in found:
            conversation_id = await revise_and_settle(
                self._committer,
                self._settler,
                stored.contact.id,
                lambda current, now: decide_preference(current, workstream, now, stops=stops, at=event.at or now),
            )
        return conversation_id


def decide_preference(
    stored: StoredContact, workstream: Workstream, now: datetime, *, stops: bool, at: datetime
) -> Draft | None:
    """Return the contact after a wish; None when a newer one is known, or the same.

    An opt-out that the customer gave in words is not WhatsApp's to take back.
    """
    contact = stored.contact
    if contact.preference_at and at <= contact.preference_at:
        return None
    draft = Draft.of(stored, now, preference_at=at)
    if stops:
        mark_opted_out(draft, workstream, OPTED_OUT)
    elif contact.opted_out_code:
        lift_opt_out(draft, workstream)
    return draft
