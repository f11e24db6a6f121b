"""Tells what happens on a stack from what its parts log: the app by ids only, the phones by masked numbers. Pure.

In: the records of the log; those of two parts may come in any order. Out: events. What belongs together is one event,
told when it has come to its end or is overdue: a customer's message with the greeting that it brings, a reply with its
delivery. Errors are told at once and in full.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from dev.stack.terminal.events import Event, Tone
from dev.stack.terminal.troubles import trouble
from dev.stack.terminal.turns import SETTLED, Message, Turn, became, is_settled, words

_PATIENCE = timedelta(seconds=2)
_SAY_AGAIN = timedelta(seconds=10)
_MOST_KEPT = 5_000
_NOBODY = "a customer"

type _Record = Mapping[str, Any]


class Narrator:
    """Takes records, and tells events."""

    def __init__(self) -> None:
        self._messages = _Bounded[Message]()
        self._queues = _Bounded[str]()
        self._phones = _Bounded[str]()
        self._turns: list[Turn] = []
        self._unclaimed: dict[str, list[Message]] = {}
        self._nameless: dict[str, list[_Record]] = {}
        self._refused: dict[str, datetime] = {}

    def take(self, record: _Record) -> list[Event]:
        """Take one record of the log; the events that can be told now."""
        at = _at(record)
        events = list(self._events(record, at))
        return events + [self._tell(turn) for turn in self._ended()]

    def overdue(self, now: datetime) -> list[Event]:
        """The events that can't be waited for any longer."""
        since = now - _PATIENCE
        for conversation, sent in list(self._unclaimed.items()):
            if all(message.began and message.began < since for message in sent):
                self._turn_of_sent(conversation, now)
        nameless = [each for each, records in self._nameless.items() if _at(records[0]) < since]
        failures = [record for each in nameless for record in self._nameless.pop(each)]
        late = [turn for turn in self._turns if turn.began < since and not turn.overdue]
        for turn in late:
            turn.overdue = True
        unstored = [turn for turn in late if turn.written and not turn.finished]
        told = [self._unstored(turn, now) for turn in unstored]
        return [*map(self._not_accepted, failures), *told, *(self._tell(turn) for turn in self._ended())]

    def _events(self, record: _Record, at: datetime) -> Iterator[Event]:
        match record:
            case {"part": "phone", "direction": "in"}:
                self._customer_wrote(record, at)
            case {"part": "phone"}:
                yield from self._message_moved(record, at)
            case {"step": "conversation", "conversation_id": conversation, "queue": queue}:
                self._queues[conversation] = queue
            case {"step": "send", "outcome": "accepted"}:
                self._accepted(record, at)
            case {"step": "send", "conversation_id": conversation} if conversation in self._phones:
                yield self._not_accepted(record)
            case {"step": "send", "conversation_id": conversation}:
                self._nameless.setdefault(conversation, []).append(record)
            case {"step": "route"}:
                self._routed(record, at)
                yield from map(self._not_accepted, self._nameless.pop(record.get("conversation_id", ""), []))
            case {"step": "reply"}:
                self._replied(record, at)
            case {"step": "ingest", "outcome": "quarantined"}:
                yield self._quarantined(record, at)
            case {"step": "api", "status": int(status)} if status >= 400:
                yield from self._api_refused(f"{record['method']} {record['route']}: {status}", record, at)
            case {"level": "WARNING" | "ERROR" | "CRITICAL"}:
                yield trouble(record, at)

    def _message(self, message_id: str) -> Message:
        """The message with an id, as the app logs it or as the phones do."""
        name = _as_the_app_logs(message_id)
        if name not in self._messages:
            self._messages[name] = Message(id=name)
        return self._messages[name]

    def _customer_wrote(self, record: _Record, at: datetime) -> None:
        message = self._message(record["message_id"])
        message.phone = record["phone"]
        message.label = "" if record["kind"] == "text" else f"{record['kind']} "
        turn = next((turn for turn in self._turns if turn.written is message), None)
        if turn:
            turn.began = min(turn.began, at)
        elif not message.began:
            self._turns.append(Turn(began=at, written=message))
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
        if message.told and message.told != message.status and message.status in SETTLED:
            seconds = None if message.status == "read" else (at - message.began).total_seconds()
            yield self._outgoing(message, at, seconds)

    def _accepted(self, record: _Record, at: datetime) -> None:
        message = self._message(record["message_id"])
        message.conversation = record["conversation_id"]
        message.label = message.label or _label(record)
        message.began = at - timedelta(milliseconds=record["duration_ms"])
        self._unclaimed.setdefault(message.conversation, []).append(message)

    def _not_accepted(self, record: _Record) -> Event:
        """Tell of an attempt to send that failed; the first in a conversation once its customer is known."""
        conversation, code = record["conversation_id"], record.get("code", "")
        then = "refused" if record["outcome"] == "refused" else "not taken yet, it is tried again"
        return Event(
            at=_at(record),
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
            turn = Turn(began=at, written=message)
            self._turns.append(turn)
        turn.conversation, turn.finished = conversation, at
        if message.phone:
            self._phones[conversation] = message.phone
        turn.sent = self._unclaimed.pop(conversation, [])

    def _replied(self, record: _Record, at: datetime) -> None:
        conversation = record["conversation_id"]
        began = at - timedelta(milliseconds=record["duration_ms"])
        message_id = record.get("message_id")
        if message_id and self._message(message_id).told:
            return  # the same reply, asked for again
        held = record.get("held") == "held"
        turn = Turn(began=began, conversation=conversation, finished=at)
        turn.sent = self._unclaimed.pop(conversation, [])
        if held:
            turn.ending = ", the reply is held" if turn.sent else "reply held until the customer writes"
            turn.tone = Tone.HELD
        elif not turn.sent:
            waits = record["status"] == "pending"
            turn.ending, turn.tone = f"reply {'waits to be sent' if waits else record['status']}", Tone.TROUBLE
        self._turns.append(turn)

    def _turn_of_sent(self, conversation: str, at: datetime, *, ending: str = "") -> None:
        """What was sent for a conversation without a customer's message or a reply is an event of its own."""
        if sent := self._unclaimed.pop(conversation, []):
            began = min(message.began or at for message in sent)
            self._turns.append(Turn(began=began, conversation=conversation, finished=at, sent=sent, ending=ending))

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

    def _ended(self) -> list[Turn]:
        """Take out the turns that have come to their end, or are overdue."""
        ended = [turn for turn in self._turns if turn.finished and (turn.overdue or is_settled(turn))]
        self._turns = [turn for turn in self._turns if turn not in ended]
        return ended

    def _tell(self, turn: Turn) -> Event:
        phone = self._phone_of(turn)
        if turn.written:
            turn.written.told = "stored"
        for message in turn.sent:
            message.told = message.status or "sent"
        times = [message.moved for message in turn.sent if message.moved and message.status in SETTLED]
        end = max([turn.finished or turn.began, *times])
        failed = any(message.status == "failed" for message in turn.sent)
        return Event(
            at=end,
            who=phone,
            arrow="→" if turn.written else "←",
            queue=self._queues.get(turn.conversation, ""),
            what=words(turn),
            seconds=(end - turn.began).total_seconds(),
            tone=Tone.TROUBLE if failed else turn.tone,
        )

    def _unstored(self, turn: Turn, now: datetime) -> Event:
        assert turn.written
        what = f"{turn.written.label}not stored yet"
        seconds = (now - turn.began).total_seconds()
        return Event(at=now, who=turn.written.phone, arrow="→", what=what, seconds=seconds, tone=Tone.TROUBLE)

    def _outgoing(self, message: Message, at: datetime, seconds: float | None) -> Event:
        message.told = message.status
        return Event(
            at=at,
            who=message.phone,
            arrow="←",
            queue=self._queues.get(message.conversation, ""),
            what=f"{message.label} {became(message)}",
            seconds=seconds,
            tone=Tone.TROUBLE if message.status == "failed" else Tone.WELL,
        )

    def _phone_of(self, turn: Turn) -> str:
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


def _at(record: _Record) -> datetime:
    return datetime.fromisoformat(record["at"])


def _label(record: _Record) -> str:
    """What a person calls what was sent: the trigger of an automated message, or a reply."""
    return str(record.get("trigger", "reply"))


def _as_the_app_logs(message_id: str) -> str:
    """The id as the app's log has it: those of Meta hold the customer's number, so of them it has a hash."""
    if not message_id.startswith("wamid."):
        return message_id
    return hashlib.sha256(json.dumps(["message", message_id]).encode()).hexdigest()[:32]
