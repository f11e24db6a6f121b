"""Arrivals: a status that names an attempt tells that it arrived, whether or not anybody still waits to know.

Decided in `sending.in_doubt`; here the attempt is found, what it teaches of its channel and template is kept, and the
decision is written.
"""

from dataclasses import replace

from shared.committing.committer import Committer
from shared.logs import log
from shared.sending.channel_gate import ChannelGate
from shared.sending.in_doubt import apply_arrival, given_up_in_doubt
from shared.sending.template_list import TemplateLists
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.outgoing import StatusRecord, Unsent
from shared.vocabulary.identity import repeatability_id
from shared.vocabulary.time import Clock


class Arrivals:
    """Finds and records attempts of which only a status tells that they arrived."""

    def __init__(self, *, committer: Committer, templates: TemplateLists, gate: ChannelGate, clock: Clock) -> None:
        self._committer = committer
        self._contacts = committer.contacts
        self._templates = templates
        self._gate = gate
        self._clock = clock

    async def attempt_named(self, stored: StoredContact, request_id: str | None) -> Unsent | None:
        """Return the attempt of a contact's that has a request id: it is due, or nobody waits for it any more."""
        if request_id is None:
            return None
        named = (each for each in stored.contact.unsent if repeatability_id(*each.attempt_id) == request_id)
        if due := next(named, None):
            return due
        watched = await self._contacts.status(stored.contact.id, request_id)
        return watched.sent_as if watched else None

    async def record(self, stored: StoredContact, attempt: Unsent, told: StatusRecord) -> StoredContact:
        """Record that an attempt arrived of which its sender does not know, or not yet.

        Raises:
            Stale: The contact changed meanwhile.
        """
        contact = stored.contact
        outgoing = stored.outgoing.get(attempt.id) or await self._contacts.outgoing(contact.id, attempt.id)
        if outgoing is None:
            return stored
        log("status.of_attempt", outgoing_id=attempt.id, attempt=attempt.attempt, status=told.status)
        await self._gate.note_arrival(contact.channel_id, attempt.id)
        if told.error:
            use, code = outgoing.content.template, told.error.code
            self._templates.note_refused(contact.channel_id, use, code, attempt.first_sent)
            await self._gate.note_failure(contact.channel_id, attempt.id, code, attempt.first_sent)
        known = replace(stored, outgoing={**stored.outgoing, outgoing.id: outgoing})
        draft = Draft.of(known, self._clock.now())
        if given_up_in_doubt(outgoing) and (
            conversation := await self._contacts.conversation(contact, outgoing.conversation_id)
        ):
            draft.know(conversation)
        apply_arrival(draft, attempt, draft.outgoing(outgoing.id), told, self._templates.context(contact.channel_id))
        return await self._committer.commit(known, draft)
