"""WhatsApp as a whole, with time and Event Grid in the test's hands."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dev.stack.whatsapp.catalogue import Catalogue, Channel
from dev.stack.whatsapp.events import Event
from dev.stack.whatsapp.fetching import File
from dev.stack.whatsapp.incoming import parse_incoming
from dev.stack.whatsapp.network import Network, UnknownChannel
from dev.stack.whatsapp.phones import Kind, Message, Phone, Status
from dev.stack.whatsapp.sends import Parameter, Send, TemplateUse
from dev.stack.whatsapp.templates import Template

START = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)
CHANNEL = Channel(name="support", id="11111111-1111-1111-1111-111111111111", number="+33123456789")
NUMBER = "33612345678"


class World:
    """A network whose events are kept, and whose time passes when the test says so."""

    def __init__(self) -> None:
        self.time = START
        self.events: list[Mapping[str, Any]] = []
        self._due: list[tuple[datetime, Callable[[], None]]] = []
        self.network = Network(
            catalogue=Catalogue([CHANNEL], []),
            now=lambda: self.time,
            publish=self._publish,
            later=self._later,
            fetch=lambda address, fetched: fetched(self.files.get(address)),
        )
        self.files: dict[str, File] = {}

    def pass_time(self, duration: timedelta = timedelta(seconds=1)) -> None:
        self.time += duration
        due = sorted((each for each in self._due if each[0] <= self.time), key=lambda each: each[0])
        self._due = [each for each in self._due if each[0] > self.time]
        for _, do in due:
            do()

    def write(self, number: str = NUMBER, **body: Any) -> str:
        return self.network.write(number, parse_incoming(json.dumps(body).encode()))

    def send(self, text: str = "Réponse", to: str = f"+{NUMBER}") -> str:
        return self.network.send(Send(channel_id=CHANNEL.id, to=to, kind=Kind.TEXT, text=text), CHANNEL).message_id

    def phone(self, key: str = NUMBER) -> Phone:
        phone = self.network.phones.find(key)
        assert phone
        return phone

    def message(self, message_id: str) -> Message:
        return next(each for each in self.phone().messages() if each.message_id == message_id)

    def statuses(self) -> list[str]:
        return [event["data"]["status"] for event in self.events if "status" in event["data"]]

    def _publish(self, event: Event, accepted: Callable[[], None] | None = None) -> None:
        self.events.append(dict(event))
        if accepted:
            accepted()

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        self._due.append((self.time + timedelta(seconds=seconds), do))


@pytest.fixture
def world() -> World:
    return World()


def test_a_message_becomes_an_event_with_the_documented_envelope(world: World) -> None:
    message_id = world.write(text="Bonjour")

    [event] = world.events
    assert event["eventType"] == "Microsoft.Communication.AdvancedMessageReceived"
    assert event["subject"] == f"advancedMessage/sender/{NUMBER}/recipient/{CHANNEL.id}"
    assert event["eventTime"] == "2026-11-24T09:00:00.1234560Z"
    assert event["data"] == {
        "content": "Bonjour",
        "channelType": "whatsapp",
        "messageType": "text",
        "messageId": message_id,
        "from": NUMBER,
        "to": CHANNEL.id,
        "receivedTimestamp": "2026-11-24T09:00:00+00:00",
    }


def test_a_hidden_phone_leaves_only_the_bsuid(world: World) -> None:
    world.write(text="Bonjour", bsuid="FR.1349", hidePhone=True)

    [event] = world.events
    assert event["subject"] == f"advancedMessage/sender/FR.1349/recipient/{CHANNEL.id}"
    assert (event["data"]["from"], event["data"]["fromBSUID"]) == ("", "FR.1349")


def test_a_bsuid_is_kept_and_the_phone_shows_again(world: World) -> None:
    world.write(text="un", bsuid="FR.1349", hidePhone=True)
    world.write(text="deux")

    assert (world.events[-1]["data"]["from"], world.events[-1]["data"]["fromBSUID"]) == (NUMBER, "FR.1349")
    assert world.phone("FR.1349") is world.phone(NUMBER)


def test_a_bsuid_reaches_the_phone_that_had_it_last(world: World) -> None:
    world.write("33600000001", text="un", bsuid="FR.1")
    world.write("33600000002", text="deux", bsuid="FR.1")
    world.write("33600000002", text="trois", bsuid="FR.2")

    assert world.phone("FR.2") is world.phone("33600000002")
    assert world.network.phones.find("FR.1") is None


def test_a_phone_known_by_bsuid_alone_is_the_one_that_shows_its_number_later(world: World) -> None:
    world.write("FR.1349", text="un")
    world.pass_time()
    world.write(NUMBER, text="deux", bsuid="FR.1349")

    assert [phone.number for phone in world.network.phones] == [NUMBER]
    assert [message.text for message in world.phone("FR.1349").messages()] == ["un", "deux"]


def test_no_event_carries_a_name(world: World) -> None:
    world.write(text="Bonjour", name="Camille")

    assert "Camille" not in json.dumps(world.events)
    assert world.phone().name == "Camille"


def test_a_dated_message_opens_the_window_of_its_time(world: World) -> None:
    world.write(text="Bonjour", at="2026-11-23T10:00:00+01:00")
    refused = world.send()

    assert world.message(refused).status is Status.FAILED
    assert world.events[0]["data"]["receivedTimestamp"] == "2026-11-23T09:00:00+00:00"


def test_a_message_from_the_future_opens_the_window_of_now(world: World) -> None:
    world.write(text="Bonjour", at="2027-01-01T00:00:00Z")

    assert world.phone().last_wrote[CHANNEL.id] == START


def test_statuses_follow_a_send_as_time_passes(world: World) -> None:
    world.write(text="Bonjour")
    message_id = world.send()
    assert world.statuses() == []

    world.pass_time()

    assert world.statuses() == ["Sent", "Delivered"]
    assert world.message(message_id).status is Status.DELIVERED
    assert world.events[-1]["subject"] == f"advancedMessage/{message_id}/status/Delivered"
    assert (world.events[-1]["data"]["from"], world.events[-1]["data"]["to"]) == (CHANNEL.id, NUMBER)


def test_a_refused_send_only_fails(world: World) -> None:
    message_id = world.send()

    world.pass_time()

    assert world.statuses() == ["Failed"]
    assert world.events[-1]["data"]["error"]["channelCode"] == "131047"
    assert world.message(message_id).refusal


def test_read_before_delivered_stays_read(world: World) -> None:
    world.write(text="Bonjour")
    message_id = world.send()

    world.network.read(world.phone())
    world.pass_time()

    assert world.statuses() == ["Read", "Sent", "Delivered"]
    assert world.message(message_id).status is Status.READ


def test_the_customers_own_messages_and_failed_ones_are_not_read(world: World) -> None:
    world.send()
    world.write(text="Bonjour")

    assert world.network.read(world.phone()) == []


def test_a_tap_answers_the_newest_message_that_arrived(world: World) -> None:
    world.write(text="Bonjour")
    world.send("un")
    world.pass_time()
    newest = world.send("deux")

    world.write(button={"text": "Oui"})

    assert world.events[-1]["data"]["context"] == {"from": "33123456789", "id": newest}


def test_an_answer_names_its_message_and_a_plain_text_none(world: World) -> None:
    world.write(text="Bonjour", context={"messageId": "m"})
    world.write(text="Bonjour")
    world.write(list={"id": "a", "title": "A"})

    assert world.events[0]["data"]["context"]["id"] == "m"
    assert "context" not in world.events[1]["data"]
    assert "context" not in world.events[2]["data"]


def test_the_only_channel_need_not_be_named(world: World) -> None:
    assert world.network.channel(None) is CHANNEL
    assert world.network.channel(CHANNEL.id.upper()) is CHANNEL
    with pytest.raises(UnknownChannel, match="support"):
        world.network.channel("sales")


def test_a_file_of_the_business_arrives_once_it_is_fetched() -> None:
    """Only from this machine is anything fetched; what can't be had there fails as WhatsApp says it."""
    world = World()
    world.write(text="Bonjour")
    there, gone, elsewhere = (
        f"{host}/a.png" for host in ("http://127.0.0.1:1", "http://127.0.0.1:2", "https://shop.example")
    )
    world.files[there] = File(mime_type="image/png", content=b"png")

    sends = [
        Send(channel_id=CHANNEL.id, to=f"+{NUMBER}", kind=Kind.IMAGE, media_uri=address)
        for address in (there, gone, elsewhere)
    ]
    sent = [world.network.send(send, CHANNEL).message_id for send in sends]
    world.pass_time()

    assert [world.message(each).status for each in sent] == [Status.DELIVERED, Status.FAILED, Status.DELIVERED]
    assert world.network.files[sent[0]].content == b"png"
    assert (world.message(sent[0]).media or {})["id"] == sent[0]
    refusal = world.message(sent[1]).refusal
    assert refusal
    assert refusal.code == "131053"


def test_so_does_the_file_in_the_header_of_a_template() -> None:
    world = World()
    components = [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Bonjour"}]
    template = Template(name="photo", language="fr", components=components)
    world.network.catalogue.put_template(CHANNEL, template)
    there, gone = (f"http://127.0.0.1:{port}/a.png" for port in (1, 2))
    world.files[there] = File(mime_type="image/png", content=b"png")

    sent = []
    for address in (there, gone):
        header = (Parameter(kind="image", url=address),)
        use = TemplateUse(name="photo", language="fr", header=header, body=(), footer=(), buttons=())
        send = Send(channel_id=CHANNEL.id, to=f"+{NUMBER}", kind=Kind.TEMPLATE, template=use)
        sent.append(world.network.send(send, CHANNEL).message_id)
    world.pass_time()

    assert [world.message(each).status for each in sent] == [Status.DELIVERED, Status.FAILED]
    assert (world.message(sent[0]).media or {})["uri"] == there
