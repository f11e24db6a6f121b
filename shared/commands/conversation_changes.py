"""What people do to conversations: decided by `shared.lifecycle`, committed once under a mark, settled."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from shared.commands.checked_commit import CheckedCommit, Done
from shared.commands.finding import MaySee, contact_of, find_conversation, not_found
from shared.committing.committer import Committer
from shared.configuration.document import Configuration
from shared.lifecycle.situation import Situation
from shared.logs import log
from shared.retry import retry_while_unavailable
from shared.settling.settler import Settler
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.done_mark import Mark
from shared.state.draft import Draft
from shared.state.rows import mark_key
from shared.state.team import NOTHING, TeamNeeds
from shared.state.team_reading import ReadTeam
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.time import Clock, milliseconds

_REPEATED_WITHIN: Final = timedelta(minutes=10)
"""So long a caller whose answer was lost may be expected to ask again."""

type Decide = Callable[[Draft, Conversation, Situation], None]
"""Changes the draft; leaves it untouched where all is so already. Raises Refused."""


@dataclass(frozen=True, slots=True)
class CallKey:
    """By which the repetition of a call is known: the key of its mark, and a hash of what it asked for."""

    mark: str
    body_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants of a conversation.

    Attributes:
        action: What it is called in the log.
        needs: What the decision has to know of the team.
        versions: Those of which the contact's has to be one; None: any will do.
        learn: Finds out what else the decision needs of the contact that it is made on; called before each attempt.
        note_id: The id of the note that it writes.
    """

    action: str
    conversation_id: str
    by: Actor
    may_see: MaySee
    decide: Decide
    needs: TeamNeeds = NOTHING
    versions: frozenset[int] | None = None
    key: CallKey | None = None
    learn: Callable[[Contact], Awaitable[None]] | None = None
    note_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A conversation as it is after a wish was carried out; `note_id` is that of the note that the first call wrote."""

    stored: StoredContact
    conversation: Conversation
    note_id: str | None


class ConversationChanges:
    """Carries out wishes."""

    def __init__(
        self,
        *,
        committer: Committer,
        settler: Settler,
        read_team: ReadTeam,
        configuration: Configuration,
        clock: Clock,
        takes_files: bool,
    ) -> None:
        self._committer = committer
        self._contacts = committer.contacts
        self._settler = settler
        self._read_team = read_team
        self._configuration = configuration
        self._clock = clock
        self._takes_files = takes_files

    async def carry_out(self, wish: Wish, until: datetime) -> Changed:
        """Change a conversation; the same key and body change it once.

        Raises:
            Refused: `conversation_not_found`, `changed_meanwhile`, `idempotency_key_reused`; what the decision says.
            Unavailable: Storage or queue are away.
        """
        started = self._clock.now()
        mark = Mark(
            key=wish.key.mark if wish.key else mark_key("call", self._clock.new_id()),
            body_hash=wish.key.body_hash if wish.key else None,
            note_id=wish.note_id,
            at=started,
        )
        command = CheckedCommit(self._committer, self._clock, contact_of(wish.conversation_id), mark)

        async def attempt() -> Changed:
            return await self._attempt(wish, command, mark)

        changed = await retry_while_unavailable(attempt, self._clock, until)
        log(
            "command",
            action=wish.action,
            conversation_id=wish.conversation_id,
            status=changed.conversation.status,
            duration_ms=milliseconds(started, self._clock.now()),
        )
        return changed

    async def _attempt(self, wish: Wish, command: CheckedCommit, mark: Mark) -> Changed:
        earlier = await command.done_before() if wish.key or command.tried else None
        may_see = _anything if earlier and self._just_done(earlier.mark) else wish.may_see
        stored, conversation = await find_conversation(self._contacts, wish.conversation_id, may_see)
        done = earlier or await self._commit(wish, command, stored, conversation)
        stored = await self._settler.settle(done.stored)
        if done.mark.body_hash != mark.body_hash:
            raise Refused(
                Code.IDEMPOTENCY_KEY_REUSED, "This Idempotency-Key was used for something else: take a new one."
            )
        current = await self._contacts.conversation(stored.contact, wish.conversation_id)
        return Changed(stored=stored, conversation=current or conversation, note_id=done.mark.note_id)

    def _just_done(self, mark: Mark) -> bool:
        """Tell whether a repetition is answered out of sight, too: the first call may have led there."""
        return mark.at is not None and self._clock.now() - mark.at <= _REPEATED_WITHIN

    async def _commit(
        self, wish: Wish, command: CheckedCommit, stored: StoredContact, conversation: Conversation
    ) -> Done:
        """Commit what the wish says of the conversation as it is; `conversation` is how it was found."""
        situation = Situation(by=wish.by, configuration=self._configuration, takes_files=self._takes_files)

        async def prepare(contact: Contact) -> None:
            nonlocal situation, conversation
            # One of the past is written under the contact's ETag as well, so that it is read after the contact.
            conversation = await self._contacts.conversation(contact, wish.conversation_id) or conversation
            situation = replace(situation, team=await self._read_team(wish.needs))
            if wish.learn:
                await wish.learn(contact)

        def decide(current: StoredContact, now: datetime) -> Draft | None:
            if not wish.may_see(conversation):
                raise not_found()
            if wish.versions is not None and current.contact.version not in wish.versions:
                raise Refused(Code.CHANGED_MEANWHILE, "The conversation has changed since it was read: read it again.")
            draft = Draft.of(current, now)
            wish.decide(draft, conversation, situation)
            return None if draft.untouched and wish.key is None else draft

        return await command.attempt(stored, decide, prepare)


def _anything(_: Conversation) -> bool:
    return True
