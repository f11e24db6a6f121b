"""Replies of agents: sent, read again, taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from shared.at_once import each_of
from shared.commands.checked_commit import CheckedCommit, Done
from shared.commands.finding import MaySee, contact_of, find_conversation, not_found
from shared.commands.reply_files import ReplyFiles
from shared.commands.reply_state import ReplyState, kept, raise_for
from shared.committing.committer import Committer
from shared.configuration.document import Configuration
from shared.lifecycle.assignment import take_by_reply
from shared.lifecycle.situation import Situation
from shared.lifecycle.transitions import refuse_others
from shared.logs import log
from shared.media.uploads import file_in
from shared.replies.parts import held_of
from shared.replies.reply_decision import ReplyRequest, add_reply, decide_cancel
from shared.retry import retry_while_unavailable
from shared.sending.template_list import TemplateLists
from shared.settling.settler import Settler
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.done_mark import Mark
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, released
from shared.state.rows import encode, mark_key
from shared.state.session_window import window_open
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, Unavailable
from shared.vocabulary.identity import digest, ulid
from shared.vocabulary.time import Clock, milliseconds
from shared.vocabulary.words import AuthorType, HeldStatus

_JUST_SEEN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReplyCall:
    """What one call asks for; with a key it may be the repetition of another."""

    conversation_id: str
    request: ReplyRequest
    by: Actor
    may_see: MaySee
    has_key: bool
    mark: Mark


class Replies:
    """Carries out what the API says of replies.

    Every method raises Refused with the API's codes, and Unavailable when storage or queue are away.
    """

    def __init__(
        self,
        *,
        committer: Committer,
        settler: Settler,
        templates: TemplateLists,
        files: ReplyFiles,
        configuration: Configuration,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._contacts = committer.contacts
        self._settler = settler
        self._templates = templates
        self._files = files
        self._configuration = configuration
        self._clock = clock

    async def reply(
        self,
        conversation_id: str,
        request: ReplyRequest,
        by: Actor,
        may_see: MaySee,
        until: datetime,
        key: str | None = None,
    ) -> ReplyState:
        """Send a reply, or hold it; the same `key` and request give the same reply again.

        Raises:
            Refused: As `take_by_reply`, `add_reply` and `ReplyFiles`; `idempotency_key_reused`; and, after which the
                reply is kept, `channel_rejected`, `channel_unavailable` and `recipient_rate_limited`.
        """
        started = self._clock.now()
        call = key or self._clock.new_id()
        mark = Mark(
            key=mark_key("reply", conversation_id, call),
            reply_id=ulid(started, conversation_id, call),
            body_hash=digest(encode(request)),
        )
        asked = _ReplyCall(
            conversation_id=conversation_id,
            request=request,
            by=by,
            may_see=may_see,
            has_key=key is not None,
            mark=mark,
        )
        state, repeated = await self._carry_out(asked, until)
        log(
            "reply",
            conversation_id=conversation_id,
            outgoing_id=state.outgoing.id,
            message_id=state.acting.message_id,
            status=state.acting.status,
            held=state.words.held,
            duration_ms=milliseconds(started, self._clock.now()),
        )
        raise_for(state, self._clock.now(), repeated=repeated)
        return state

    async def _carry_out(self, asked: _ReplyCall, until: datetime) -> tuple[ReplyState, bool]:
        """Commit the reply and settle; how it stands then, and whether it was committed before."""
        command = CheckedCommit(self._committer, self._clock, contact_of(asked.conversation_id), asked.mark)
        done: Done | None = None

        async def attempt() -> ReplyState:
            nonlocal done
            done = await self._commit(asked, command)
            stored = await self._settler.settle(done.stored)
            if done.mark.body_hash != asked.mark.body_hash:
                raise Refused(
                    Code.IDEMPOTENCY_KEY_REUSED, "This Idempotency-Key was used for another reply: take a new one."
                )
            return await self.state_of(stored, asked.conversation_id, done.mark.reply_id or "")

        try:
            state = await retry_while_unavailable(attempt, self._clock, until)
        except Unavailable as error:
            if done and done.mark.reply_id:
                raise kept(done.mark.reply_id, done.stored.contact, error) from error
            raise
        return state, bool(done and done.repeated)

    async def _commit(self, asked: _ReplyCall, command: CheckedCommit) -> Done:
        """Commit the reply, or find it committed: without reading, if the worker has just seen the contact.

        A repetition is told by the mark that is there already. No commit shows then whether the copy is out of date,
        nor where the reply would be refused: both are answered by what is stored. A file would be looked at twice then.
        """
        if (warm := self._just_seen(asked.conversation_id)) and not file_in(asked.request.content):
            try:
                done = await self._attempt(asked, command, warm)
            except Refused:
                pass
            else:
                if not done.repeated:
                    return done
        stored, _ = await find_conversation(self._contacts, asked.conversation_id, asked.may_see)
        if asked.has_key and (earlier := await command.done_before()):
            return earlier
        return await self._attempt(asked, command, stored)

    def _just_seen(self, conversation_id: str) -> StoredContact | None:
        """Return the contact, if this worker took part in the conversation within the last seconds.

        Where each function has a process of its own, `route` has changed an older copy since: its commit would fail,
        which costs more than to read.
        """
        warm = self._contacts.warm(contact_of(conversation_id))
        conversation = warm.contact.conversation if warm else None
        if conversation is None or conversation.id != conversation_id:
            return None
        return warm if self._clock.now() - conversation.last_message_at <= _JUST_SEEN else None

    async def _attempt(self, asked: _ReplyCall, command: CheckedCommit, stored: StoredContact) -> Done:
        """Commit what the reply does, once it is known which templates it could need, and its file is looked at."""
        request = asked.request

        async def prepare(contact: Contact) -> None:
            nonlocal request
            await self._know_templates(request, contact)
            if request is asked.request:
                context = self._templates.context(contact.channel_id)
                request = await self._files.looked_at(request, contact.id, context)

        def decide(current: StoredContact, now: datetime) -> Draft:
            conversation = current.contact.conversation
            if conversation and conversation.id == asked.conversation_id and not asked.may_see(conversation):
                raise not_found()
            reply_id, context = asked.mark.reply_id or "", self._templates.context(current.contact.channel_id)
            draft = Draft.of(current, now)
            take_by_reply(draft, asked.conversation_id, self._situation(asked.by))
            add_reply(draft, request, asked.by, reply_id, context)
            return draft

        return await command.attempt(stored, decide, prepare)

    async def get(self, conversation_id: str, reply_id: str, may_see: MaySee) -> ReplyState:
        """Return a reply as it stands; reads once."""
        stored, _ = await find_conversation(self._contacts, conversation_id, may_see)
        return await self.state_of(stored, conversation_id, reply_id)

    async def cancel(
        self, conversation_id: str, reply_id: str, by: Actor, may_see: MaySee, until: datetime
    ) -> ReplyState:
        """Take a held reply back; a draft is the current conversation's, whichever is named.

        Raises:
            Refused: `not_assigned_to_you`; `reply_already_sent`, also when it is on its way.
        """
        mark = Mark(key=mark_key("call", self._clock.new_id()))
        command = CheckedCommit(self._committer, self._clock, contact_of(conversation_id), mark)

        async def attempt() -> ReplyState:
            stored, conversation = await find_conversation(self._contacts, conversation_id, may_see)
            is_draft = any(each.draft for each in held_of(stored.contact, reply_id))
            refuse_others((is_draft and stored.contact.conversation) or conversation, by)
            state = await self.state_of(stored, conversation_id, reply_id)
            if not state.taken_back:
                stored = (await command.attempt(stored, lambda current, now: _cancel(current, reply_id, now))).stored
            stored = await self._settler.settle(stored)  # also where a call before this one was cut off
            return await self.state_of(stored, conversation_id, reply_id)

        return await retry_while_unavailable(attempt, self._clock, until)

    def _situation(self, by: Actor) -> Situation:
        return Situation(by=by, configuration=self._configuration)

    async def _know_templates(self, request: ReplyRequest, contact: Contact) -> None:
        """Ask the channel for its templates where the reply may need one."""
        conversation = contact.conversation
        workstream = self._configuration.workstreams.get(conversation.workstream) if conversation else None
        margin = workstream.replies.margin if workstream else timedelta(0)
        if not request.content.free_form or not window_open(contact, self._clock.now(), margin):
            await self._templates.refresh(contact.channel_id)

    async def state_of(self, stored: StoredContact, conversation_id: str, reply_id: str) -> ReplyState:
        """Return a reply as it stands, of a contact that was just read or settled.

        Raises:
            Refused: `not_found`.
        """
        contact = stored.contact
        outgoing = await self._outgoing(stored, reply_id)
        if outgoing is None or not _belongs(outgoing, contact, conversation_id):
            raise Refused(Code.NOT_FOUND, "There is no such reply.")
        others = await each_of(outgoing.parts, partial(self._outgoing, stored))
        parts = (outgoing, *filter(None, others))
        ping_id = next((part.ping_id for part in parts if part.ping_id), None)
        ping = await self._outgoing(stored, ping_id) if ping_id else None
        ids = {each.id for each in (*parts, ping) if each}
        first = stored.outgoing.get(contact.unsent[0].id) if contact.unsent else None
        return ReplyState(
            stored=stored,
            outgoing=outgoing,
            parts=parts,
            ping=ping,
            waits=next((each for each in contact.unsent if each.id in ids), None),
            obstacle=first.error if first else None,
        )

    async def _outgoing(self, stored: StoredContact, outgoing_id: str) -> Outgoing | None:
        """Return a message as it stands; one that was released may say `held` in its own row still."""
        contact = stored.contact
        outgoing = stored.outgoing.get(outgoing_id) or await self._contacts.outgoing(contact.id, outgoing_id)
        is_unsent = any(each.id == outgoing_id for each in contact.unsent)
        return released(outgoing) if outgoing and outgoing.held is HeldStatus.HELD and is_unsent else outgoing


def _belongs(outgoing: Outgoing, contact: Contact, conversation_id: str) -> bool:
    """Tell whether a reply is one of a conversation; what was held earlier is also the current one's to decide on."""
    current = contact.conversation
    handed_over = outgoing.held is not None and current is not None and current.id == conversation_id
    return outgoing.author.type is AuthorType.AGENT and (outgoing.conversation_id == conversation_id or handed_over)


def _cancel(stored: StoredContact, reply_id: str, now: datetime) -> Draft:
    draft = decide_cancel(stored, reply_id, now)
    if draft is None:
        raise Refused(Code.REPLY_ALREADY_SENT, "The reply is not held any more.")
    return draft
