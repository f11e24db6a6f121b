"""Sends what a contact has due, oldest first; a message that has to wait holds up the later ones."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from shared.logs import log
from shared.replies.templates import Circumstances
from shared.sending.channel import Accepted, Channel, NothingDone, Outcome, Postponed, Refusal, Shipment
from shared.sending.closed_window import apply_closed_window_policy, failed
from shared.sending.commit import Committer
from shared.sending.outcomes import apply_outcome, given_up
from shared.sending.templates import Templates
from shared.state.contact import Contact, Due, Outgoing, StatusRecord
from shared.state.contacts import Known
from shared.state.draft import Draft
from shared.telemetry import Metric, Span, Telemetry
from shared.vocabulary.identity import repeatability_id
from shared.vocabulary.message import Failure
from shared.vocabulary.time import Clock, milliseconds

type _Apply = Callable[[Draft, Due, Outgoing], None]

_OUTCOMES = {Accepted: "accepted", Refusal: "refused", Postponed: "postponed", NothingDone: "nothing_done"}
_NO_ANSWER = Failure(
    code="no_answer",
    message="The channel did not take the message for 15 minutes",
    retryable=True,
    hint="Send it again once the channel answers.",
)


class Dispatcher:
    """Brings due rows to the channel, and what became of them to the contact."""

    def __init__(
        self,
        committer: Committer,
        channel: Channel,
        templates: Templates,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._committer = committer
        self._channel = channel
        self._templates = templates
        self._clock = clock
        self._telemetry = telemetry

    async def send_due(self, known: Known) -> Known:
        """Send until nothing is due or the first row has to wait; the contact as it is afterwards.

        Raises:
            Unavailable: An outcome could not be recorded; the attempt is repeated next time.
        """
        while known.contact.unsent:
            due = known.contact.unsent[0]
            if due.not_before and due.not_before > self._clock.now():
                return known
            known = await self._advance(known, due)
            if any(each.id == due.id and each.tries > due.tries for each in known.contact.unsent):
                return known
        return known

    async def _advance(self, known: Known, due: Due) -> Known:
        """One step for the first due row: give it up, decide it again, or try to send it.

        What was never tried is not given up; what may have arrived is not decided again.
        """
        contact, now = known.contact, self._clock.now()
        if due.tries and given_up(due, now):
            return await self._revise(known, due, lambda draft, due, row: draft.end_unsent(due, _unanswered(row)))
        row = known.outgoing[due.id]
        if row.content.free_form and not due.in_doubt and not contact.window_open(now):
            await self._templates.refresh(contact.channel_id)
            around = self._templates.around(contact.channel_id)
            return await self._revise(
                known, due, lambda draft, due, row: apply_closed_window_policy(draft, due, row, around)
            )
        outcome = await self._attempt(contact, due, row)
        if isinstance(outcome, Refusal):
            await self._templates.heed(contact.channel_id, outcome.code)
        return await self._record(known, due, outcome, self._templates.around(contact.channel_id))

    async def _attempt(self, contact: Contact, due: Due, row: Outgoing) -> Outcome:
        shipment = Shipment(
            channel_id=contact.channel_id,
            to=due.to,
            content=row.content,
            request_id=repeatability_id(row.id, due.attempt),
            first_sent=due.first_sent,
        )
        with self._telemetry.span("send", row.traceparent) as span:
            started = self._clock.now()
            outcome = await self._channel.send(shipment)
            self._tell(contact, due, row, outcome, milliseconds(started, self._clock.now()), span)
        return outcome

    def _tell(self, contact: Contact, due: Due, row: Outgoing, outcome: Outcome, duration_ms: int, span: Span) -> None:
        """Say what an attempt ended in: in the log, the trace and the metrics."""
        code = getattr(outcome, "code", None)
        ids: dict[str, Any] = {"conversation_id": row.conversation_id, "outgoing_id": row.id, "attempt": due.attempt}
        message_id = outcome.message_id if isinstance(outcome, Accepted) else None
        said: dict[str, Any] = {"outcome": type(outcome).__name__, "code": code, "message_id": message_id}
        log("send", **ids, **said, duration_ms=duration_ms)
        span.note(**ids, **said)
        self._telemetry.record(Metric.SENDS.of(outcome=_OUTCOMES[type(outcome)], code=code, channel=contact.channel_id))

    async def _record(self, known: Known, due: Due, outcome: Outcome, around: Circumstances) -> Known:
        early: StatusRecord | None = None

        async def look_for_status() -> None:
            nonlocal early
            if isinstance(outcome, Accepted):
                early = await self._committer.contacts.status(known.contact.id, outcome.message_id)

        return await self._revise(
            known,
            due,
            lambda draft, due, row: apply_outcome(draft, due, row, outcome, around, early),
            look_for_status,
        )

    async def _revise(
        self, known: Known, due: Due, apply: _Apply, reread: Callable[[], Awaitable[None]] | None = None
    ) -> Known:
        """Change the due row of the same attempt, if nobody else has."""

        def decide(current: Known, now: datetime) -> Draft | None:
            same = (each for each in current.contact.unsent if (each.id, each.attempt) == (due.id, due.attempt))
            found = next(same, None)
            if found is None:
                return None
            draft = Draft.of(current, now)
            apply(draft, found, draft.row(found.id))
            return draft

        return await self._committer.revise(known, decide, reread)


def _unanswered(row: Outgoing) -> Outgoing:
    return failed(row, row.error or _NO_ANSWER)
