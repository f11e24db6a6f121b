"""WhatsApp between business and customers: accepts sends, takes what customers do, and tells both by events.

State and rules only: the clock, the publishing of events and the passing of time are handed in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from dev.stack.whatsapp.catalogue import Catalogue, Channel
from dev.stack.whatsapp.events import Event, message_received, status_updated
from dev.stack.whatsapp.fetching import Fetched, File, is_on_this_machine
from dev.stack.whatsapp.incoming import Incoming, content_of
from dev.stack.whatsapp.journal import Note, note
from dev.stack.whatsapp.phones import BSUID, Direction, Kind, Message, Phone, Phones, Refusal, Status
from dev.stack.whatsapp.rules import PairRate, judge, refusal
from dev.stack.whatsapp.sends import Send
from dev.stack.whatsapp.templates import Template
from dev.stack.whatsapp.transcript import incoming, outgoing

_SENT_AFTER, _FAILED_AFTER, _DELIVERED_AFTER = 0.01, 0.02, 0.03
_NO_FILE = "131053"


class Publish(Protocol):
    """Hands an event to Event Grid; `accepted` is called once the subscriber took it."""

    def __call__(self, event: Event, accepted: Callable[[], None] | None = None) -> None: ...


class UnknownChannel(Exception):
    """Raised when a channel is not in the configuration, or none was named though there are several."""


@dataclass(slots=True, kw_only=True)
class Network:
    """All of WhatsApp.

    `later(seconds, do)` calls `do` when that time has passed, `fetch(address, fetched)` hands over what lies there.
    """

    catalogue: Catalogue
    now: Callable[[], datetime]
    publish: Publish
    later: Callable[[float, Callable[[], None]], object]
    fetch: Callable[[str, Fetched], None]
    note: Note = note
    phones: Phones = field(default_factory=Phones, init=False)
    files: dict[str, File] = field(default_factory=dict, init=False)
    _pair_rate: PairRate = field(default_factory=PairRate, init=False)

    def channel(self, name_or_id: str | None) -> Channel:
        """A channel by name or id; the only one if not named. Raises `UnknownChannel`."""
        channels = self.catalogue.channels
        if name_or_id is None and len(channels) == 1:
            return channels[0]
        found = self.catalogue.channel(name_or_id) if name_or_id is not None else None
        if found is None:
            known = ", ".join(f"{each.name} ({each.id})" for each in channels)
            problem = f"no channel {name_or_id!r}" if name_or_id is not None else "channel: name one"
            raise UnknownChannel(f"{problem}; there are: {known}")
        return found

    def send(self, send: Send, channel: Channel, *, fail_with: str | None = None) -> str:
        """Accepts a message of the business and returns its id. What WhatsApp thinks of it follows as events."""
        message_id, use = str(uuid4()), send.template
        phone = self.phones.find(send.to) if BSUID.fullmatch(send.to) else self.phones.find_or_add(send.to)
        template = self.catalogue.template(channel, use.name, use.language) if use else None
        refused = refusal(fail_with) if fail_with else self._judge(send, channel, phone, template)
        recipient = phone or Phone(bsuid=send.to)
        at = self.now_on(recipient)
        self._keep(
            recipient,
            outgoing(send, channel=channel, template=template, message_id=message_id, refused=refused, at=at),
        )
        if refused:
            self.later(_FAILED_AFTER, lambda: self._tell(recipient, channel, message_id, Status.FAILED, refused))
        elif send.file_uri and is_on_this_machine(send.file_uri):
            self.fetch(send.file_uri, lambda file: self._fetched(recipient, channel, message_id, file))
        else:
            self._arrives(recipient, channel, message_id)
        return message_id

    def _fetched(self, phone: Phone, channel: Channel, message_id: str, file: File | None) -> None:
        """A file of the business is there, and the message arrives with it; or it is not, and the message fails."""
        if file is None:
            phone.refuse(message_id, refusal(_NO_FILE))
            self._tell(phone, channel, message_id, Status.FAILED, refusal(_NO_FILE))
            return
        self.files[message_id] = file
        phone.attach(message_id, file.mime_type)
        self._arrives(phone, channel, message_id)

    def _arrives(self, phone: Phone, channel: Channel, message_id: str) -> None:
        self.later(_SENT_AFTER, lambda: self._tell(phone, channel, message_id, Status.SENT))
        self.later(_DELIVERED_AFTER, lambda: self._tell(phone, channel, message_id, Status.DELIVERED))

    def write(self, phone_key: str, written: Incoming) -> str:
        """Takes a message of a customer and returns its id. Raises `UnknownChannel`."""
        channel = self.channel(written.channel)
        phone = self.phones.find_or_add(phone_key)
        if written.bsuid:
            self.phones.identify(phone, written.bsuid)
        phone.name = written.name or phone.name
        phone.hidden = written.hide_phone
        at, message_id, media_id = written.time or self.now_on(phone), str(uuid4()), str(uuid4())
        if written.media:
            self.files[media_id] = File(mime_type=written.media.mime_type, content=written.media.content)
        content = content_of(written, media_id)
        kept = incoming(written, channel=channel, content=content, message_id=message_id, media_id=media_id, at=at)
        self._keep(phone, kept)
        if content.kind is not Kind.REACTION:
            phone.wrote(channel, min(at, self.now_on(phone)))
        data = {**content.data, **self._context(written, channel, phone)}
        event = message_received(channel=channel, phone=phone, message_id=message_id, at=at, content=data)
        self.publish(event, lambda: self.note(phone, phone.advance(message_id, Status.DELIVERED)))
        return message_id

    def read(self, phone: Phone) -> list[str]:
        """Marks everything that reached the phone as read, and returns the ids."""
        unread = [each for each in phone.messages() if each.direction is Direction.OUT and each.status.is_unread]
        for message in unread:
            self._tell(phone, self.channel(message.channel_id), message.message_id, Status.READ)
        return [message.message_id for message in unread]

    def now_on(self, phone: Phone) -> datetime:
        """The time on a phone, which decides when its windows close."""
        return self.now() + phone.ahead

    def _judge(self, send: Send, channel: Channel, phone: Phone | None, template: Template | None) -> Refusal | None:
        now = self.now_on(phone) if phone else self.now()
        refused = judge(send, channel=channel, phone=phone, template=template, now=now)
        if refused is None and phone and not self._pair_rate.take(channel, phone, self.now()):
            return refusal("131056")
        return refused

    def _keep(self, phone: Phone, message: Message) -> None:
        phone.keep(message)
        self.note(phone, message)

    def _tell(
        self, phone: Phone, channel: Channel, message_id: str, status: Status, refused: Refusal | None = None
    ) -> None:
        self.note(phone, phone.advance(message_id, status))
        event = status_updated(
            channel=channel, phone=phone, message_id=message_id, status=status, refusal=refused, at=self.now()
        )
        self.publish(event)

    @staticmethod
    def _context(written: Incoming, channel: Channel, phone: Phone) -> dict[str, object]:
        """The message that is answered: a tap that names none answers the newest one that arrived."""
        answered = written.context.message_id if written.context else None
        if answered is None and (written.button or written.list):
            received = (each for each in reversed(phone.messages()) if each.is_received_on(channel))
            answered = next((each.message_id for each in received), None)
        if answered is None:
            return {}
        return {"context": {"from": channel.number.removeprefix("+"), "id": answered}}
