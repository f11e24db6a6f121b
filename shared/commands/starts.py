"""Conversations that the team begins: with somebody who may be known, or may write at the same moment.

The name is claimed before the contact is committed, as for a customer's message: whoever loses the claim, or finds that
the contact has a conversation by now, decides again on what is there.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.commands.agent_replies import Replies
from shared.commands.checked_commit import CheckedCommit
from shared.commands.finding import MaySee
from shared.commands.reply_files import ReplyFiles
from shared.commands.reply_state import ReplyState, kept, raise_for
from shared.committing.committer import Committer
from shared.configuration.channels import Channel
from shared.configuration.document import Configuration
from shared.configuration.workstreams import WhenWindowClosed
from shared.intake.events import CustomerIdentity
from shared.intake.identification import Identification
from shared.lifecycle.situation import Situation, agent_to_have_it, refuse_one_more_aside
from shared.lifecycle.starting import start
from shared.lifecycle.transitions import Action, allowed
from shared.logs import log
from shared.replies.drafts import hand_over_held
from shared.replies.reply_decision import ReplyRequest, add_reply
from shared.retry import retry_while_unavailable
from shared.sending.template_list import TemplateLists
from shared.settling.settler import Settler
from shared.state.contact import Contact
from shared.state.contact_store import AlreadyDone, Stale, StoredContact
from shared.state.conversation import Conversation
from shared.state.done_mark import Mark
from shared.state.draft import Draft
from shared.state.revise_row import MOST_TRIES
from shared.state.rows import encode, mark_key
from shared.state.team import Team, TeamNeeds
from shared.state.team_reading import ReadTeam
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, Unavailable
from shared.vocabulary.identity import contact_id_of, conversation_id_of, digest, session_of, ulid
from shared.vocabulary.time import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """A conversation as it is asked for.

    Attributes:
        to: The customer's number or BSUID.
        queue, agent: Where it waits, and whose it is then, if it is not joined to one that goes on.
        key: By which a repetition of the caller's is known.
    """

    channel: Channel
    to: CustomerIdentity
    queue: str
    agent: str | None
    reply: ReplyRequest
    by: Actor
    may_see: MaySee
    key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A conversation with the reply that it was asked for with; `joined` if it was there before."""

    conversation: Conversation
    state: ReplyState
    joined: bool


class Starts:
    """Begins conversations, or joins those that go on."""

    def __init__(
        self,
        *,
        committer: Committer,
        settler: Settler,
        replies: Replies,
        identification: Identification,
        templates: TemplateLists,
        files: ReplyFiles,
        read_team: ReadTeam,
        configuration: Configuration,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._contacts = committer.contacts
        self._settler = settler
        self._replies = replies
        self._identification = identification
        self._templates = templates
        self._files = files
        self._read_team = read_team
        self._configuration = configuration
        self._clock = clock

    async def start(self, asked: StartRequest, until: datetime) -> Started:
        """Begin a conversation with a reply; the same key and request begin it once.

        Raises:
            Refused: `contact_busy`, `window_closed`, `opted_out`, `agent_full`, `agent_not_available`,
                `invalid_request`, `idempotency_key_reused`; what is said of replies.
            Unavailable: Storage or queue are away.
        """
        call = f"{asked.by.id.lower()}/{asked.key}" if asked.key else self._clock.new_id()
        started_at = self._clock.now()

        async def attempt() -> Started:
            return await self._attempt(asked, call, started_at, until)

        return await retry_while_unavailable(attempt, self._clock, until)

    async def _attempt(self, asked: StartRequest, call: str, started_at: datetime, until: datetime) -> Started:
        for _ in range(MOST_TRIES):
            found = next(iter(await self._identification.find(asked.to)), None)
            if found and (earlier := await self._done_before(found, asked, call)):
                return earlier
            current = found.contact.conversation if found else None
            if found and current and (not current.closed or await self._joined_before(found, current, call)):
                done = await self._join(found.contact, current, asked, call, until)
            else:
                done = await self._begin(found, asked, call, started_at)
            if done:
                return done
        raise Unavailable("the contact of a conversation that starts keeps changing")

    async def _join(
        self, contact: Contact, conversation: Conversation, asked: StartRequest, call: str, until: datetime
    ) -> Started | None:
        """Reply in the conversation that goes on; whoever may not hears that there is one, and nothing of it.

        None where it has been closed meanwhile.
        """
        situation = Situation(by=asked.by, configuration=self._configuration)
        may_reply = Action.REPLY in allowed(contact, conversation, situation, self._clock.now())
        sees = asked.may_see(conversation)
        if not conversation.closed and not (sees and (may_reply or contact.opted_out)):
            raise Refused(Code.CONTACT_BUSY, "Somebody else has a conversation with this contact.")
        try:
            state = await self._replies.reply(conversation.id, asked.reply, asked.by, asked.may_see, until, call)
        except Refused as refused:
            if refused.code is Code.CONVERSATION_CLOSED and not conversation.closed:
                return None
            raise
        return Started(conversation=await self._conversation(state, conversation.id), state=state, joined=True)

    async def _joined_before(self, stored: StoredContact, conversation: Conversation, call: str) -> bool:
        """Tell whether this call has replied in a conversation that is closed by now."""
        mark = await self._contacts.mark(stored.contact.id, mark_key("reply", conversation.id, call))
        return mark is not None

    async def _done_before(self, stored: StoredContact, asked: StartRequest, call: str) -> Started | None:
        """Return what this call has begun before, or an attempt of it whose answer was lost.

        It may have been with a contact that was merged into this one since: marks do not move.
        """
        for contact_id in (stored.contact.id, *stored.contact.merged_from):
            mark = await self._contacts.mark(contact_id, _mark_of(call))
            begun = await self._contacts.load(contact_id) if mark else None
            if mark is None or begun is None:
                continue
            if mark.body_hash != _hash_of(asked):
                raise Refused(
                    Code.IDEMPOTENCY_KEY_REUSED,
                    "This Idempotency-Key was used for another conversation: take a new one.",
                )
            return await self._settled(begun, mark, repeated=True)
        return None

    async def _begin(
        self, found: StoredContact | None, asked: StartRequest, call: str, started_at: datetime
    ) -> Started | None:
        """Commit a new conversation and settle; None where somebody else was first, so that it is decided again."""
        contact = (
            found.contact if found else _new_contact(asked, contact_id_of(asked.to.channel_id, asked.to.sender, call))
        )
        team = await self._read_team(TeamNeeds(agents=frozenset({asked.agent} if asked.agent else ())))
        await self._templates.refresh(contact.channel_id)
        reply_id = ulid(started_at, asked.to.sender, call)
        mark = Mark(key=_mark_of(call), reply_id=reply_id, body_hash=_hash_of(asked), at=started_at)
        context = self._templates.context(contact.channel_id)
        asked = replace(asked, reply=await self._files.looked_at(asked.reply, contact.id, context))
        draft = self._decide(found, contact, asked, team, reply_id)
        if found is None:  # what is refused claims no name
            owner = (await self._identification.identify(asked.to, call)).owner
            if owner.stored:
                return None
            contact = _new_contact(asked, owner.contact_id)
            draft = self._decide(found, contact, asked, team, reply_id)
        await CheckedCommit(self._committer, self._clock, contact.id, mark).send_check(contact)
        try:
            stored = await self._committer.commit(found, draft, mark)
        except (Stale, AlreadyDone):
            return None
        return await self._settled(stored, mark, repeated=False)

    def _decide(
        self, found: StoredContact | None, contact: Contact, asked: StartRequest, team: Team, reply_id: str
    ) -> Draft:
        now = self._clock.now()
        draft = Draft.of(found, now) if found else Draft(None, contact, {}, now)
        situation = Situation(by=asked.by, configuration=self._configuration, team=team)
        conversation_id = conversation_id_of(contact.id, reply_id)
        agent = agent_to_have_it(situation, asked.agent) if asked.agent else None
        refuse_one_more_aside(agent, conversation_id)
        former = draft.contact.conversation
        start(
            draft,
            conversation_id=conversation_id,
            workstream=asked.channel.workstream,
            queue=asked.queue,
            agent=agent.id if agent else None,
            configuration=self._configuration.version_hash,
        )
        hand_over_held(draft, former, self._configuration)
        # Words that would wait for the customer begin nothing: only a template can ask them to write.
        request = replace(asked.reply, when_closed=WhenWindowClosed.REJECT)
        try:
            add_reply(draft, request, asked.by, reply_id, self._templates.context(contact.channel_id))
        except Refused as refused:
            if refused.code is not Code.WINDOW_CLOSED:
                raise
            detail = "The customer has not written within 24 hours: only a template begins a conversation then."
            raise Refused(refused.code, detail, extra=refused.extra) from None
        return draft

    async def _settled(self, stored: StoredContact, mark: Mark, *, repeated: bool) -> Started:
        reply_id = mark.reply_id or ""
        try:
            stored = await self._settler.settle(stored)
        except Unavailable as error:
            raise kept(reply_id, stored.contact, error) from error
        state = await self._replies.state_of(stored, conversation_id_of(stored.contact.id, reply_id), reply_id)
        conversation = await self._conversation(state, state.outgoing.conversation_id)
        log(
            "start",
            conversation_id=conversation.id,
            outgoing_id=state.outgoing.id,
            status=state.acting.status,
            repeated=repeated,
        )
        raise_for(state, self._clock.now(), repeated=repeated)
        return Started(conversation=conversation, state=state, joined=False)

    async def _conversation(self, state: ReplyState, conversation_id: str) -> Conversation:
        conversation = await self._contacts.conversation(state.contact, conversation_id)
        if conversation is None:
            raise Unavailable("a conversation that was just begun could not be read")
        return conversation


def _new_contact(asked: StartRequest, contact_id: str) -> Contact:
    to = asked.to
    return Contact(
        id=contact_id,
        channel_id=to.channel_id,
        session_id=session_of(to.channel_id, to.sender),
        phone=to.phone,
        bsuid=to.bsuid,
    )


def _mark_of(call: str) -> str:
    return mark_key("start", call)


def _hash_of(asked: StartRequest) -> str:
    return digest(encode(asked.reply), asked.queue, asked.agent or "")
