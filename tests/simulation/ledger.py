"""Keeps the counts of each conversation by the table of the API's contract, beside the app, commit by commit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.outgoing import Outgoing
from shared.state.rows import CONTACT, decode, decode_erased
from shared.state.tables import Delete, Operation, Table
from shared.vocabulary.message import Message
from shared.vocabulary.words import AuthorType, ClosureReason, ConversationStatus, Direction, HeldStatus, MessageStatus
from tests.simulation.correspondence import COMMANDS

_BY_TIMERS = (
    ClosureReason.AUTO_CLOSED,
    ClosureReason.CUSTOMER_SILENT_RULE,
    ClosureReason.AGENT_SILENT_RULE,
    ClosureReason.WAITING_OVERFLOW_CLOSED,
)
_OVER = (MessageStatus.FAILED, MessageStatus.CANCELLED, MessageStatus.EXPIRED)
_ARRIVED = (MessageStatus.DELIVERED, MessageStatus.READ)


@dataclass
class _Account:
    """What one conversation should count: since when its customer waits, and which replies may have answered."""

    waiting: datetime | None = None
    kept: datetime | None = None
    answers: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Commit:
    """One transaction of a contact's partition."""

    before: Contact | None
    after: Contact
    lines: Sequence[Message]
    outgoing: Sequence[tuple[Outgoing | None, Outgoing]]

    def new_replies(self, conversation_id: str) -> list[Outgoing]:
        """What agents wrote in it that was not there before; a ping for an earlier reply is nobody's word."""
        return [
            each
            for was, each in self.outgoing
            if was is None
            and _of_agent(each)
            and each.conversation_id == conversation_id
            and not each.id.endswith("-ping")
        ]


class Ledger:
    """Watches transactions; `problems` are what is not as the table has it."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._rows: dict[str, dict[str, str]] = defaultdict(dict)
        self._accounts: dict[str, _Account] = defaultdict(_Account)

    def __call__(self, table: Table, partition: str, operations: Sequence[Operation]) -> None:
        """A transaction was written."""
        if table is not Table.CONTACTS:
            return
        rows, before = self._rows[partition], dict(self._rows[partition])
        for operation in operations:
            if isinstance(operation, Delete):
                rows.pop(operation.key, None)
            else:
                rows[operation.key] = operation.body
        changed = {each.key: each.body for each in operations if not isinstance(each, Delete)}
        body = changed.get(CONTACT)
        if body and not decode_erased(body) and not decode(Contact, body).erasing:
            self.problems += [f"{partition}: {each}" for each in self._check(_commit(before, changed, body))]

    def _check(self, commit: _Commit) -> Iterator[str]:
        contact, before = commit.after, commit.before
        now = contact.conversation
        was = before.conversation if before else None
        yield from _closed_by_timer(before, contact)
        if now is None or contact.merged_into:
            return
        same = was if was and was.id == now.id else None
        held = sum(each.draft or self._conversation_of(contact.id, each.id) == now.id for each in contact.held)
        if now.held_count != held:
            yield f"{now.id} counts {now.held_count} held, and there are {held}"
        yield from _unread(commit, same, now)
        yield from _failed(commit, same, now)
        yield from self._waiting(commit, same, now)

    def _conversation_of(self, contact_id: str, outgoing_id: str) -> str:
        return decode(Outgoing, self._rows[contact_id][f"outgoing:{outgoing_id}"]).conversation_id

    def _waiting(self, commit: _Commit, was: Conversation | None, now: Conversation) -> Iterator[str]:
        account = self._accounts[now.id]
        for line in _customers(commit, now.id):
            account.waiting = account.waiting or line.at
        for old, new in commit.outgoing:
            self._answer(account, old, new, now, commit.after)
        if now.closed or (now.status is ConversationStatus.WAITING and not (was and was.status is now.status)):
            account.waiting, account.kept, account.answers = None, None, set()
        if now.waiting_since != account.waiting:
            unclear = _said_commands(commit) or now.closed or (was and was.status is not now.status)
            if not unclear:
                yield f"{now.id} waits since {now.waiting_since}, and should since {account.waiting}"
            account.waiting = now.waiting_since
            if unclear:
                account.kept, account.answers = now.waited_since, set(now.answers)

    def _answer(
        self, account: _Account, old: Outgoing | None, new: Outgoing, now: Conversation, contact: Contact
    ) -> None:
        if not _of_agent(new) or new.conversation_id != now.id:
            return
        if old is None or new.retries > old.retries:
            if account.waiting:
                account.kept, account.answers, account.waiting = account.waiting, {new.id}, None
            elif account.kept:
                account.answers.add(new.id)
        elif new.status in _OVER and old.status not in _OVER and new.id in account.answers:
            account.answers.discard(new.id)
            if not account.answers and account.kept:
                account.waiting, account.kept = min(account.kept, account.waiting or account.kept), None
        elif new.status in _ARRIVED and old.status not in _ARRIVED and new.id in account.answers:
            account.kept, account.answers = None, set()


def _commit(before: Mapping[str, str], changed: Mapping[str, str], body: str) -> _Commit:
    found = before.get(CONTACT)
    return _Commit(
        before=decode(Contact, found) if found and not decode_erased(found) else None,
        after=decode(Contact, body),
        lines=[
            decode(Message, each) for key, each in changed.items() if key.startswith("message:") and key not in before
        ],
        outgoing=[
            (decode(Outgoing, before[key]) if key in before else None, decode(Outgoing, each))
            for key, each in changed.items()
            if key.startswith("outgoing:")
        ],
    )


def _closed_by_timer(before: Contact | None, after: Contact) -> Iterator[str]:
    was, now = before.conversation if before else None, after.conversation
    if before is None or was is None or now is None or was.id != now.id or was.closed or not now.closed:
        return
    if now.closure and now.closure.reason in _BY_TIMERS and after.held:
        yield f"{now.id} was closed ({now.closure.reason}) while {len(after.held)} replies are held"


def _customers(commit: _Commit, conversation_id: str) -> list[Message]:
    """What the customer said that somebody has to answer."""
    return [
        line
        for line in commit.lines
        if line.by_customer and line.direction is Direction.IN and line.conversation_id == conversation_id
    ]


def _said_commands(commit: _Commit) -> bool:
    return any(line.text in COMMANDS or (line.media and line.media.caption in COMMANDS) for line in commit.lines)


def _unread(commit: _Commit, was: Conversation | None, now: Conversation) -> Iterator[str]:
    known, wrote = was.unread if was else 0, len(_customers(commit, now.id))
    expected = {0} if commit.new_replies(now.id) else {known + wrote}
    if _said_commands(commit):
        expected.add(known)
    if not commit.outgoing and not wrote:
        expected |= set(range(known))  # somebody has read it
    if now.unread not in expected:
        yield f"{now.id} counts {now.unread} unread, and should {expected}"


def _failed(commit: _Commit, was: Conversation | None, now: Conversation) -> Iterator[str]:
    drafts = {each.id for each in commit.before.held if each.draft} if commit.before else set()
    failed = was.failed if was else 0
    new = commit.new_replies(now.id)
    if any(each.status is not MessageStatus.HELD or each.ping_id for each in new):
        failed = 0
    for old, each in commit.outgoing:
        if not _of_agent(each) or not (each.conversation_id == now.id or (each.id in drafts and each.held)):
            continue
        if old and each.retries > old.retries:
            failed = max(failed - 1, 0)
        elif _counts_as_failed(each) and not (old and _counts_as_failed(old)):
            failed += 1
    expected = {failed} if commit.outgoing or commit.lines else {failed, 0}
    if now.failed not in expected:
        yield f"{now.id} counts {now.failed} failed, and should {expected}"


def _counts_as_failed(outgoing: Outgoing) -> bool:
    return outgoing.status is MessageStatus.FAILED or outgoing.held is HeldStatus.EXPIRED


def _of_agent(outgoing: Outgoing) -> bool:
    return outgoing.author.type is AuthorType.AGENT
