"""Tells what happens on a stack from what its parts log: the app by ids only, the phones by masked numbers. Pure.

In: the records of the log; those of two parts may come in any order. Out: events. What belongs together is one event,
told when it has come to its end or is overdue: a customer's message with the greeting that it brings, a reply with its
delivery. Errors are told at once and in full.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dev.stack.terminal.events import Event, Tone
from dev.stack.terminal.troubles import trouble

_PATIENCE = timedelta(seconds=2)
_SAY_AGAIN = timedelta(seconds=10)
_MOST_KEPT = 5_000
_SETTLED = ("delivered", "read", "failed")
_NOBODY = "a customer"

type _Record = Mapping[str, Any]


@dataclass(slots=True, kw_only=True, eq=False)
class _Message:
    """A message to or from a customer, as far as it is known; `label` is what a person calls it."""

    id: str
    phone: str = ""
    label: str = ""
    status: str = ""
    why: str = ""
    conversation: str = ""
    began: datetime | None = None
    moved: datetime | None = None
    told: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class _Turn:
    """Something that happens with a conversation, until the app has finished and its messages have arrived.

    Attributes:
        written: What the customer wrote, if that is what happens.
        finished: When the app had done its part.
        ending: What is added to the messages, such as that the reply is held.
    """

    began: datetime
    conversation: str = ""
    written: _Message | None = None
    finished: datetime | None = None
    sent: list[_Message] = field(default_factory=list)
    ending: str = ""
    tone: Tone = Tone.WELL
    overdue: bool = False


class Narrator:
    """Takes records, and tells events."""

    def __init__(self) -> None:
        self._messages = _Bounded[_Message]()
        self._queues = _Bounded[str]()
        self._phones = _Bounded[str]()
        self._turns: list[_Turn] = []
        self._unclaimed: dict[str, list[_Message]] = {}
        self._refused: dict[str, datetime] = {}

    def take(self, record: _Record) -> list[Event]:
        """Take one record of the log; the events that can be told now."""
        at = datetime.fromisoformat(record["at"])
        events = list(self._events(record, at))
        return events + [self._tell(turn) for turn in self._ended()]

    def overdue(self, now: datetime) -> list[Event]:
        """The events that can't be waited for any longer."""
        for conversation, sent in list(self._unclaimed.items()):
            if all(message.began and message.began < now - _PATIENCE for message in sent):
                self._turn_of_sent(conversation, now)
        late = [turn for turn in self._turns if turn.began < now - _PATIENCE and not turn.overdue]
        for turn in late:
            turn.overdue = True
        unstored = [turn for turn in late if turn.written and not turn.finished]
        told = [self._unstored(turn, now) for turn in unstored]
        return told + [self._tell(turn) for turn in self._ended()]

    def _events(self, record: _Record, at: datetime) -> Iterator[Event]:
        match record:
            case {"part": "phone", "direction": "in"}:
                self._customer_wrote(record, at)
            case {"part": "phone"}:
                yield from self._message_moved(record, at)
            case {"step": "conversation", "conversation_id": conversation, "queue": queue}:
                self._queues[conversation] = queue
            case {"step": "send", "outcome": "Accepted"}:
                self._accepted(record, at)
            case {"step": "send", "outcome": outcome}:
                yield self._not_accepted(record, outcome, at)
            case {"step": "route"}:
                self._routed(record, at)
            case {"step": "reply"}:
                self._replied(record, at)
            case {"step": "ingest", "outcome": "quarantined"}:
                yield self._quarantined(record, at)
            case {"step": "api", "status": int(status)} if status >= 400:
                yield from self._api_refused(f"{record['method']} {record['route']}: {status}", record, at)
            case {"level": "WARNING" | "ERROR" | "CRITICAL"}:
                yield trouble(record, at)

    def _message(self, message_id: str) -> _Message:
        if message_id not in self._messages:
            self._messages[message_id] = _Message(id=message_id)
        return self._messages[message_id]

    def _customer_wrote(self, record: _Record, at: datetime) -> None:
        message = self._message(record["message_id"])
        message.phone = record["phone"]
        message.label = "" if record["kind"] == "text" else f"{record['kind']} "
        turn = next((turn for turn in self._turns if turn.written is message), None)
        if turn:
            turn.began = min(turn.began, at)
        elif not message.began:
            self._turns.append(_Turn(began=at, written=message))
        message.began = message.began or at

    def _message_moved(self, record: _Record, at: datetime) -> Iterator[Event]:
        """What the app sent arrives, is read, or fails."""
        message = self._message(record["message_id"])
        if record["status"] == message.status:
            return
        message.phone, message.status, message.moved = record["phone"], record["status"], at
        message.began = message.began or at
        if record["kind"] == "template":
            message.label = f"template {record['template']}"
        reason = record.get("reason", "").partition(":")[0]
        message.why = " ".join(filter(None, (record.get("code"), reason)))
        if message.told and message.told != message.status and message.status in _SETTLED:
            seconds = None if message.status == "read" else (at - message.began).total_seconds()
            yield self._outgoing(message, at, seconds)

    def _accepted(self, record: _Record, at: datetime) -> None:
        message = self._message(record["message_id"])
        message.conversation = record["conversation_id"]
        message.label = message.label or _label(record)
        message.began = at - timedelta(milliseconds=record["duration_ms"])
        self._unclaimed.setdefault(message.conversation, []).append(message)

    def _not_accepted(self, record: _Record, outcome: str, at: datetime) -> Event:
        conversation, code = record["conversation_id"], record.get("code", "")
        then = "refused" if outcome == "Refusal" else "not taken yet, it is tried again"
        return Event(
            at=at,
            who=self._phones.get(conversation, _NOBODY),
            arrow="←",
            queue=self._queues.get(conversation, ""),
            what=f"{_label(record)} {then}{f' ({code})' if code else ''}",
            tone=Tone.TROUBLE,
        )

    def _routed(self, record: _Record, at: datetime) -> None:
        """The app has finished with a message of the queue: what a customer wrote, a status, or a timer."""
        conversation, message_id = record.get("conversation_id", ""), record["message_id"]
        if record["subject"] != "event" or ":" in message_id:
            self._turn_of_sent(conversation, at, ending=" instead" if message_id.endswith(":failed") else "")
            return
        message = self._message(message_id)
        turn = next((turn for turn in self._turns if turn.written is message), None)
        if turn is None:
            if message.told:
                return
            turn = _Turn(began=at, written=message)
            self._turns.append(turn)
        turn.conversation, turn.finished = conversation, at
        turn.sent = self._unclaimed.pop(conversation, [])

    def _replied(self, record: _Record, at: datetime) -> None:
        conversation = record["conversation_id"]
        began = at - timedelta(milliseconds=record["duration_ms"])
        message_id = record.get("message_id")
        if message_id and self._message(message_id).told:
            return  # the same reply, asked for again
        held = record.get("held") == "held"
        turn = _Turn(began=began, conversation=conversation, finished=at)
        turn.sent = self._unclaimed.pop(conversation, [])
        if held:
            turn.ending = f"{', ' if turn.sent else ''}reply held until the customer writes"
            turn.tone = Tone.HELD
        elif not turn.sent:
            waits = record["status"] == "pending"
            turn.ending, turn.tone = f"reply {'waits to be sent' if waits else record['status']}", Tone.TROUBLE
        self._turns.append(turn)

    def _turn_of_sent(self, conversation: str, at: datetime, *, ending: str = "") -> None:
        """What was sent for a conversation without a customer's message or a reply is an event of its own."""
        if sent := self._unclaimed.pop(conversation, []):
            began = min(message.began or at for message in sent)
            self._turns.append(_Turn(began=began, conversation=conversation, finished=at, sent=sent, ending=ending))

    def _api_refused(self, call: str, record: _Record, at: datetime) -> Iterator[Event]:
        """Tell of a refused call, once for all that a program that polls makes in a row."""
        what = f"{call} {record.get('code', '')}".rstrip()
        last = self._refused.get(what)
        self._refused = {what: at}
        if last is None or last < at - _SAY_AGAIN:
            yield Event(at=at, who="API", what=what, tone=Tone.TROUBLE)

    def _quarantined(self, record: _Record, at: datetime) -> Event:
        message = self._messages.get(record.get("message_id", ""))
        self._turns = [turn for turn in self._turns if message is None or turn.written is not message]
        reasons = "; ".join(record.get("reasons", ()))
        who = message.phone if message else "an event"
        return Event(at=at, who=who, arrow="→", queue="quarantine", what=reasons, tone=Tone.TROUBLE)

    def _ended(self) -> list[_Turn]:
        """Take out the turns that have come to their end, or are overdue."""
        ended = [turn for turn in self._turns if turn.finished and (turn.overdue or _is_settled(turn))]
        self._turns = [turn for turn in self._turns if turn not in ended]
        return ended

    def _tell(self, turn: _Turn) -> Event:
        phone = self._phone_of(turn)
        if turn.written:
            turn.written.told = "stored"
        for message in turn.sent:
            message.told = message.status or "sent"
        times = [message.moved for message in turn.sent if message.moved and message.status in _SETTLED]
        end = max([turn.finished or turn.began, *times])
        failed = any(message.status == "failed" for message in turn.sent)
        return Event(
            at=end,
            who=phone,
            arrow="→" if turn.written else "←",
            queue=self._queues.get(turn.conversation, ""),
            what=_words(turn),
            seconds=(end - turn.began).total_seconds(),
            tone=Tone.TROUBLE if failed else turn.tone,
        )

    def _unstored(self, turn: _Turn, now: datetime) -> Event:
        assert turn.written
        what = f"{turn.written.label}not stored yet"
        seconds = (now - turn.began).total_seconds()
        return Event(at=now, who=turn.written.phone, arrow="→", what=what, seconds=seconds, tone=Tone.TROUBLE)

    def _outgoing(self, message: _Message, at: datetime, seconds: float | None) -> Event:
        message.told = message.status
        return Event(
            at=at,
            who=message.phone,
            arrow="←",
            queue=self._queues.get(message.conversation, ""),
            what=f"{message.label} {_became(message)}",
            seconds=seconds,
            tone=Tone.TROUBLE if message.status == "failed" else Tone.WELL,
        )

    def _phone_of(self, turn: _Turn) -> str:
        known = [turn.written.phone if turn.written else "", *(message.phone for message in turn.sent)]
        phone = next(filter(None, known), "")
        if phone and turn.conversation:
            self._phones[turn.conversation] = phone
        return phone or self._phones.get(turn.conversation, _NOBODY)


class _Bounded[V](OrderedDict[str, V]):
    """Forgets the oldest entry when there are too many."""

    def __setitem__(self, key: str, value: V) -> None:
        super().__setitem__(key, value)
        if len(self) > _MOST_KEPT:
            self.popitem(last=False)


def _is_settled(turn: _Turn) -> bool:
    known = turn.written is None or turn.written.phone
    return bool(known) and all(message.status in _SETTLED for message in turn.sent)


def _label(record: _Record) -> str:
    """What a person calls what was sent: the trigger of an automated message, or a reply."""
    return str(record.get("trigger", "reply"))


def _words(turn: _Turn) -> str:
    """What happened in a turn; what goes out because the customer wrote, and is an agent's, was held."""
    stored = [f"{turn.written.label}stored"] if turn.written else []
    held = "held " if turn.written else ""
    labels = [f"{held}reply" if message.label == "reply" else message.label for message in turn.sent]
    counted = Counter(zip(labels, map(_became, turn.sent), strict=True))
    sent = [f"{_counted(label, count)} {became}" for (label, became), count in counted.items()]
    failed = any(message.status == "failed" for message in turn.sent)
    return ", ".join([*stored, *sent]) + ("" if failed else turn.ending)


def _counted(label: str, count: int) -> str:
    if count == 1:
        return label
    return f"{count} {label.removesuffix('y')}ies" if label.endswith("y") else f"{count} {label}s"


def _became(message: _Message) -> str:
    return f"failed, {message.why}" if message.status == "failed" else message.status or "sent"
