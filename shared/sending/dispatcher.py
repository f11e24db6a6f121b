"""Sends what a contact has unsent, oldest first; a message that has to wait holds up the later ones."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from shared.committing.committer import Committer
from shared.logs import log
from shared.media.uploads import upload_in
from shared.retry import retry_while_unavailable
from shared.sending.attempts import Apply, revise_attempt
from shared.sending.calls import Calls, is_under_way
from shared.sending.channel import Accepted, Channel, NothingDone, Outcome, Postponed, Refusal, Shipment
from shared.sending.channel_gate import ChannelGate
from shared.sending.closed_window import apply_closed_window_policy, failed
from shared.sending.failures import IN_DOUBT, OPTED_OUT, explain
from shared.sending.in_doubt import may_be_repeated
from shared.sending.moved import moved_on
from shared.sending.outcomes import apply_outcome, give_up
from shared.sending.pacing import pace_of
from shared.sending.pauses import given_up
from shared.sending.template_list import TemplateLists
from shared.sending.upload_addresses import (
    FILE_GONE,
    NOT_TO_BE_HAD,
    SignedAddress,
    UploadAddresses,
    needs_address,
    record_address,
)
from shared.sending.waiting import Wait, let_wait
from shared.state import outbox
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, StatusRecord, Unsent
from shared.state.session_window import window_open
from shared.telemetry import Metric, Span, Telemetry
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.identity import repeatability_id
from shared.vocabulary.message import Failure
from shared.vocabulary.time import Clock, milliseconds
from shared.vocabulary.words import AuthorType

_OUTCOMES = {Accepted: "accepted", Refusal: "refused", Postponed: "postponed", NothingDone: "nothing_done"}
_RECORDED_WITHIN = timedelta(seconds=10)
_NO_ANSWER = Failure(
    code="no_answer",
    message="The channel did not take the message for 15 minutes",
    retryable=True,
    hint="Send it again once the channel answers.",
)
_ADDRESS_OVER = Failure(
    code="address_expired",
    message="The channel did not answer for as long as the file could be fetched",
    retryable=True,
    hint="Look whether the customer has the file before you send it again.",
)


class Dispatcher:
    """Brings unsent messages to the channel, and what became of them to the contact."""

    def __init__(
        self,
        committer: Committer,
        channel: Channel,
        gate: ChannelGate,
        templates: TemplateLists,
        addresses: UploadAddresses,
        calls: Calls,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._committer = committer
        self._channel = channel
        self._gate = gate
        self._templates = templates
        self._addresses = addresses
        self._calls = calls
        self._clock = clock
        self._telemetry = telemetry

    async def send_unsent(self, stored: StoredContact) -> StoredContact:
        """Send until nothing is unsent or the first message has to wait; the contact as it is afterwards.

        Raises:
            Unavailable: An outcome could not be recorded; the attempt is repeated next time.
        """
        to_repeat = False
        while stored.contact.unsent:
            unsent = stored.contact.unsent[0]
            if unsent.not_before and unsent.not_before > self._clock.now():
                if not is_under_way(unsent):
                    return stored
                stored = await self._calls.wait(stored, unsent)
                continue
            elsewhere = await self._move_on(stored)
            if elsewhere is not stored:
                stored = elsewhere
                continue
            if wait := pace_of(stored.contact, self._clock.now()) or await self._gate.wait(stored.contact):
                stored = await self._let_wait(stored, unsent, wait)
                continue
            # It was tried and has to be repeated: the check does that, and the later ones wait, or they would overtake.
            if to_repeat:
                return stored
            stored = await self._advance(stored, unsent)
            to_repeat = any(each.id == unsent.id and each.tries > unsent.tries for each in stored.contact.unsent)
        return stored

    async def _advance(self, stored: StoredContact, unsent: Unsent) -> StoredContact:
        """Take one step for the first unsent message: give it up, decide it again, or try to send it.

        What was never tried is not given up; what may have arrived is not decided again.
        """
        contact, now = stored.contact, self._clock.now()
        outgoing = stored.outgoing[unsent.id]
        if unsent.called_at:
            return await self._calls.end(stored, unsent)
        if failure := _end_of_attempt(contact, unsent, outgoing, now):
            return await self._revise(
                stored, unsent, lambda draft, unsent, outgoing: give_up(draft, unsent, outgoing, failure)
            )
        if contact.opted_out and not outgoing.content.free_form and not unsent.may_have_arrived:
            return await self._revise(
                stored, unsent, lambda draft, unsent, outgoing: outbox.end_unsent(draft, unsent, _unwanted(outgoing))
            )
        # In doubt, WhatsApp may have taken it while the window was open: a template now could be a second message.
        if outgoing.content.free_form and not unsent.may_have_arrived and not window_open(contact, now):
            await self._templates.refresh(contact.channel_id)
            context = self._templates.context(contact.channel_id)
            return await self._revise(
                stored,
                unsent,
                lambda draft, unsent, outgoing: apply_closed_window_policy(draft, unsent, outgoing, context),
            )
        upload = upload_in(outgoing.content)
        if upload and needs_address(unsent, now):
            return await self._sign(stored, unsent, upload)
        return await self._call(stored, unsent, outgoing)

    async def _move_on(self, stored: StoredContact) -> StoredContact:
        """Take along what is unsent where the number has moved, unless its former provider may have it."""
        channel_id = stored.contact.channel_id

        def decide(current: StoredContact, now: datetime) -> Draft | None:
            def is_claimed(unsent: Unsent) -> bool:
                shipment = _shipment(current.contact, unsent, current.outgoing[unsent.id])
                return not self._channel.repeats_harmlessly(shipment)

            return moved_on(current, lambda at: self._channel.same_provider(channel_id, at, now), is_claimed, now)

        return await self._committer.revise(stored, decide)

    async def _call(self, stored: StoredContact, unsent: Unsent, outgoing: Outgoing) -> StoredContact:
        contact = stored.contact
        if wait := await self._gate.enter(contact, unsent.id):
            return await self._let_wait(stored, unsent, wait)
        shipment, record = _shipment(contact, unsent, outgoing), self._record
        send = partial(self._channel.send, shipment)
        if not self._channel.repeats_harmlessly(shipment):
            stored, is_own = await self._calls.claim(stored, unsent)
            if not is_own:
                return stored
            send, record = partial(self._calls.make, stored, unsent, send), self._record_surely
        outcome = await self._attempt(contact, unsent, outgoing, send)
        if isinstance(outcome, Refusal):
            await self._learn_of_templates(contact, unsent, outgoing, outcome.code)
        return await record(stored, unsent, outcome)

    async def _let_wait(self, stored: StoredContact, unsent: Unsent, wait: Wait) -> StoredContact:
        return await self._revise(
            stored, unsent, lambda draft, unsent, outgoing: let_wait(draft, unsent, outgoing, wait)
        )

    async def _sign(self, stored: StoredContact, unsent: Unsent, media_id: str) -> StoredContact:
        """Record where the channel can fetch an upload; end the message if nowhere, wait while that can't be told."""
        address: SignedAddress | Postponed | None
        try:
            address = await self._addresses.sign(stored.contact.id, media_id, self._clock.now())
        except Unavailable as error:
            address = Postponed(
                code=NOT_TO_BE_HAD,
                message="Blob Storage does not answer",
                retry_after=error.retry_after,
                in_doubt=False,
            )
        context = self._templates.context(stored.contact.channel_id)

        def apply(draft: Draft, unsent: Unsent, outgoing: Outgoing) -> None:
            if isinstance(address, Postponed):
                apply_outcome(draft, unsent, outgoing, address, context)
            elif address is None:
                give_up(draft, unsent, outgoing, FILE_GONE)
            elif needs_address(unsent, draft.now):
                record_address(draft, unsent, outgoing, address)

        return await self._revise(stored, unsent, apply)

    async def _learn_of_templates(self, contact: Contact, unsent: Unsent, outgoing: Outgoing, code: str) -> None:
        """Find out what a refusal, given at once or by an early status, says of the channel's templates."""
        use = outgoing.content.template
        await self._templates.refresh_after_refusal(contact.channel_id, code)
        self._templates.note_refused(contact.channel_id, use, code, unsent.first_sent)

    async def _attempt(
        self, contact: Contact, unsent: Unsent, outgoing: Outgoing, send: Callable[[], Awaitable[Outcome]]
    ) -> Outcome:
        with self._telemetry.span("send", outgoing.traceparent) as span:
            started = self._clock.now()
            outcome = await send()
            self._report(contact, unsent, outgoing, outcome, milliseconds(started, self._clock.now()), span)
        return outcome

    def _report(
        self, contact: Contact, unsent: Unsent, outgoing: Outgoing, outcome: Outcome, duration_ms: int, span: Span
    ) -> None:
        """Say what an attempt ended in: in the log, the trace and the metrics."""
        code = getattr(outcome, "code", None)
        ids: dict[str, Any] = {
            "conversation_id": outgoing.conversation_id,
            "outgoing_id": outgoing.id,
            "attempt": unsent.attempt,
        }
        message_id = outcome.message_id if isinstance(outcome, Accepted) else None
        said: dict[str, Any] = {
            "outcome": _OUTCOMES[type(outcome)],
            "code": code,
            "provider_trace": getattr(outcome, "trace_id", None),
            "message_id": message_id,
        }
        author = outgoing.author
        trigger = author.id if author.type is AuthorType.AUTOMATED else None
        log("send", **ids, **said, author=author.type, trigger=trigger, duration_ms=duration_ms)
        span.note(**ids, **said)
        self._telemetry.record(Metric.SENDS.of(outcome=said["outcome"], code=code, channel=contact.channel_id))

    async def _record_surely(self, stored: StoredContact, unsent: Unsent, outcome: Outcome) -> StoredContact:
        """Record an outcome that no repetition tells again."""
        until = self._clock.now() + _RECORDED_WITHIN
        return await retry_while_unavailable(lambda: self._record(stored, unsent, outcome), self._clock, until)

    async def _record(self, stored: StoredContact, unsent: Unsent, outcome: Outcome) -> StoredContact:
        channel_id = stored.contact.channel_id
        early: StatusRecord | None = None

        # A stale insert of the status row means that a status came first; what stands in it is taken over. Read after
        # the contact: where a status came in between, its commit has made that contact out of date.
        async def look_for_status() -> None:
            nonlocal early
            if isinstance(outcome, Accepted):
                early = await self._committer.contacts.status(stored.contact.id, outcome.message_id)
            if early and early.error:
                await self._learn_of_templates(stored.contact, unsent, stored.outgoing[unsent.id], early.error.code)

        def apply(draft: Draft, unsent: Unsent, outgoing: Outgoing) -> None:
            apply_outcome(draft, unsent, outgoing, outcome, self._templates.context(channel_id), early)

        stored = await self._revise(stored, unsent, apply, look_for_status)
        await self._gate.note_outcome(channel_id, unsent.id, outcome, unsent.first_sent)
        if early and early.error:
            await self._gate.note_failure(channel_id, unsent.id, early.error.code, unsent.first_sent)
        return stored

    async def _revise(
        self, stored: StoredContact, unsent: Unsent, apply: Apply, reread: Callable[[], Awaitable[None]] | None = None
    ) -> StoredContact:
        return await revise_attempt(self._committer, stored, unsent, apply, reread)


def _shipment(contact: Contact, unsent: Unsent, outgoing: Outgoing) -> Shipment:
    return Shipment(
        channel_id=contact.channel_id,
        contact_id=contact.id,
        to=unsent.to,
        content=outgoing.content,
        request_id=repeatability_id(*unsent.attempt_id),
        first_sent=unsent.first_sent,
        file_uri=unsent.file_uri,
    )


def _unwanted(outgoing: Outgoing) -> Outgoing:
    return failed(outgoing, explain(OPTED_OUT, ""))


def _end_of_attempt(contact: Contact, unsent: Unsent, outgoing: Outgoing, now: datetime) -> Failure | None:
    """Return why an attempt that was made without an answer is not repeated any more; None where it is."""
    if unsent.doubts and not may_be_repeated(contact, outgoing, now):
        return explain(IN_DOUBT, "")
    if unsent.tries and given_up(unsent, now):
        return explain(IN_DOUBT, "") if unsent.doubts else outgoing.error or _NO_ANSWER
    # WhatsApp may have taken it, so that only the same attempt may be made; but the file can't be fetched any more.
    if unsent.in_doubt and unsent.file_until and unsent.file_until <= now:
        return _ADDRESS_OVER
    return None
