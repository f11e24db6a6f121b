"""WhatsApp between business and customers: accepts sends, takes what customers do, and tells both by events.

Through ACS and through Meta the same is sent to the same phones; who hears a number gets its events, each its own kind.
State and rules only: the clock, the publishing of events and the passing of time are handed in.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dev.stack.whatsapp.catalogue import Catalogue, Channel, Provider, provider_of
from dev.stack.whatsapp.events import Event, message_received, status_updated
from dev.stack.whatsapp.fetching import Fetched, File, is_on_this_machine
from dev.stack.whatsapp.graph_events import Change, content_at_meta, message_changed, status_changed
from dev.stack.whatsapp.incoming import Content, Incoming, content_of
from dev.stack.whatsapp.journal import Note, note
from dev.stack.whatsapp.media_ids import media_ids
from dev.stack.whatsapp.message_ids import message_id_at, new_message_id, whose
from dev.stack.whatsapp.phones import BSUID, Direction, Kind, Message, Phone, Phones, Refusal, Status
from dev.stack.whatsapp.rules import PairRate, is_told_at_once, judge, judge_file, refusal
from dev.stack.whatsapp.sends import Send
from dev.stack.whatsapp.templates import Template
from dev.stack.whatsapp.transcript import incoming, outgoing

_SENT_AFTER, _FAILED_AFTER, _DELIVERED_AFTER = 0.01, 0.02, 0.03
_NO_FILE = "131053"


class Publish(Protocol):
    """Hands an event to Event Grid; `accepted` is called once the subscriber took it."""

    def __call__(self, event: Event, accepted: Callable[[], None] | None = None) -> None: ...


class Post(Protocol):
    """Hands a change to Meta's webhooks; `accepted` is called once the app took it."""

    def __call__(self, change: Change, accepted: Callable[[], None] | None = None) -> None: ...


def post_nowhere(change: Change, accepted: Callable[[], None] | None = None) -> None:
    """For who has no webhook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A send that became a message; `refused` is why it goes no further, if WhatsApp says so at once."""

    message_id: str
    refused: Refusal | None = None


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
    post: Post = post_nowhere
    note: Note = note
    phones: Phones = field(default_factory=Phones, init=False)
    files: dict[str, File] = field(default_factory=dict, init=False)
    _hearing: dict[str, frozenset[Provider]] = field(default_factory=dict, init=False)
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

    def channel_at(self, provider: Provider, channel_id: str) -> Channel:
        """The channel that has or had this id at a provider. Raises `UnknownChannel`."""
        channel = self.channel(channel_id)
        there = [each.lower() for each in channel.ids if provider_of(each) is provider]
        if channel_id.lower() not in there:
            raise UnknownChannel(f"no channel {channel_id!r} at {provider}")
        return channel

    def hear(self, channel: Channel, providers: Collection[Provider]) -> None:
        """Says through whom a number's messages are heard from now on."""
        self._hearing[channel.key] = frozenset(providers) & channel.providers

    def hearing(self, channel: Channel) -> frozenset[Provider]:
        """Through whom they are heard: all who have or had the number, unless told otherwise."""
        return self._hearing.get(channel.key, channel.providers)

    def send(self, send: Send, channel: Channel, *, fail_with: str | None = None) -> Taken:
        """Accepts a message of the business and returns its id. What WhatsApp thinks of it follows as events."""
        message_id, use = new_message_id(send.provider), send.template
        phone = self.phones.find(send.to) if BSUID.fullmatch(send.to) else self.phones.find_or_add(send.to)
        template = self.catalogue.template(channel, use.name, use.language) if use else None
        refused = refusal(fail_with) if fail_with else self._judge(send, channel, phone, template)
        recipient = phone or Phone(bsuid=send.to)
        at = self.now_on(recipient)
        self._keep(
            recipient,
            outgoing(send, channel=channel, template=template, message_id=message_id, refused=refused, at=at),
        )
        if refused and not fail_with and is_told_at_once(send.provider, refused):
            return Taken(message_id=message_id, refused=refused)
        if refused:
            self.later(_FAILED_AFTER, lambda: self._tell(recipient, channel, message_id, Status.FAILED, refused))
        elif send.uploaded:
            self._fetched(recipient, channel, message_id, self.files.get(send.uploaded))
        elif send.file_uri and is_on_this_machine(send.file_uri):
            self.fetch(send.file_uri, lambda file: self._fetched(recipient, channel, message_id, file))
        else:
            self._arrives(recipient, channel, message_id)
        return Taken(message_id=message_id)

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
        at, ids = written.time or self.now_on(phone), media_ids()
        message_id = new_message_id(self._leading(channel, at))
        if written.media:
            file = File(mime_type=written.media.mime_type, content=written.media.content)
            self.files.update(dict.fromkeys(ids.values(), file))
        content = content_of(written, ids[Provider.ACS])
        kept = incoming(
            written, channel=channel, content=content, message_id=message_id, media_id=ids[Provider.ACS], at=at
        )
        self._keep(phone, kept)
        if content.kind is not Kind.REACTION:
            phone.wrote(channel, min(at, self.now_on(phone)))
        self._tell_of(kept, written, content, channel=channel, phone=phone, media_id=ids[Provider.WHATSAPP_CLOUD])
        return message_id

    def _tell_of(
        self, kept: Message, written: Incoming, content: Content, *, channel: Channel, phone: Phone, media_id: str
    ) -> None:
        """Tells all who hear the number of a customer's message, each under its own id."""
        answered = self._answered(written, channel, phone)
        for provider in self.hearing(channel):
            message_id = message_id_at(provider, kept.message_id)
            accepted = self._delivered(phone, message_id) if message_id == kept.message_id else None
            context = self._context(provider, answered, channel)
            if provider is Provider.ACS:
                data = {**content.data, **context}
                self.publish(
                    message_received(channel=channel, phone=phone, message_id=message_id, at=kept.at, content=data),
                    accepted,
                )
            else:
                item = {**context, **content_at_meta(written, media_id)}
                self.post(
                    message_changed(channel=channel, phone=phone, message_id=message_id, at=kept.at, content=item),
                    accepted,
                )

    def _leading(self, channel: Channel, at: datetime) -> Provider:
        """Under whose id a customer's message is kept: whose messages count, if the number is heard there."""
        counts, hearing = channel.provider_at(at), self.hearing(channel)
        return counts if counts in hearing or not hearing else next(iter(hearing))

    def _delivered(self, phone: Phone, message_id: str) -> Callable[[], None]:
        return lambda: self.note(phone, phone.advance(message_id, Status.DELIVERED))

    def read(self, phone: Phone) -> list[str]:
        """Marks everything that reached the phone as read, and returns the ids."""
        unread = [each for each in phone.messages() if each.direction is Direction.OUT and each.status.is_unread]
        for message in unread:
            self._tell(phone, self.channel(message.channel_id), message.message_id, Status.READ)
        return [message.message_id for message in unread]

    def seen(self, message_id: str) -> bool:
        """The business has read a customer's message, and all before it; False if there is no such message."""
        for phone in self.phones:
            written = [each for each in phone.messages() if each.direction is Direction.IN]
            ids = [message_id_at(Provider.WHATSAPP_CLOUD, each.message_id) for each in written]
            if message_id in ids:
                for message in written[: ids.index(message_id) + 1]:
                    if message.status is not Status.READ:
                        self.note(phone, phone.advance(message.message_id, Status.READ))
                return True
        return False

    def now_on(self, phone: Phone) -> datetime:
        """The time on a phone, which decides when its windows close."""
        return self.now() + phone.ahead

    def _judge(self, send: Send, channel: Channel, phone: Phone | None, template: Template | None) -> Refusal | None:
        now = self.now_on(phone) if phone else self.now()
        refused = judge(send, channel=channel, phone=phone, template=template, now=now)
        file = self.files.get(send.uploaded) if send.uploaded else None
        refused = refused or (judge_file(send, file.mime_type) if file else None)
        if refused is None and phone and not self._pair_rate.take(channel, phone, self.now()):
            return refusal("131056")
        return refused

    def _keep(self, phone: Phone, message: Message) -> None:
        phone.keep(message)
        self.note(phone, message)

    def _tell(
        self, phone: Phone, channel: Channel, message_id: str, status: Status, refused: Refusal | None = None
    ) -> None:
        """Tells who sent a message how far it came; Meta tells its app of all messages of a number that it hears."""
        message = phone.advance(message_id, status)
        self.note(phone, message)
        sender = whose(message_id)
        if sender is Provider.ACS:
            self.publish(
                status_updated(
                    channel=channel, phone=phone, message_id=message_id, status=status, refusal=refused, at=self.now()
                )
            )
        if Provider.WHATSAPP_CLOUD in {sender, *self.hearing(channel)}:
            self.post(
                status_changed(
                    channel=channel, phone=phone, message=message, status=status, refusal=refused, at=self.now()
                )
            )

    @staticmethod
    def _answered(written: Incoming, channel: Channel, phone: Phone) -> str | None:
        """The message that is answered: a tap that names none answers the newest one that arrived."""
        answered = written.context.message_id if written.context else None
        if answered is None and (written.button or written.list):
            received = (each for each in reversed(phone.messages()) if each.is_received_on(channel))
            answered = next((each.message_id for each in received), None)
        return answered

    @staticmethod
    def _context(provider: Provider, answered: str | None, channel: Channel) -> dict[str, object]:
        if answered is None:
            return {}
        return {"context": {"from": channel.number.removeprefix("+"), "id": message_id_at(provider, answered)}}
