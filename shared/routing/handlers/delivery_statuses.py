"""Delivery statuses: each finds the message it belongs to, in whatever order they come, and moves it forward only.

They are most of what the queue brings. One of a message that this worker sent is recorded without reading.
"""

from collections.abc import Sequence

from shared.committing.committer import Committer
from shared.intake.events import CustomerIdentity, DeliveryStatus
from shared.intake.identification import Identification
from shared.logs import log
from shared.routing.handlers.arrivals import Arrivals
from shared.sending.channel_gate import ChannelGate
from shared.sending.outcomes import apply_status
from shared.sending.template_list import TemplateLists
from shared.settling.settler import Settler
from shared.state.contact import Contact
from shared.state.contact_store import Stale, StoredContact
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, StatusRecord
from shared.state.revise_row import MOST_TRIES
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock
from shared.vocabulary.words import MessageStatus, moves_forward


class RecordStatus:
    """Records delivery statuses, and settles the contacts whose messages they are about."""

    def __init__(
        self,
        *,
        committer: Committer,
        settler: Settler,
        identification: Identification,
        arrivals: Arrivals,
        templates: TemplateLists,
        gate: ChannelGate,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._contacts = committer.contacts
        self._settler = settler
        self._identification = identification
        self._arrivals = arrivals
        self._templates = templates
        self._gate = gate
        self._clock = clock

    async def __call__(self, event: DeliveryStatus) -> str | None:
        """Record a status; the id of the conversation that it concerns. One for nobody that is known is ignored."""
        warm = self._identification.last_known_as(event.customer)
        record = warm.statuses.get(event.message_id) if warm else None
        if warm and record and event.status:
            return await self._record_warm(warm, record, event, event.status)
        return await self._find_and_record(event)

    async def _record_warm(
        self, stored: StoredContact, record: StatusRecord, event: DeliveryStatus, status: MessageStatus
    ) -> str | None:
        """Record a status of a message that this worker sent; whatever somebody wrote since shows at the commit."""
        moves = moves_forward(record.status, status)
        if moves and record.outgoing_id in stored.outgoing:
            await self._refresh_templates_after_failure(event, status)
            return (await self._settler.settle(await self._write(stored, record, event, status))).conversation_id
        # Statuses only move forward: what moves nothing here moves nothing whoever else wrote since. A repetition is
        # the repair of a settling that was cut off, so it ends here only where this worker has settled to the end.
        if not moves and stored.settled:
            return stored.conversation_id
        return await self._find_and_record(event)

    async def _find_and_record(self, event: DeliveryStatus) -> str | None:
        for _ in range(MOST_TRIES):
            found = await self._with_named(event, await self._identification.find(event.customer, event.at))
            if not found or event.status is None:
                log("status.ignored", event_id=event.event_id, message_id=event.message_id, known=bool(found))
                return None
            try:
                recorded = await self._record(event, event.status, found)
            except Stale:
                continue
            conversation_id = None
            for changed in recorded:
                conversation_id = (await self._settler.settle(changed)).conversation_id
            return conversation_id
        raise Unavailable("the contacts that a status is about keep changing")

    async def _with_named(self, event: DeliveryStatus, found: list[StoredContact]) -> list[StoredContact]:
        """Return the contacts with the one whose attempt the status names.

        The webhooks have no order: it may show the customer under a BSUID or number of which nobody has heard yet.
        """
        named = event.contact_id
        if named is None or any(named in (each.contact.id, *each.contact.merged_from) for each in found):
            return found
        stored = await self._contacts.load(named)
        while stored and (into := stored.contact.merged_into):
            stored = await self._contacts.load(into)
        is_known = stored is None or any(each.contact.id == stored.contact.id for each in found)
        of_channel = stored is not None and stored.contact.channel_id == event.customer.channel_id
        return [*found, stored] if stored and of_channel and not is_known else found

    async def pass_on(self, merged_id: str, into: Contact) -> None:
        """Record once more, at the contact that stays, what a contact kept for messages that it did not know.

        While a merge is under way, statuses that show the number alone come to the contact that was not told yet,
        also those of the other's messages.
        """
        customer = CustomerIdentity(channel_id=into.channel_id, phone=None, bsuid=into.bsuid)
        early_ones = [each for each in await self._contacts.statuses(merged_id) if each.outgoing_id is None]
        for early in early_ones:
            again = DeliveryStatus(
                event_id=merged_id,
                message_id=early.message_id,
                customer=customer,
                status=early.status,
                at=None,
                request_id=early.request_id,
                error=early.error,
            )
            await self(again)

    async def _record(
        self, event: DeliveryStatus, status: MessageStatus, contacts: Sequence[StoredContact]
    ) -> list[StoredContact]:
        """Write a status where its message is: at one of the contacts, or at one that was merged into it.

        A message that is not known yet may be on its way: its status is kept wherever its send may be recorded.

        Raises:
            Stale: The message may be known by now, or a contact is merged into another since.
        """
        await self._refresh_templates_after_failure(event, status)
        merged = [await self._contacts.load(each) for stored in contacts for each in stored.contact.merged_from]
        asked: list[tuple[StoredContact, StatusRecord | None]] = []
        for partition in (*contacts, *(each for each in merged if each)):
            record = await self._contacts.status(partition.contact.id, event.message_id)
            if record and record.outgoing_id:
                return [await self._write(partition, record, event, status)]
            asked.append((partition, record))
        for partition, record in asked:
            if attempt := await self._arrivals.attempt_named(partition, event.request_id):
                return [await self._arrivals.record(partition, attempt, _furthest(event, status, record))]
        log("status.early", event_id=event.event_id, message_id=event.message_id, status=status)
        return [await self._keep(partition, record, event, status) for partition, record in asked]

    async def _keep(
        self, stored: StoredContact, record: StatusRecord | None, event: DeliveryStatus, status: MessageStatus
    ) -> StoredContact:
        """Keep a status whose message is not known yet; whoever records the send takes it over."""
        if record and not moves_forward(record.status, status):
            return stored
        draft = Draft.of(stored, self._clock.now())
        early = _told(event, status)
        draft.record_status(early, is_new=record is None)
        return await self._committer.commit(stored, draft)

    async def _refresh_templates_after_failure(self, event: DeliveryStatus, status: MessageStatus) -> None:
        """Ask the channel for its templates before something is decided on a failure that has to do with them."""
        if status is MessageStatus.FAILED and event.error:
            await self._templates.refresh_after_refusal(event.customer.channel_id, event.error.code)

    def _note_refused_template(self, outgoing: Outgoing, record: StatusRecord, event: DeliveryStatus) -> None:
        """Keep a template that failed for what it is from being sent again."""
        if event.error and record.sent_as:
            use, sent_at = outgoing.content.template, record.sent_as.first_sent
            self._templates.note_refused(event.customer.channel_id, use, event.error.code, sent_at)

    async def _note_stopped_channel(self, outgoing: Outgoing, record: StatusRecord, event: DeliveryStatus) -> None:
        """Learn of a failure that concerns the whole channel, when it is reported for the first time."""
        if event.error and record.sent_as and moves_forward(record.status, MessageStatus.FAILED):
            channel_id, sent_at = event.customer.channel_id, record.sent_as.first_sent
            await self._gate.note_failure(channel_id, outgoing.id, event.error.code, sent_at)

    async def _write(
        self, stored: StoredContact, record: StatusRecord, event: DeliveryStatus, status: MessageStatus
    ) -> StoredContact:
        """Move a message's status forward; `record` is no older than the contact, so that its ETag speaks for both."""
        contact_id, outgoing_id = stored.contact.id, record.outgoing_id or ""
        for _ in range(MOST_TRIES):
            outgoing = stored.outgoing.get(outgoing_id) or await self._contacts.outgoing(contact_id, outgoing_id)
            if outgoing and status is MessageStatus.FAILED:
                self._note_refused_template(outgoing, record, event)
                await self._note_stopped_channel(outgoing, record, event)
            draft, context = Draft.of(stored, self._clock.now()), self._templates.context(stored.contact.channel_id)
            if outgoing is None or not apply_status(draft, record, outgoing, status, event.error, context):
                return stored
            try:
                return await self._committer.commit(stored, draft)
            except Stale:
                stored = await self._contacts.load(contact_id) or stored
                record = await self._contacts.status(contact_id, event.message_id) or record
        raise Unavailable("the contact that a status is about keeps changing")


def _told(event: DeliveryStatus, status: MessageStatus) -> StatusRecord:
    return StatusRecord(message_id=event.message_id, status=status, error=event.error, request_id=event.request_id)


def _furthest(event: DeliveryStatus, status: MessageStatus, early: StatusRecord | None) -> StatusRecord:
    """Return what is told of a message by the furthest of its statuses, this one and one that was kept."""
    return early if early and not moves_forward(early.status, status) else _told(event, status)
